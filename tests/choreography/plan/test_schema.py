import json
from dataclasses import replace

import jsonschema
import pytest

from stickdance.checkpoints.errors import BadInput
from stickdance.choreography.actions.catalog import Origin
from stickdance.choreography.music.structure import Section
from stickdance.choreography.plan.choreography import Choreography, from_json
from stickdance.choreography.plan.schema import FILE, plan_schema
from stickdance.choreography.plan.steps import Step

PLAN = Choreography(
    song="song.ogg",
    sha256="ab" * 32,
    seconds=10.25,
    tempo=120.0,
    metre=4,
    beats=tuple(0.5 * k + 0.25 for k in range(20)),
    downbeats=(0, 4, 8, 12, 16),
    sections=(Section("A", 0.0, 10.25, True),),
    steps=(Step("step_touch", 0, 4, section="A"), Step("my_move", 4, 4, True, first_count=2)),
    transitions="linear",
    actions=(Origin("my_move", "mine.py", "cd" * 32),),
)
CUT = {"name": "move_001", "start": 0.2, "arrivals": [[0.72, 0.4], [1.2, 1]]}
MOVES = {"take": "anna", "sha256": "ef", "seconds": 7.5, "cuts": [CUT]}


def values():
    return json.loads(PLAN.to_json())


@pytest.fixture(scope="module")
def published():
    schema = json.loads(FILE.read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def test_the_published_schema_is_the_one_that_the_reader_checks_against(published):
    assert published.schema == plan_schema(), "run python -m stickdance.choreography.plan.schema"
    assert published.schema["$id"].endswith(":1")


def test_saved_plans_are_valid(published):
    published.validate(values())
    published.validate(json.loads(replace(PLAN, steps=(), sections=(), actions=()).to_json()))


def test_a_plan_with_moves_is_valid_for_both(published):
    edited = values() | {"moves": MOVES}
    edited["steps"][1]["action"] = "move_001"
    published.validate(edited)
    assert published.is_valid(json.loads(from_json(edited).to_json()))


def test_whole_numbers_may_be_written_with_a_point(published):
    edited = values()
    edited["steps"][0]["start_beat"] = 0.0
    edited["downbeats"][1] = 4.0
    published.validate(edited)
    assert from_json(edited) == PLAN


def test_a_plan_may_name_its_schema(published):
    published.validate(values() | {"$schema": "choreography.schema.json"})
    assert from_json(values() | {"$schema": "choreography.schema.json"}) == PLAN


BAD = [
    ("kind", "dance"), ("version", 2), ("version", "1"), ("tempo", "fast"), ("tempo", 0),
    ("tempo", True), ("metre", 0), ("metre", 3.5), ("seed", -1), ("seed", 1.5), ("beats", 3),
    ("beats", []), ("beats", [1.0]), ("beats", [0.5, "x"]), ("beats", [-1, 1]),
    ("beats", [False, 1]), ("downbeats", [0.5]), ("downbeats", [-4]), ("downbeats", None),
    ("sections", {}), ("sections", [[]]), ("steps", "none"), ("steps", [1]), ("colour", 1),
    ("actions", [{"name": "a", "file": "b"}]), ("actions", {}), ("transitions", "jump"),
    ("actions", [{"name": 1}]),
    ("song", "song.ogg"), ("song", {"name": "a", "sha256": "b"}), ("moves", []),
    ("song", {"name": "a", "sha256": "b", "seconds": -1}),
    ("song", {"name": "a", "sha256": "b", "seconds": 10, "artist": "x"}),
    ("moves", MOVES | {"cuts": [{"name": "x", "start": 0, "arrivals": [[1, 1]]}]}),
    ("moves", MOVES | {"cuts": [{"name": "move_1", "start": 0, "arrivals": [[1, 2]]}]}),
    ("moves", MOVES | {"cuts": [{"name": "move_1", "start": 0, "arrivals": []}]}),
]  # fmt: skip


@pytest.mark.parametrize(("field", "value"), BAD, ids=[f"{k}={v!r:.30}" for k, v in BAD])
def test_schema_and_reader_refuse_the_same_plans(published, field, value):
    edited = values() | {field: value}
    assert not published.is_valid(edited)
    with pytest.raises(BadInput):
        from_json(edited)


BAD_STEPS = [
    ("action", 3), ("start_beat", -1), ("start_beat", "0"), ("beats", 0),
    ("beats", True), ("mirrored", 1), ("mirrored", "no"), ("pace", 0), ("pace", 17),
    ("energy", 1.1), ("energy", "high"), ("section", 4), ("first_count", -1), ("speed", 2),
    ("first_count", 64),
]  # fmt: skip


@pytest.mark.parametrize(("field", "value"), BAD_STEPS, ids=[f"{k}={v!r}" for k, v in BAD_STEPS])
def test_schema_and_reader_refuse_the_same_steps(published, field, value):
    edited = values()
    edited["steps"][0][field] = value
    assert not published.is_valid(edited)
    with pytest.raises(BadInput, match="step 1"):
        from_json(edited)


@pytest.mark.parametrize("place", ["plan", "song", "sections", "steps"])
def test_schema_and_reader_want_the_same_fields(published, place):
    whole = values()
    fields = list(whole if place == "plan" else _at(whole, place))
    for name in fields:
        edited = values()
        part = edited if place == "plan" else _at(edited, place)
        del part[name]
        refused = False
        try:
            from_json(edited)
        except BadInput as error:
            refused = "unknown action" not in str(error)
        assert published.is_valid(edited) != refused, name


def _at(plan, place):
    return plan[place] if place == "song" else plan[place][0]

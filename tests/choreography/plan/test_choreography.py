import json
from dataclasses import replace

import pytest

from stickdance.checkpoints.errors import BadInput
from stickdance.choreography.actions.catalog import STANDARD, Origin, find_action
from stickdance.choreography.music.structure import Section
from stickdance.choreography.plan.choreography import Choreography, from_json
from stickdance.choreography.plan.steps import Step

PLAN = Choreography(
    song="song.ogg",
    sha256="ab" * 32,
    seconds=10.25,
    tempo=120.0,
    metre=4,
    beats=tuple(0.5 * k + 0.25 for k in range(20)),
    downbeats=(0, 4, 8, 12, 16),
    sections=(Section("A", 0.0, 4.25, False), Section("B", 4.25, 10.25, True)),
    steps=(
        Step("step_touch", 0, 4, section="A"),
        Step("step_touch", 4, 4, True, section="A"),
        Step("squat_drop", 8, 8, pace=2, energy=0.8, section="B"),
    ),
    seed=3,
)


def values():
    return json.loads(PLAN.to_json())


def test_a_plan_is_the_same_after_writing_and_reading(tmp_path):
    assert Choreography.load(PLAN.save(tmp_path / "choreography.json")) == PLAN


def test_each_step_is_one_line_that_people_can_edit():
    lines = PLAN.to_json().splitlines()
    assert sum('"action"' in line for line in lines) == len(PLAN.steps)
    assert max(len(line) for line in lines if '"action"' in line) < 160


def test_an_unknown_action_is_told_by_step_and_nearest_name(tmp_path):
    edited = values()
    edited["steps"][1]["action"] = "sqat_drop"
    path = tmp_path / "plan.json"
    path.write_text(json.dumps(edited))
    with pytest.raises(
        BadInput, match=r"plan\.json: step 2: action: unknown action 'sqat_drop'.*squat_drop"
    ):
        Choreography.load(path)


@pytest.mark.parametrize(
    ("place", "field", "value", "message"),
    [
        (1, "start_beat", 2, "step 2: start_beat 2 overlaps step 1, which lasts up to beat 4"),
        (2, "beats", 40, "step 3: start_beat 8 with beats 40 ends after the song's 20 beats"),
        (0, "beats", 0, "step 1: beats: expected 1"),
        (0, "beats", "four", "step 1: beats: expected a whole number, found 'four'"),
        (0, "beats", True, "step 1: beats: expected a whole number"),
        (2, "start_beat", -1, "step 3: start_beat: expected 0"),
        (0, "energy", 2, "step 1: energy: expected 0 to 1"),
        (0, "mirrored", "yes", "step 1: mirrored: expected true or false"),
        (0, "speed", 2, "step 1: unknown field 'speed'; known: action"),
    ],
)
def test_errors_name_step_and_field(place, field, value, message):
    edited = values()
    edited["steps"][place][field] = value
    with pytest.raises(BadInput, match=message.replace("(", r"\(")):
        from_json(edited)


def test_a_missing_field_is_named():
    edited = values()
    del edited["steps"][2]["action"]
    with pytest.raises(BadInput, match="step 3: action is missing, expected text"):
        from_json(edited)
    with pytest.raises(BadInput, match="plan: beats is missing, expected a list"):
        from_json({k: v for k, v in values().items() if k != "beats"})


def test_fields_that_have_defaults_may_be_left_out():
    edited = values()
    edited["steps"] = [{"action": "mambo", "start_beat": 0, "beats": 4}]
    assert from_json(edited).steps == (Step("mambo", 0, 4),)


def test_a_plan_without_steps_may_have_no_beats_and_one_with_steps_may_not():
    nothing = values() | {"beats": [], "downbeats": [], "tempo": 0, "steps": []}
    assert from_json(nothing).beats == ()
    with pytest.raises(BadInput, match="beats: expected at least two"):
        from_json(nothing | {"steps": values()["steps"]})


@pytest.mark.parametrize("beats", [[1.0], [1.0, 1.0], [2.0, 1.0], [0.0, float("nan")], [0, "x"]])
def test_beats_must_rise(beats):
    with pytest.raises(BadInput, match="beats"):
        from_json(values() | {"beats": beats})


@pytest.mark.parametrize("text", ["", "[]", "{", '{"kind": "dance"}', "[" * 100_000])
def test_what_is_no_plan_is_refused_in_one_line(tmp_path, text):
    path = tmp_path / "plan.json"
    path.write_text(text)
    with pytest.raises(BadInput, match=r"plan\.json") as error:
        Choreography.load(path)
    assert "\n" not in str(error.value)
    with pytest.raises(BadInput, match="no such file"):
        Choreography.load(tmp_path / "absent.json")


def test_another_version_is_refused():
    with pytest.raises(BadInput, match="version: expected 1, found 2"):
        from_json(values() | {"version": 2})


def test_energy_and_order_survive_editing_in_python():
    edited = replace(PLAN, steps=PLAN.steps[:1])
    assert from_json(json.loads(edited.to_json())) == edited


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("downbeats", [0, 4.5], "downbeats: entry 2: expected a whole number, found 4.5"),
        ("downbeats", [0, 20], "downbeats: entry 2: expected 0 to 19, found 20"),
        ("downbeats", [4, 0], "downbeats: entry 2: 0 does not rise above 4"),
        ("beats", [0.5, 400.0], "beats: entry 2: expected 0 to 10.25"),
        ("beats", [-1.0, 4.0], "beats: entry 1: expected 0 to"),
        ("tempo", 0, "plan: tempo: expected 1 to 1000, found 0"),
        ("metre", 0, "plan: metre: expected 1 to 32"),
        ("metre", 3.5, "plan: metre: expected a whole number, found 3.5"),
        ("steps", {"action": "mambo"}, "plan: steps: expected a list"),
        ("colour", "red", "plan: unknown field 'colour'"),
        ("actions", [{"name": "wave"}], "action 1: file is missing, expected text"),
    ],
)
def test_errors_name_the_field_of_the_plan(field, value, message):
    with pytest.raises(BadInput, match=message.replace("(", r"\(")):
        from_json(values() | {field: value})


def test_sections_have_a_length():
    edited = values()
    edited["sections"][1]["end"] = 1.0
    with pytest.raises(BadInput, match=r"section 2: start: expected 0 or more and before its end"):
        from_json(edited)


def test_an_action_of_ones_own_is_known_by_its_origin_or_repertoire():
    mine = replace(find_action("mambo"), name="my_mambo")
    origin = Origin("my_mambo", "mine.py", "cd" * 32)
    steps = (Step("my_mambo", 0, 4),)
    with pytest.raises(BadInput, match="step 1: action: unknown action 'my_mambo'"):
        from_json(json.loads(replace(PLAN, steps=steps).to_json()))
    told = replace(PLAN, steps=steps, actions=(origin,))
    assert from_json(json.loads(told.to_json())) == told
    repertoire = STANDARD.with_added([(mine, origin)])
    given = replace(PLAN, steps=steps)
    assert from_json(json.loads(given.to_json()), repertoire) == given


def test_a_step_between_beats_a_facing_a_hit_and_a_groove_come_back(tmp_path):
    steps = (
        replace(PLAN.steps[0], start_beat=0.5, facing=-12.5, hit=True),
        *(replace(step, start_beat=step.start_beat + 1) for step in PLAN.steps[1:]),
    )
    plan = replace(PLAN, steps=steps, groove="hips")
    again = Choreography.load(plan.save(tmp_path / "plan.json"))
    assert again == plan and again.steps[0].end_beat == 0.5 + PLAN.steps[0].beats


def test_a_plan_of_an_earlier_version_has_no_groove_and_no_step_aside():
    values = json.loads(PLAN.to_json())
    assert "groove" not in values and not {"facing", "hit"} & set(values["steps"][0])
    plan = from_json(values)
    assert plan.groove == "none"
    assert all(step.facing == 0 and not step.hit for step in plan.steps)


def test_an_unknown_groove_is_refused_with_those_there_are():
    values = json.loads(PLAN.to_json()) | {"groove": "polka"}
    with pytest.raises(BadInput, match=r"plan: groove: expected one of none, bounce.*'polka'"):
        from_json(values)

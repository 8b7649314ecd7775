import json

import pytest

from stickdance.capture.conditions.movements import NEEDS
from stickdance.checkpoints.errors import BadInput
from stickdance.tools.recording.moves import MOVES, RecordedMove, chosen_moves, read_script


def test_the_usual_moves_are_those_that_a_dance_needs():
    words = " ".join(move.words.lower() for move in chosen_moves())
    for needed in ("arms high", "arms low", "cross", "to your left", "to your right", "turn",
                   "squat", "slowly", "fast", "towards the camera"):  # fmt: skip
        assert needed in words
    assert sum(move.away for move in chosen_moves()) == 1
    assert 120 < sum(move.seconds for move in chosen_moves()) < 300


def test_moves_go_by_name_in_the_order_asked_for():
    assert [move.name for move in chosen_moves(("turn", "stand"))] == ["turn", "stand"]
    assert {move.seconds for move in chosen_moves(seconds=3)} == {3}
    with pytest.raises(BadInput, match="--ask salto: unknown; known: stand,"):
        chosen_moves(("salto",))


def test_a_script_is_text_or_json(tmp_path):
    text, data = tmp_path / "a.txt", tmp_path / "a.json"
    text.write_text("# warm up\n10 Both arms high\n\n 4.5 s  Nod\n")
    assert read_script(text) == [
        RecordedMove("move-2", "Both arms high", 10), RecordedMove("move-4", "Nod", 4.5)
    ]  # fmt: skip
    data.write_text(json.dumps([{"say": "Leave", "seconds": 5, "away": True}]))
    assert chosen_moves(script=data) == [RecordedMove("move-1", "Leave", 5, away=True)]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("", "holds not one move"),
        ("arms high", "line 1 is 'arms high', expected seconds and words"),
        ("0 nothing", "move 1 lasts 0.0 s"),
        ("[1]", 'move 1 has no "say"'),
        ('[{"say": "a", "seconds": "5"}]', "move 1 lasts '5' s"),
        ('[{"say": "a", "seconds": NaN}]', "NaN is no number"),
        ("[", "cannot be read as JSON"),
        ("3600 long\n3600 longer", "last 7200 s"),
    ],
)
def test_scripts_that_make_no_sense_are_refused(tmp_path, content, reason):
    path = tmp_path / "script"
    path.write_text(content)
    with pytest.raises(BadInput, match=reason):
        chosen_moves(script=path)


def test_what_contradicts_itself_is_refused(tmp_path):
    with pytest.raises(BadInput, match="give one of them"):
        chosen_moves(tuple(MOVES), tmp_path / "a.txt")
    with pytest.raises(BadInput, match="--seconds 0"):
        chosen_moves(seconds=0)
    with pytest.raises(BadInput, match="no such file"):
        chosen_moves(script=tmp_path / "missing.txt")


def test_every_movement_that_a_dance_needs_has_its_move():
    met_by = {
        "left hand high": "arms-high", "right hand high": "arms-high", "hands low": "arms-low",
        "arms wide": "arms-wide", "arms crossed": "arms-crossed", "step to the left": "step-left",
        "step to the right": "step-right", "turned to a side": "turn", "turned away": "turn",
        "squat": "squat", "leg lifted": "knees", "nearer": "near-far", "farther": "near-far",
    }  # fmt: skip
    assert met_by.keys() >= NEEDS.keys()
    assert set(met_by.values()) <= MOVES.keys()

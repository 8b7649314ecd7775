import json

import pytest
from scipy.stats import binomtest

from stickdance.checkpoints.errors import BadInput
from stickdance.tools.blind_test.page import KIND, QUESTIONS
from stickdance.tools.blind_test.tally import ANSWERS, tally, wilson

SIDES = {1: ("new", "old"), 2: ("old", "new"), 3: ("new", "old"), 4: ("old", "new")}


@pytest.fixture
def key(tmp_path):
    told = {
        "kind": KIND, "page": "abc", "ways": ["new", "old"], "questions": QUESTIONS,
        "pairs": [{"pair": n, "song": f"song {n}", "A": a, "B": b} for n, (a, b) in SIDES.items()],
    }  # fmt: skip
    path = tmp_path / "page.key.json"
    path.write_text(json.dumps(told))
    return path


def answers(place, session, chosen, saved="2030-01-01", page="abc"):
    """Write a file in which a person chose ways: {pair: (beats, natural, dynamic, liked)}."""
    told = []
    for pair, ways in chosen.items():
        sides = ["A" if SIDES[pair][0] == way else "B" for way in ways]
        told.append({"pair": pair, **dict(zip(QUESTIONS, sides, strict=False))})
    path = place / f"{session}_{saved}.json"
    path.write_text(
        json.dumps({"kind": ANSWERS, "page": page, "session": session, "saved": saved,
                    "answers": told})
    )  # fmt: skip
    return path


ALL_NEW = dict.fromkeys(SIDES, ("new",) * 4)


def test_choices_are_counted_by_way_whatever_side_it_stood_on(key, tmp_path):
    mixed = {1: ("new", "old", "old", "new"), 2: ("new", "old", "new", "new")}
    result = tally(key, [answers(tmp_path, "p", mixed)])
    counts = {name: (one["first"], one["answers"]) for name, one in result["questions"].items()}
    assert counts == {"beats": (2, 2), "natural": (0, 2), "dynamic": (1, 2), "liked": (2, 2)}
    assert result["overall"]["share"] == pytest.approx(5 / 8)
    assert result["chose_a"] == pytest.approx(3 / 8)  # A, B, B, A, then B, A, B, B
    assert result["pairs"][0]["natural"] == {"answers": 1, "first": 0}


@pytest.mark.parametrize(("won", "count"), [(0, 5), (3, 7), (50, 61), (22, 22)])
def test_intervals_are_those_of_scipy(won, count):
    low, high = binomtest(won, count).proportion_ci(method="wilson")
    assert wilson(won / count, count) == pytest.approx((low, high))


def test_a_question_has_its_interval_and_its_p(key, tmp_path):
    files = [answers(tmp_path, f"p{n}", ALL_NEW) for n in range(3)]
    liked = tally(key, files)["questions"]["liked"]
    assert liked["answers"] == liked["first"] == 12
    assert liked["p"] == pytest.approx(2 * 0.5**12)
    assert liked["low"] == pytest.approx(binomtest(12, 12).proportion_ci(method="wilson").low)


def test_four_answers_to_a_pair_are_one_judgement(key, tmp_path):
    files = [answers(tmp_path, f"p{n}", ALL_NEW) for n in range(2)]
    overall = tally(key, files)["overall"]
    assert overall["judgements"] == 8
    assert (overall["low"], overall["high"]) == pytest.approx(wilson(1.0, 8))


def test_of_one_sessions_files_the_last_counts(key, tmp_path):
    early = answers(tmp_path, "p", {1: ("old",) * 4}, saved="2030-01-01")
    late = answers(tmp_path, "p", ALL_NEW, saved="2030-01-02")
    for files in ([early, late], [late, early], [late, late]):
        result = tally(key, files)
        assert result["people"] == 1 and result["overall"]["share"] == 1


def test_questions_left_open_do_not_count(key, tmp_path):
    result = tally(key, [answers(tmp_path, "p", {1: ("new", "old")})])
    assert result["questions"]["liked"]["answers"] == 0
    assert result["questions"]["liked"]["share"] is None
    assert "no answers" in result["table"]


def test_the_tally_is_written_and_told(key, tmp_path):
    out = tmp_path / "tally.json"
    result = tally(key, [answers(tmp_path, "p", ALL_NEW)], out)
    told = json.loads(out.read_text())
    assert told == {name: value for name, value in result.items() if name != "table"}
    assert "how often new was chosen over old" in result["table"]
    assert "100% [51%, 100%] of 4, p 0.125" in result["table"]


def test_answers_to_another_page_are_refused(key, tmp_path):
    with pytest.raises(BadInput, match="another page"):
        tally(key, [answers(tmp_path, "p", ALL_NEW, page="other")])


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"kind": "letter"}, "expected a blind comparison answers"),
        ({"session": 4}, "damaged"),
        ({"answers": {}}, "damaged"),
        ({"answers": [{"pair": 9}]}, "does not have"),
        ({"answers": [{"pair": 1, "liked": "C"}]}, "neither A nor B"),
        ({"answers": []}, "no answers"),
    ],
)
def test_files_that_are_no_answers_are_refused(change, told, key, tmp_path):
    path = answers(tmp_path, "p", ALL_NEW)
    path.write_text(json.dumps(json.loads(path.read_text()) | change))
    with pytest.raises(BadInput, match=told):
        tally(key, [path])


@pytest.mark.parametrize(("text", "told"), [("not json", "cannot be read"), ("[1]", "expected")])
def test_files_of_other_kinds_are_refused(text, told, key, tmp_path):
    path = tmp_path / "answers.json"
    path.write_text(text)
    with pytest.raises(BadInput, match=told):
        tally(key, [path])


def test_a_damaged_key_is_refused(key, tmp_path):
    told = json.loads(key.read_text())
    told["pairs"][0]["A"] = "old"
    key.write_text(json.dumps(told))
    with pytest.raises(BadInput, match="damaged key"):
        tally(key, [answers(tmp_path, "p", ALL_NEW)])

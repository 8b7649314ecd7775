import json
from dataclasses import replace

import numpy as np
import pytest

from stickdance.checkpoints.errors import BadInput
from stickdance.choreography.motion_graph import segmentation
from stickdance.tools.demo.song.compose import compose, write_song
from stickdance.tools.make.song_to_video import demo_performer
from stickdance.tools.studio.dance_work import (
    Floor,
    changed_dance,
    earlier_dance,
    first_dance,
    known_actions,
    rerolled_dance,
)


@pytest.fixture(scope="module")
def danced(tmp_path_factory):
    """A dance, as it was in the beginning; tests leave plans of their own behind."""
    folder = tmp_path_factory.mktemp("dance")
    song = folder / "song.wav"
    write_song(compose(1, seconds=8, tempo=120), song)
    floor = Floor(folder, song, demo_performer())
    made = first_dance(floor, "pop", None, 0)
    return floor, made, view(floor), figure(floor)


def view(floor):
    return json.loads((floor.folder / "view.json").read_text())


def figure(floor):
    return np.fromfile(floor.folder / "figure.bin", "<f4").reshape(-1, 18, 2)


def steps_after(floor, change):
    """The steps of the first plan after a change of it, which is danced as well."""
    changed_dance(floor, 1, change)
    return view(floor)["steps"]


def test_a_dance_tells_its_steps_in_seconds_and_its_poses_as_shares(danced):
    _, made, seen, poses = danced
    assert (made["state"], made["revision"]) == ("ready", 1)
    assert made["steps"] == len(seen["steps"]) > 1
    assert all(step["start"] < step["end"] for step in seen["steps"])
    assert set(seen["downbeats"]) < set(seen["beats"])
    assert poses.shape == (seen["frames"], 18, 2)
    assert np.nanmin(poses) > 0
    assert np.nanmax(poses) < 1


def test_a_changed_step_is_danced_and_the_others_stay_and_undo_gives_the_poses_back(danced):
    floor, _, seen, before = danced
    place = len(seen["steps"]) - 1
    to = next(
        each["name"] for each in known_actions() if each["name"] != seen["steps"][place]["action"]
    )
    made = changed_dance(floor, 1, {"step": place, "do": "action", "to": to})
    assert made["revision"] == 2
    assert view(floor)["steps"][place]["action"] == to
    assert view(floor)["steps"][:place] == seen["steps"][:place]
    begins = round((seen["steps"][place]["start"] - 1.0) * seen["fps"])
    np.testing.assert_allclose(figure(floor)[:begins], before[:begins], atol=1e-5)
    assert np.nanmax(np.abs(figure(floor)[begins:] - before[begins:])) > 0.01
    earlier_dance(floor, 1)
    np.testing.assert_allclose(figure(floor), before, atol=1e-5)


def test_two_steps_change_places_and_each_keeps_the_other_s_beats(danced):
    floor, _, seen, _ = danced
    now = steps_after(floor, {"step": 0, "do": "swap", "to": 1})
    first, second = seen["steps"][:2]
    assert first["action"] != second["action"]
    assert [step["action"] for step in now[:2]] == [second["action"], first["action"]]
    assert [step["start"] for step in now] == [step["start"] for step in seen["steps"]]
    assert now[2:] == seen["steps"][2:]


def test_a_section_is_made_wilder_and_its_steps_stay_as_unlike(danced):
    floor, _, seen, _ = danced
    last = len(seen["steps"]) - 1
    now = steps_after(floor, {"step": 0, "do": "energy", "last": last, "to": 0.7})
    energies = [np.array([step["energy"] for step in steps]) for steps in (seen["steps"], now)]
    assert energies[1].mean() == pytest.approx(0.7, abs=0.002)
    np.testing.assert_allclose(np.diff(energies[0]), np.diff(energies[1]), atol=0.002)


@pytest.mark.parametrize(
    "change",
    [
        {"step": 99, "do": "mirror"},
        {"step": "0", "do": "mirror"},
        {"step": True, "do": "mirror"},
        {"step": 0, "do": "action", "to": "no_such_action"},
        {"step": 0, "do": "energy", "to": 7},
        {"step": 0, "do": "energy", "to": None},
        {"step": 0, "do": "energy", "to": 0.5, "last": 99},
        {"step": 0, "do": "swap", "to": 99},
        {"step": 0, "do": "explode"},
    ],
)
def test_a_change_that_is_none_is_refused_and_the_plan_stays(danced, change):
    floor, *_ = danced
    plans = sorted(path.name for path in (floor.folder / "plans").iterdir())
    with pytest.raises(BadInput):
        changed_dance(floor, 1, change)
    assert sorted(path.name for path in (floor.folder / "plans").iterdir()) == plans


def test_steps_are_chosen_anew_in_another_style_but_for_one_that_is_kept(danced):
    floor, _, seen, _ = danced
    before = seen["steps"]
    assert steps_after(floor, {"step": 0, "do": "lock"})[0]["locked"]
    made = rerolled_dance(floor, 2, 0, len(before) - 1, "sharp")
    assert made["revision"] == 3
    now = view(floor)["steps"]
    assert now[0] == {**before[0], "locked": True}
    assert [step["action"] for step in now[1:]] != [step["action"] for step in before[1:]]


def test_whoever_was_filmed_too_briefly_for_own_moves_dances_named_steps(
    danced, tmp_path, monkeypatch
):
    def too_few(take):
        raise segmentation.TooFewMoves(f"{take}: one move")

    monkeypatch.setattr(segmentation, "cut_take", too_few)
    floor = danced[0]
    filmed = replace(floor, folder=tmp_path, moves=tmp_path / "take")
    made = first_dance(filmed, "pop", None, 0, insists=False)
    assert made["own"] is False
    assert made["steps"] > 1

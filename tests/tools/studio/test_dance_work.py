import json

import numpy as np
import pytest

from stickdance.checkpoints.errors import BadInput
from stickdance.tools.demo.song.compose import compose, write_song
from stickdance.tools.make.song_to_video import demo_performer
from stickdance.tools.studio.dance_work import (
    changed_dance,
    earlier_dance,
    first_dance,
    known_actions,
    rerolled_dance,
)


@pytest.fixture(scope="module")
def danced(tmp_path_factory):
    folder = tmp_path_factory.mktemp("dance")
    song = folder / "song.wav"
    write_song(compose(1, seconds=12, tempo=120), song)
    made = first_dance(folder, song, demo_performer(), "pop", None, 0)
    return folder, song, made, view(folder), figure(folder)


def view(folder):
    return json.loads((folder / "view.json").read_text())


def figure(folder):
    return np.fromfile(folder / "figure.bin", "<f4").reshape(-1, 18, 2)


def test_a_dance_tells_its_steps_in_seconds_and_its_poses_as_shares(danced):
    _, _, made, seen, poses = danced
    assert (made["state"], made["revision"]) == ("ready", 1)
    assert made["steps"] == len(seen["steps"]) > 1
    assert all(step["start"] < step["end"] for step in seen["steps"])
    assert poses.shape == (seen["frames"], 18, 2)
    assert np.nanmin(poses) > 0
    assert np.nanmax(poses) < 1


def test_a_changed_step_is_danced_and_the_others_stay_and_undo_gives_the_poses_back(danced):
    folder, song, _, seen, before = danced
    place = len(seen["steps"]) - 1
    to = next(
        each["name"] for each in known_actions() if each["name"] != seen["steps"][place]["action"]
    )
    change = {"step": place, "do": "action", "to": to}
    made = changed_dance(folder, song, demo_performer(), 1, change)
    assert made["revision"] == 2
    assert view(folder)["steps"][place]["action"] == to
    assert view(folder)["steps"][:place] == seen["steps"][:place]
    begins = round((seen["steps"][place]["start"] - 1.0) * seen["fps"])
    np.testing.assert_allclose(figure(folder)[:begins], before[:begins], atol=1e-5)
    assert np.nanmax(np.abs(figure(folder)[begins:] - before[begins:])) > 0.01
    earlier_dance(folder, song, demo_performer(), 1)
    np.testing.assert_allclose(figure(folder), before, atol=1e-5)


@pytest.mark.parametrize(
    "change",
    [
        {"step": 99, "do": "mirror"},
        {"step": "0", "do": "mirror"},
        {"step": 0, "do": "action", "to": "no_such_action"},
        {"step": 0, "do": "energy", "to": 7},
        {"step": 0, "do": "energy", "to": None},
        {"step": 0, "do": "swap", "to": 99},
        {"step": 0, "do": "explode"},
    ],
)
def test_a_change_that_is_none_is_refused_and_the_plan_stays(danced, change):
    folder, song, *_ = danced
    plans = sorted(path.name for path in (folder / "plans").iterdir())
    with pytest.raises(BadInput):
        changed_dance(folder, song, demo_performer(), 1, change)
    assert sorted(path.name for path in (folder / "plans").iterdir()) == plans


def test_steps_are_chosen_anew_but_for_one_that_is_kept(danced):
    folder, song, *_ = danced
    earlier_dance(folder, song, demo_performer(), 1)
    before = view(folder)["steps"]
    changed_dance(folder, song, demo_performer(), 1, {"step": 0, "do": "lock"})
    assert view(folder)["steps"][0]["locked"]
    made = rerolled_dance(folder, song, demo_performer(), 2, 0, len(before) - 1)
    assert made["revision"] == 3
    now = view(folder)["steps"]
    assert now[0] == {**before[0], "locked": True}
    assert [step["action"] for step in now[1:]] != [step["action"] for step in before[1:]]

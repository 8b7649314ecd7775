"""Moves of a shot list found in a take: by the guide, by a recording's notes, and left out."""

import json
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from stickdance.capture.pose.sequence import PoseSequence
from stickdance.checkpoints.errors import BadInput
from stickdance.checkpoints.manifest import read_manifest, result_folder
from stickdance.choreography.body.proportions import default_profile
from stickdance.choreography.motion_graph.time_warp import footage_times, lay
from stickdance.choreography.shotlist.filmed import shots_of
from stickdance.choreography.shotlist.guide import guide_of
from stickdance.choreography.shotlist.shot_list import Shot, ShotList
from stickdance.tools.shotlist.marking import check_shots, mark_shots

BODY = default_profile((200, 200))
FPS = 20.0
LISTED = ShotList((Shot("mambo", False, 4, repeats=2), Shot("lasso", True, 4, repeats=2)), 110.0)
GUIDE = guide_of(LISTED)


def take_of(points: np.ndarray, folder, missing=()) -> SimpleNamespace:
    """What a take of these poses is to those who look for moves in it."""
    with result_folder(folder / "take", "take", {"options": {"a": 1}}) as inside:
        (inside / "poses.npz").write_bytes(b"poses")
    (folder / "anna.mp4").write_bytes(b"video")
    source = SimpleNamespace(path=str(folder / "anna.mp4"), first=0, frames=len(points))
    poses = PoseSequence(points, np.ones(points.shape[:2]), FPS, BODY.size)
    return SimpleNamespace(
        path=folder / "take", poses=poses, body=BODY, fps=FPS, frame_count=len(points),
        sources=(source,), report={"missing_frames": list(missing)},
    )  # fmt: skip


@pytest.fixture(scope="module")
def shown() -> np.ndarray:
    """The guide's figure, filmed from a second before it began."""
    points = GUIDE.poses(BODY, FPS).points
    return np.concatenate([np.repeat(points[:1], round(FPS), axis=0), points])


def test_footage_of_the_guide_is_found_written_and_known_by_its_manifest(shown, tmp_path):
    take = take_of(shown, tmp_path)
    found = mark_shots(take, LISTED.save(tmp_path / "list.json"))
    assert found.left_out == ()
    expected = [one.start + 1 for one in GUIDE.danced]
    assert [one.start for one in found.filmed] == pytest.approx(expected, abs=1 / FPS)
    assert [one.start for one in shots_of(take.path).filmed] == pytest.approx(expected, abs=0.06)
    manifest = read_manifest(take.path, "take", content=True)
    assert sorted(manifest["files"]) == ["poses.npz", "shots.json"]
    assert manifest["options"] == {"a": 1}


def test_notes_of_a_recording_say_where_moves_are_without_the_guide(shown, tmp_path):
    marks = [{"shot": one.number, "start": one.start + 1.2} for one in GUIDE.danced]
    notes = {"shot_list": json.loads(LISTED.to_json()), "shots": marks}
    (tmp_path / "anna.moves.json").write_text(json.dumps(notes))
    found = mark_shots(take_of(shown, tmp_path))
    expected = [one.start + 1 for one in GUIDE.danced]  # the camera was 0.2 s behind
    assert [one.start for one in found.filmed] == pytest.approx(expected, abs=1 / FPS)
    other = replace(LISTED, shots=LISTED.shots[:1]).save(tmp_path / "other.json")
    with pytest.raises(BadInput, match=r"anna\.mp4: was filmed by another shot list"):
        check_shots([tmp_path / "anna.mp4"], other)


def test_what_was_not_danced_or_not_seen_is_left_out_and_told(shown, tmp_path):
    points = shown.copy()
    starts = [round((one.start + 1) * FPS) for one in GUIDE.danced]
    length = round(4 * GUIDE.interval * FPS)
    points[starts[0] : starts[0] + length] = points[starts[0]]  # stood still
    unseen = range(starts[1], starts[1] + length)
    found = mark_shots(take_of(points, tmp_path, unseen), LISTED.save(tmp_path / "list.json"))
    assert [one.shot for one in found.filmed] == [1, 2]
    assert "mambo (shot 1) at" in found.left_out[0]
    assert "moves otherwise than shown" in found.left_out[0]
    assert "nobody is found in" in found.left_out[1]


def test_footage_of_something_else_is_refused_and_the_take_kept(tmp_path):
    turning = np.linspace(0, 60, 600)
    points = np.repeat(GUIDE.poses(BODY, FPS).points[:1], 600, axis=0)
    points[:, 4] += np.stack([np.sin(turning), np.cos(1.7 * turning)], axis=1) * 10
    with pytest.raises(BadInput, match=r"does not follow the guide .*the take is kept"):
        mark_shots(take_of(points, tmp_path), LISTED.save(tmp_path / "list.json"))
    assert shots_of(tmp_path / "take") is None


def test_a_take_without_a_list_is_left_alone(shown, tmp_path):
    take = take_of(shown, tmp_path)
    assert mark_shots(take) is None
    assert shots_of(take.path) is None


def test_a_filmed_shot_plays_evenly_whatever_its_speed_and_ends_on_the_last_beat(shown, tmp_path):
    found = mark_shots(take_of(shown, tmp_path), LISTED.save(tmp_path / "list.json"))
    move = found.moves[0]
    laying = lay(move, np.linspace(10, 12, 5))  # a song of 120 beats a minute
    assert laying.pace == pytest.approx(120 / 110, abs=1e-3)
    at = footage_times(laying, np.array([0, 1, 2.5, 4]), lambda times: 1 / (1 + times))
    assert at - move.start == pytest.approx(np.array([0, 1, 2.5, 4]) * 60 / 110, abs=1e-3)

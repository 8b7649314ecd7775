"""Filming by a shot list: what is said when, what is asked for again, and the notes that stay."""

import json
import subprocess
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from stickdance.capture.estimators.contract import Person
from stickdance.capture.media.camera import VIEW_FPS
from stickdance.capture.media.ffmpeg import program
from stickdance.capture.options import CameraOptions
from stickdance.capture.pose.skeleton import OPENPOSE_18
from stickdance.checkpoints.errors import BadInput, UsageError
from stickdance.choreography.body.proportions import default_profile
from stickdance.choreography.shotlist.guide import guide_through
from stickdance.choreography.shotlist.shot_list import Shot, ShotList
from stickdance.tools.options import RecordOptions
from stickdance.tools.recording.record import record
from stickdance.tools.recording.shot_check import Glance, complaint_of
from stickdance.tools.shotlist.marking import marks_beside

QUIET = {"voice": False, "view": False}
SHORT = Shot("mambo", False, 4, repeats=2)
LISTED = ShotList((SHORT, replace(SHORT, mirrored=True)), 240.0)
BODY = default_profile((320, 320))


def glances(listed: ShotList, late: float = 0.0, beside: float = 0.0) -> list[Glance]:
    """Somebody who does the first move of a list just as the figure does, seen at 10 a second."""
    poses = guide_through(listed, 1, shown=False, times=1).poses(BODY, VIEW_FPS)
    sure = np.ones(len(OPENPOSE_18), np.float32)
    return [
        Glance(n / VIEW_FPS + late, Person(points + np.array([beside, 0]), sure), (320, 320))
        for n, points in enumerate(poses.points)
    ]


def filmed(source: str, folder: Path) -> Path:
    """Return a film of what one of ffmpeg's sources shows, in place of a camera."""
    to = folder / "someone.mp4"
    command = [program(), "-v", "error", "-f", "lavfi", "-i", source, "-c:v", "libx264"]
    subprocess.run([*command, "-preset", "ultrafast", str(to)], check=True)
    return to


SLOW = ShotList((Shot("mambo", False, 8),), 100.0)
ASKED = guide_through(SLOW, 1, shown=False, times=1).danced


def complaint(seen: list[Glance]) -> str:
    return complaint_of(seen, OPENPOSE_18, SLOW, ASKED)


def test_a_move_that_is_danced_as_shown_is_taken():
    assert complaint(glances(SLOW)) == ""


def test_each_way_of_failing_is_named():
    nobody = [replace(one, person=None) for one in glances(SLOW)]
    assert "nobody was found in 100% of the pictures" in complaint(nobody)
    assert "step back" in complaint(glances(SLOW, beside=200))
    assert "0.8 s after the click" in complaint(glances(SLOW, late=0.8))
    other = ShotList((Shot("squat_drop", False, 8),), 100.0)
    assert "not the one shown" in complaint(glances(other))
    assert "hardly looked at" in complaint([])


def test_a_list_is_filmed_move_by_move_and_the_notes_say_where(tmp_path):
    camera = filmed("testsrc2=s=160x120:r=25:d=30", tmp_path)
    path, told = LISTED.save(tmp_path / "list.json"), []
    options = RecordOptions(shotlist=path, countdown=1, realtime=False, consent="yes", **QUIET)
    done = record(tmp_path / "anna.mp4", CameraOptions(str(camera)), options, told.append)
    assert (done.done, done.left_out) == (("shot-1", "shot-2"), ())
    assert any(line.startswith("1/2  mambo: ") for line in told)
    assert any("your turn in 4 beats" in line for line in told)
    marks = marks_beside(tmp_path / "anna.mp4")
    assert marks.listed == LISTED
    assert [one.number for one in marks.danced] == [1, 2, 1, 2]
    # A second of countdown; then a second before the click, and three bars of a second each.
    assert marks.danced[0].start == pytest.approx(1 + 1 + 3 * 1 - 0.25, abs=0.21)
    # All four parts, in turn, without a pause.
    starts = np.array([one.start for one in marks.danced])
    assert np.diff(starts) == pytest.approx([6, 4, 4], abs=0.3)


def test_what_a_broken_off_recording_had_marked_is_there_after_recovery(tmp_path):
    camera = filmed("testsrc2=s=160x120:r=25:d=12", tmp_path)
    path = LISTED.save(tmp_path / "list.json")
    options = RecordOptions(shotlist=path, countdown=1, realtime=False, **QUIET)
    done = record(tmp_path / "a.mp4", CameraOptions(str(camera)), options, lambda line: None)
    assert (done.done, done.left_out) == (("shot-1",), ("shot-2",))
    assert [one.number for one in marks_beside(tmp_path / "a.mp4").danced] == [1]


def test_what_does_not_fit_is_refused_before_the_camera_is_opened(tmp_path):
    path = LISTED.save(tmp_path / "list.json")
    with pytest.raises(UsageError, match="--shotlist: says what is filmed"):
        record(tmp_path / "a.mp4", options=RecordOptions(shotlist=path, moves=("turn",)))
    (tmp_path / "no.json").write_text("[]")
    with pytest.raises(BadInput, match=r"no\.json: expected a shot list"):
        record(tmp_path / "a.mp4", options=RecordOptions(shotlist=tmp_path / "no.json"))
    (tmp_path / "b.moves.json").write_text(json.dumps({"shot_list": {}, "shots": []}))
    with pytest.raises(BadInput, match=r"b\.moves\.json: expected a shot list"):
        marks_beside(tmp_path / "b.mp4")

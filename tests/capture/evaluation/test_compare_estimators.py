import json
from dataclasses import replace

import numpy as np
import pytest

from stickdance.capture.estimators import catalog
from stickdance.capture.estimators.contract import FrameEstimate
from stickdance.capture.evaluation.compare_estimators import compare_estimators, counted
from stickdance.capture.evaluation.comparison_table import Count, as_table, save
from stickdance.capture.keypoint_files.openpose import write_openpose
from stickdance.capture.options import EstimatorComparisonOptions
from stickdance.capture.pose.sequence import PoseSequence
from stickdance.capture.pose.skeleton import OPENPOSE_18
from stickdance.checkpoints.errors import BadInput


def standing_still(frames: int = 20) -> PoseSequence:
    points = np.tile(np.linspace(100, 300, 18)[:, None], (frames, 1, 2))
    return PoseSequence(points, np.full((frames, 18), 0.75), 30, (640, 320))


def test_a_person_who_stands_still_has_no_errors():
    row = counted(standing_still(), "a.mp4", 12.5)
    assert (row.frames, row.missing, row.incorrect, row.jumps, row.incomplete) == (20, 0, 0, 0, 0)
    assert (row.confidence, row.milliseconds) == (pytest.approx(0.75), 12.5)


def test_missing_frames_jumps_and_missing_joints_are_counted_apart():
    poses = standing_still()
    points, confidence = poses.points.copy(), poses.confidence.copy()
    points[3:5], confidence[3:5] = np.nan, 0  # two missing frames
    points[8] += 60  # a jump, farther than 50 px: eq. (1) refuses it, and not the way back
    points[12, 4], confidence[12, 4] = np.nan, 0  # a joint is missing: at (0, 0) it is far away
    row = counted(replace(poses, points=points, confidence=confidence), "a.mp4")
    assert (row.missing, row.jumps, row.incorrect, row.incomplete) == (2, 1, 2, 1)
    assert row.confidence == pytest.approx(0.75 * (18 * 18 - 1) / (18 * 18))


def test_nobody_at_all_has_no_confidence():
    nobody = PoseSequence(np.full((4, 18, 2), np.nan), np.zeros((4, 18)), 30, (640, 320))
    row = counted(nobody, "a.mp4")
    assert (row.missing, row.incorrect, row.confidence) == (4, 0, None)


def test_mean_and_median_over_the_videos():
    assert Count.of([0, 1, 8]) == Count(3, 1)


class Sees:
    """Finds what it was told, and nobody in the first frames."""

    name = "sees"
    skeleton = OPENPOSE_18
    notes = ("sees: a note",)

    def __init__(self, poses, blind):
        self._poses, self._blind = poses, blind

    def estimate(self, frames):
        for number, estimate in enumerate(catalog.Replay(self._poses).estimate(frames)):
            yield FrameEstimate() if number < self._blind else estimate


@pytest.fixture
def seeing(filmed, monkeypatch):
    """Estimators: one that misses 5 frames, and one that is not installed."""
    real = catalog._maker

    def maker(name):
        return (lambda: Sees(filmed.poses, 5)) if name == "sees" else real("pifpaf")

    monkeypatch.setattr(catalog, "_maker", maker)
    monkeypatch.setattr(
        "stickdance.capture.evaluation.compare_estimators.names",
        lambda: ("sees", "pifpaf", "replay"),
    )
    monkeypatch.setitem(__import__("sys").modules, "openpifpaf", None)


@pytest.mark.usefixtures("seeing")
def test_all_estimators_are_listed_with_those_that_are_absent_and_how_to_get_them(filmed):
    found = compare_estimators([filmed.video], EstimatorComparisonOptions(height=160))
    (row,) = found.rows
    assert (row.estimator, row.joints, row.missing.mean) == ("sees", 18, 5)
    assert 0 < row.milliseconds < 50
    (absent,) = found.absent
    assert absent.estimator == "pifpaf"
    assert "make pifpaf" in absent.reason
    table = as_table(found)
    assert table.splitlines()[0].split() == [
        *("estimator", "joints", "frames", "missing", "incorrect", "jumps", "incomplete"),
        *("confidence", "ms/frame"),
    ]
    assert "pifpaf: absent; " in table
    assert "sees: a note" in table


@pytest.mark.usefixtures("seeing")
def test_several_videos_and_their_keypoint_files(filmed, tmp_path):
    write_openpose(filmed.poses, tmp_path / "all")
    half = replace(filmed.poses, confidence=filmed.poses.confidence.copy())
    half.confidence[:30] = 0
    write_openpose(half, tmp_path / "half")
    options = EstimatorComparisonOptions(
        ("sees",), (tmp_path / "all", tmp_path / "half"), height=80
    )
    found = compare_estimators([filmed.video, filmed.video], options)
    files, sees = found.rows
    assert files.estimator == "all: OpenPose COCO-18"
    assert [one.missing for one in files.videos] == [0, 30]
    assert (files.missing, files.milliseconds) == (Count(15, 15), None)
    assert files.confidence == pytest.approx(1)
    assert sees.missing.mean == 5  # poses of the first video serve for the second too
    assert "15.0 (15)" in as_table(found)


def test_a_file_that_tells_no_confidence_has_none_in_the_table(filmed, tmp_path):
    joints = [dict(zip("xy", map(float, p), strict=True)) for p in filmed.poses.points[0]]
    frame = dict(zip(OPENPOSE_18.joints, joints, strict=True))
    (tmp_path / "a.json").write_text(json.dumps([frame] * 60))
    options = EstimatorComparisonOptions(("replayed",), (tmp_path / "a.json",))
    with pytest.raises(BadInput, match="'replayed' is unknown"):
        compare_estimators([filmed.video], options)
    options = replace(options, estimators=(), height=160, end_seconds=1.0)
    row = compare_estimators([filmed.video], options).rows[0]
    assert (row.confidence, row.milliseconds, row.videos[0].frames) == (None, None, 25)


def test_wrong_requests_are_refused(filmed, tmp_path):
    with pytest.raises(BadInput, match="no video given"):
        compare_estimators([])
    with pytest.raises(BadInput, match="1 files for 2 videos"):
        options = EstimatorComparisonOptions(poses=(filmed.poses_file,))
        compare_estimators([filmed.video] * 2, options)
    with pytest.raises(BadInput, match="name its file with --poses"):
        compare_estimators([filmed.video], EstimatorComparisonOptions(("replay",)))
    with pytest.raises(BadInput, match="has no frames from 50 s on"):
        options = EstimatorComparisonOptions((), (filmed.poses_file,), start_seconds=50)
        compare_estimators([filmed.video], options)


@pytest.mark.usefixtures("seeing")
def test_the_table_is_written_as_json(filmed, tmp_path):
    found = compare_estimators([filmed.video], EstimatorComparisonOptions(("sees",), height=160))
    save(found, tmp_path / "table.json")
    read = json.loads((tmp_path / "table.json").read_text())
    assert read == json.loads(json.dumps(found.as_json()))
    assert read["rows"][0]["videos"][0]["missing"] == 5

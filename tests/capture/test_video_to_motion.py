import numpy as np
import pytest

from stickdance.capture.media.video import VideoWriter
from stickdance.capture.motion_clip import MotionClip
from stickdance.capture.options import CaptureOptions
from stickdance.capture.video_to_motion import video_to_motion
from stickdance.checkpoints.errors import BadInput
from stickdance.checkpoints.files import sha256
from stickdance.checkpoints.manifest import result_folder


@pytest.fixture
def replayed(filmed):
    def options(**changes):
        return CaptureOptions(
            estimator="replay", poses=filmed.poses_file, hands_and_face="off", **changes
        )

    return options


def test_a_motion_clip_has_the_persons_poses_and_where_they_come_from(filmed, replayed, tmp_path):
    clip = video_to_motion(filmed.video, tmp_path / "clip", replayed(consent="yes"))
    away = np.linalg.norm(clip.poses.points - filmed.poses.points, axis=-1)
    assert len(clip.poses) == 60 and away.mean() < 1.0
    assert clip.about == {
        "video": "anna.mp4", "sha256": sha256(filmed.video), "start_seconds": 0.0, "consent": "yes",
    }  # fmt: skip
    assert sorted(path.name for path in clip.path.iterdir()) == ["manifest.json", "poses.npz"]
    assert MotionClip.load(clip.path).warnings == clip.warnings == ()


def test_a_part_begins_where_it_is_asked_to(filmed, replayed, tmp_path):
    part = replayed(start_seconds=0.4, end_seconds=2.4)
    clip = video_to_motion(filmed.video, tmp_path / "clip", part)
    assert (clip.start_seconds, clip.end_seconds) == (0.4, 2.4)
    away = np.linalg.norm(clip.poses.points - filmed.poses.points[:50], axis=-1)
    assert away.mean() < 1.5  # replayed poses of our own begin with the part


def test_a_camera_that_moves_is_said_and_refuses_nothing(filmed, replayed, tmp_path):
    moving = tmp_path / "moving.mp4"
    height, width = filmed.pictures[0].shape[:2]
    with VideoWriter(moving, (width, height), 25.0, crf=6, pixel_format="yuv444p") as video:
        for number, picture in enumerate(filmed.pictures):
            video.write(np.roll(picture, number // 2, axis=1))
    clip = video_to_motion(moving, tmp_path / "clip", replayed())
    assert any("moving.mp4: the camera moves" in line for line in clip.warnings)


def test_a_video_that_is_too_short_is_bad_input_and_leaves_nothing(filmed, replayed, tmp_path):
    with pytest.raises(BadInput, match=r"anna\.mp4: 1\.0 s of footage"):
        video_to_motion(filmed.video, tmp_path / "clip", replayed(end_seconds=1.0))
    assert list(tmp_path.iterdir()) == []


def test_another_result_is_no_motion_clip(tmp_path):
    with result_folder(tmp_path / "other", "dance", {}):
        pass
    with pytest.raises(BadInput, match="expected a motion clip, found a dance"):
        MotionClip.load(tmp_path / "other")

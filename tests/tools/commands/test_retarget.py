import numpy as np
import pytest

from stickdance.capture.media.images import read_picture
from stickdance.capture.media.video import probe
from stickdance.capture.pose.sequence import PoseSequence
from stickdance.capture.pose.skeleton import OPENPOSE_18
from stickdance.checkpoints.errors import BadInput
from stickdance.tools.commands.retarget import retarget_file
from stickdance.tools.options import RetargetOptions

SHAPE = {
    "nose": (0, -1.0), "neck": (0, -0.84), "right_shoulder": (-0.11, -0.84),
    "right_elbow": (-0.19, -0.66), "right_wrist": (-0.21, -0.48), "left_shoulder": (0.11, -0.84),
    "left_elbow": (0.19, -0.66), "left_wrist": (0.21, -0.48), "right_hip": (-0.07, -0.5),
    "right_knee": (-0.08, -0.26), "right_ankle": (-0.08, 0), "left_hip": (0.07, -0.5),
    "left_knee": (0.08, -0.26), "left_ankle": (0.08, 0), "right_eye": (-0.025, -1.03),
    "left_eye": (0.025, -1.03), "right_ear": (-0.05, -1.01), "left_ear": (0.05, -1.01),
}  # fmt: skip


def standing(height: float, feet: tuple[float, float], size: tuple[int, int]) -> PoseSequence:
    points = np.array([SHAPE[name] for name in OPENPOSE_18.joints]) * height + np.array(feet)
    return PoseSequence(np.repeat(points[None], 12, axis=0), np.ones((12, 18)), 25, size)


@pytest.mark.parametrize("method", ["limbs", "global"])
def test_poses_a_video_and_a_strip_come_out(tmp_path, method):
    source = standing(200, (320, 400), (640, 480)).save(tmp_path / "a.npz")
    target = standing(100, (60, 230), (256, 256)).save(tmp_path / "b.npz")
    result = tmp_path / "moved.npz"
    answer = retarget_file(source, target, result, RetargetOptions(method, preview=True))
    moved = PoseSequence.load(result)
    assert (answer["size"], answer["frames"], moved.size) == ([256, 256], 12, (256, 256))
    assert moved.points == pytest.approx(PoseSequence.load(target).points, abs=0.05)
    info = probe(tmp_path / "moved.mp4")
    assert info.size == (480 + 360, 360)
    assert info.frames == 12
    strip = read_picture(tmp_path / "moved.png")
    assert strip.shape[0] == 720
    assert strip.max() > 200


def test_what_holds_no_poses_is_refused(tmp_path):
    poses = standing(200, (320, 400), (640, 480)).save(tmp_path / "a.npz")
    with pytest.raises(BadInput, match=r"video.mp4"):
        retarget_file(tmp_path / "video.mp4", poses, tmp_path / "c.npz")
    with pytest.raises(BadInput, match=r"--output .*ends in .npz"):
        retarget_file(poses, poses, tmp_path / "c.json")
    with pytest.raises(BadInput, match="--method magic"):
        retarget_file(poses, poses, tmp_path / "c.npz", RetargetOptions("magic"))


def test_keypoint_folders_of_other_programs_are_taken(shared_data, tmp_path):
    folders = [shared_data / "poses" / f"{name}_man_openpose25" for name in ("tall", "small")]
    answer = retarget_file(*folders, tmp_path / "moved.npz", RetargetOptions(preview=True))
    assert (answer["frames"], answer["skeleton"], answer["size"]) == (135, "body_25", [720, 1280])
    assert any("says no frame size; 720x1280 is assumed" in line for line in answer["warnings"])
    assert any("says no frame rate; 25" in line for line in answer["warnings"])


def test_a_movement_too_wide_for_the_targets_frame_is_said(tmp_path):
    source = standing(200, (320, 400), (640, 480)).save(tmp_path / "a.npz")
    narrow = standing(100, (8, 230), (40, 256)).save(tmp_path / "b.npz")
    answer = retarget_file(source, narrow, tmp_path / "c.npz")
    assert answer["warnings"] == ["the movement leaves the target's frame in 100% of its frames"]

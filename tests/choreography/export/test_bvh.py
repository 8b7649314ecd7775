import numpy as np
import pytest

from stickdance.capture.keypoint_files.bvh import read_motion
from stickdance.capture.pose.skeleton import OPENPOSE_18
from stickdance.choreography.actions.catalog import DANCED
from stickdance.choreography.body.proportions import body_from_profile, default_profile
from stickdance.choreography.export.bvh import NOSE_SHARE, write_bvh
from stickdance.choreography.plan.choreography import Choreography
from stickdance.choreography.plan.steps import Step
from stickdance.choreography.plan_to_poses.framing import staged_joints
from stickdance.choreography.plan_to_poses.transitions import pose_values

BODY = body_from_profile(default_profile((256, 256)))
NAMES = {
    "neck": "Neck", "nose": "Nose", "left_eye": "LeftEye", "right_ear": "RightEar",
    "left_shoulder": "LeftArm", "left_elbow": "LeftForeArm", "left_wrist": "LeftHand",
    "right_shoulder": "RightArm", "right_elbow": "RightForeArm", "right_wrist": "RightHand",
    "left_hip": "LeftUpLeg", "left_knee": "LeftLeg", "left_ankle": "LeftFoot",
    "right_hip": "RightUpLeg", "right_knee": "RightLeg", "right_ankle": "RightFoot",
}  # fmt: skip


@pytest.fixture(scope="module")
def joints():
    """Every action, four beats each."""
    beats = tuple(1 + 0.5 * np.arange(4 * len(DANCED)))
    steps = tuple(Step(name, 4 * n, 4, bool(n % 2)) for n, name in enumerate(DANCED))
    plan = Choreography("s", "", beats[-1] + 2, 120, 4, beats, (0,), (), steps)
    times = np.arange(round(plan.seconds * 25)) / 25
    return staged_joints(pose_values(plan, times, BODY), BODY, 25.0)


def test_a_bvh_read_back_puts_every_joint_where_it_danced(joints, tmp_path):
    motion = read_motion(write_bvh(joints, 25.0, tmp_path / "dance.bvh", height=170.0))
    assert motion.fps == pytest.approx(25.0) and len(motion.points) == len(joints)
    places = {joint.name: place for place, joint in enumerate(motion.joints)}
    scale = 170.0 * NOSE_SHARE
    for ours, theirs in NAMES.items():
        back = motion.points[:, places[theirs]] / scale
        error = np.linalg.norm(back - joints[:, OPENPOSE_18.index[ours]], axis=-1).max()
        assert error < 1e-4, ours


def test_the_written_bones_are_as_long_as_the_bodys_in_centimetres(joints, tmp_path):
    motion = read_motion(write_bvh(joints, 25.0, tmp_path / "dance.bvh", height=180.0))
    offsets = {joint.name: np.array(joint.offset) for joint in motion.joints}
    scale = 180.0 * NOSE_SHARE
    assert np.linalg.norm(offsets["LeftForeArm"]) == pytest.approx(BODY.upper_arm * scale, rel=1e-4)
    assert np.linalg.norm(offsets["RightLeg"]) == pytest.approx(BODY.thigh * scale, rel=1e-4)
    assert offsets["LeftUpLeg"][0] == pytest.approx(BODY.hip_width * scale / 2, rel=1e-4)


def test_angles_do_not_jump_by_whole_turns(joints, tmp_path):
    path = write_bvh(joints, 25.0, tmp_path / "dance.bvh")
    rows = np.loadtxt(path.read_text().splitlines()[-len(joints) :])
    assert rows.shape[1] == 3 + 3 * 24
    assert np.abs(np.diff(rows[:, 3:], axis=0)).max() < 190


def test_our_own_reader_knows_the_joints_by_their_names(joints, tmp_path):
    from stickdance.capture.keypoint_files.bvh_body import body_in_space

    motion = read_motion(write_bvh(joints, 25.0, tmp_path / "dance.bvh"))
    points = body_in_space(motion) / (170.0 * NOSE_SHARE)
    for name in ("left_wrist", "right_ankle", "left_hip", "right_elbow", "left_shoulder"):
        place = OPENPOSE_18.index[name]
        assert points[:, place] == pytest.approx(joints[:, place], abs=1e-3), name

from dataclasses import replace

import numpy as np
import pytest

from stickdance.capture.pose.skeleton import COCO_17, OPENPOSE_18
from stickdance.checkpoints.errors import BadInput
from stickdance.choreography.actions.catalog import ACTIONS
from stickdance.choreography.body.pose_channels import CHANNELS, INDEX, mirrored, pose
from stickdance.choreography.body.proportions import body_from_profile, default_profile
from stickdance.choreography.evaluation.metrics import bone_drift

PLACE = OPENPOSE_18.index


@pytest.fixture
def profile():
    return default_profile((320, 512))


@pytest.fixture
def body(profile):
    return body_from_profile(profile)


def resting(body):
    return body.project(body.joints(pose()[None]))[0][0]


def test_the_resting_pose_lands_where_the_profile_measured_the_target(profile):
    profile = replace(
        profile,
        face={
            "nose": (3.0, -47.0), "left_eye": (10.0, -55.0), "right_eye": (-5.0, -54.0),
            "left_ear": (17.0, -50.0), "right_ear": (-14.0, -49.0),
        },
        bones={**profile.bones, "neck-left_hip": 115.0, "neck-right_hip": 115.0},
        shoulder_width=80.0,
        hip_width=44.0,
        height=350.0,
        centre=150.0,
        ground=480.0,
    )  # fmt: skip
    points = resting(body_from_profile(profile))
    neck = np.array([150.0, 480.0 - 350.0 + 47.0])
    torso = np.sqrt(115.0**2 - 22.0**2)
    assert points[PLACE["neck"]] == pytest.approx(neck, abs=0.01)
    for name, offset in profile.face.items():
        assert points[PLACE[name]] == pytest.approx(neck + offset, abs=0.01)
    for side, sign in (("left", 1), ("right", -1)):
        assert points[PLACE[f"{side}_shoulder"]] == pytest.approx(
            neck + np.array([40.0 * sign, 0]), abs=0.01
        )
        assert points[PLACE[f"{side}_hip"]] == pytest.approx(
            neck + np.array([22.0 * sign, torso]), abs=0.01
        )
        assert points[PLACE[f"{side}_ankle"]][1] == pytest.approx(480.0, abs=0.01)


def test_bones_keep_their_lengths_in_space_whatever_the_pose(body):
    random = np.random.default_rng(0)
    values = random.normal(0, 1, (300, len(CHANNELS)))
    values[:, [INDEX[n] for n in CHANNELS if n.endswith(("turn", "twist", "lean", "bend"))]] *= 30
    assert bone_drift(body.joints(values)) < 1e-9


def test_arms_and_legs_are_as_long_as_measured(profile, body):
    joints = body.joints(pose(lower=0.1)[None])[0] * profile.height
    for upper, lower in (("shoulder", "elbow"), ("elbow", "wrist")):
        length = np.linalg.norm(joints[PLACE[f"left_{upper}"]] - joints[PLACE[f"left_{lower}"]])
        assert length == pytest.approx(profile.bones[f"left_{upper}-left_{lower}"])


def test_planted_feet_stay_while_the_body_moves(body):
    values = np.stack(
        [
            pose(lower=0.15 * k, sway_x=0.05 * k, turn=30 * k, hip_twist=-20 * k, lean=20 * k)
            for k in np.linspace(0, 1, 20)
        ]
    )
    joints = body.joints(values)
    for side in ("left", "right"):
        ankle = joints[:, PLACE[f"{side}_ankle"]]
        assert np.ptp(ankle, axis=0) == pytest.approx(0, abs=1e-9)
        assert ankle[0, 1] == 0


def test_knees_bend_forward(body):
    joints = body.joints(pose(lower=0.15)[None])[0]
    for side in ("left", "right"):
        middle = (joints[PLACE[f"{side}_hip"]] + joints[PLACE[f"{side}_ankle"]]) / 2
        assert joints[PLACE[f"{side}_knee"]][2] > middle[2] + 0.1


def test_one_foot_is_on_the_ground_unless_the_body_is_in_the_air(body):
    lifted = body.joints(pose(left_foot=(0, 0.2, 0), right_foot=(0, 0.05, 0))[None])[0]
    ankles = [lifted[PLACE[f"{side}_ankle"]][1] for side in ("left", "right")]
    assert min(ankles) == pytest.approx(0)
    flying = body.joints(pose(air=0.1)[None])[0]
    assert flying[PLACE["left_ankle"]][1] == pytest.approx(0.1)


def test_turning_left_moves_the_nose_to_the_pictures_right_and_hides_width(body):
    front, turned = resting(body), body.project(body.joints(pose(turn=40)[None]))[0][0]
    assert turned[PLACE["nose"]][0] > front[PLACE["nose"]][0] + 5

    def width(points):
        return abs(points[PLACE["left_shoulder"]][0] - points[PLACE["right_shoulder"]][0])

    assert width(turned) == pytest.approx(width(front) * np.cos(np.radians(40)), rel=0.02)


def test_depth_is_towards_the_camera_from_the_hips(body):
    reach = ((0.0, 0.0, 1.0), (0.0, 0.0, 1.0))
    _, depth = body.project(body.joints(pose(left=reach)[None]))
    expected = (body.upper_arm + body.forearm) * body.pixels
    assert depth[0, PLACE["left_wrist"]] == pytest.approx(expected, rel=1e-6)
    assert depth[0, [PLACE["left_hip"], PLACE["right_hip"]]].mean() == pytest.approx(0)


def test_a_mirrored_pose_is_the_mirror_image_of_its_joints(body):
    values = ACTIONS["scoop"].poses(np.linspace(0, 1, 9))
    joints, other = body.joints(values), body.joints(mirrored(values))
    flipped = joints[:, list(OPENPOSE_18.mirrored)] * [-1, 1, 1]
    assert other == pytest.approx(flipped, abs=1e-9)
    assert mirrored(mirrored(values)) == pytest.approx(values)


def test_a_profile_without_a_bone_is_refused_by_name(profile):
    bones = {k: v for k, v in profile.bones.items() if k != "left_hip-left_knee"}
    with pytest.raises(BadInput, match="left_hip-left_knee"):
        body_from_profile(replace(profile, bones=bones))
    with pytest.raises(BadInput, match="coco_17"):
        body_from_profile(replace(profile, skeleton=COCO_17))


def test_a_pose_refuses_a_channel_that_does_not_exist():
    with pytest.raises(KeyError):
        pose(elbow=3.0)

import numpy as np
import pytest

from stickdance.capture.pose.skeleton import OPENPOSE_18
from stickdance.choreography.body.proportions import default_profile
from stickdance.choreography.following.place import at_ease, inside_frame, on_ground

BODY = default_profile((200, 200))
FPS = 10.0
AT = OPENPOSE_18.index


def still(frames=20):
    """A crude body in the middle of the frame: hips above ankles, hands at the hips."""
    joints = np.zeros((frames, 18, 3))
    joints[..., 0], joints[..., 1] = 100.0, 80.0
    for side, x in (("left", 106.0), ("right", 94.0)):
        joints[:, AT[f"{side}_ankle"], :2] = x, BODY.ground
    return joints


def test_an_arm_that_is_never_seen_hangs_down_on_its_side_as_long_as_it_is():
    missing = np.zeros((20, 18), bool)
    missing[:, [AT["left_elbow"], AT["left_wrist"]]] = True
    joints = at_ease(still(), missing, BODY, FPS)
    arm = joints[7, AT["left_wrist"]] - joints[7, AT["left_shoulder"]]
    length = BODY.bones["left_shoulder-left_elbow"] + BODY.bones["left_elbow-left_wrist"]
    assert arm[1] == pytest.approx(length, rel=0.15)
    assert abs(arm[0]) < 0.4 * length
    assert (joints[:, AT["right_wrist"]] == still()[:, AT["right_wrist"]]).all()


def test_a_limb_goes_over_to_hanging_and_comes_back_without_a_jump():
    missing = np.zeros((20, 18), bool)
    missing[5:15, AT["left_wrist"]] = True
    path = at_ease(still(), missing, BODY, FPS)[:, AT["left_wrist"], 1]
    whole = BODY.bones["left_elbow-left_wrist"]
    assert path[10] > 80 + 0.5 * whole
    assert np.abs(np.diff(path)).max() < 0.5 * whole


def test_who_is_seen_without_feet_stands_on_the_ground_and_others_keep_their_height():
    floating = still()
    floating[..., 1] -= 30
    missing = np.zeros((20, 18), bool)
    assert (on_ground(floating, missing, BODY, FPS) == floating).all()
    missing[:, [AT["left_ankle"], AT["right_ankle"]]] = True
    stood = on_ground(floating, missing, BODY, FPS)
    np.testing.assert_allclose(stood, still())


def test_a_way_that_leaves_the_frame_is_shortened_and_no_other():
    walking = still()
    walking[..., 0] += np.linspace(-40, 40, 20)[:, None]
    same, share = inside_frame(walking, BODY)
    assert share == 1 and (same == walking).all()
    walking = still()
    walking[..., 0] += np.linspace(0, 180, 20)[:, None]
    walking[4] = np.nan  # nobody is there
    shorter, share = inside_frame(walking, BODY)
    # The right-most point is 6 beyond the hips, 4 of 200 columns stay free: room for 90 of 180.
    assert share == pytest.approx(90 / 180)
    assert np.nanmax(shorter[..., 0]) == pytest.approx(196)
    assert np.isnan(shorter[4]).all()

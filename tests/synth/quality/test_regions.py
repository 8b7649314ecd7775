import numpy as np
import pytest

from stickdance.capture.pose.skeleton import OPENPOSE_18
from stickdance.synth.quality.regions import Guide, region_masks

SIZE = (200, 240)
JOINTS = {
    "nose": (100, 40), "right_eye": (96, 36), "left_eye": (104, 36), "neck": (100, 60),
    "right_hip": (90, 120), "left_hip": (110, 120), "right_elbow": (70, 90),
    "right_wrist": (60, 120), "left_elbow": (130, 90), "left_wrist": (140, 120),
}  # fmt: skip


def pose():
    points = np.full((18, 2), np.nan, np.float32)
    for name, place in JOINTS.items():
        points[OPENPOSE_18.index[name]] = place
    return points, np.isfinite(points).all(axis=1).astype(np.float32)


def middle(mask):
    return np.argwhere(mask).mean(axis=0)[::-1]


def test_person_and_background_share_the_frame():
    matte = np.zeros(SIZE[::-1], np.uint8)
    matte[50:100, 20:60] = 200
    matte[100:110, 20:60] = 100
    masks = region_masks(Guide(matte), SIZE)
    assert masks["person"].sum() == 50 * 40
    assert (masks["person"] ^ masks["background"]).all()


def test_the_face_is_a_disc_around_nose_and_eyes():
    face = region_masks(Guide(None, *pose()), SIZE)["face"]
    assert middle(face) == pytest.approx((100, 112 / 3), abs=0.6)
    assert face.sum() == pytest.approx(np.pi * 15**2, rel=0.06)  # a quarter of a torso of 60 px


def test_hands_lie_beyond_the_wrists():
    hands = region_masks(Guide(None, *pose()), SIZE)["hands"]
    assert middle(hands[:, :100]) == pytest.approx((60 - 10 / 3, 130), abs=0.6)
    assert hands.sum() == pytest.approx(2 * np.pi * 12**2, rel=0.07)


def test_joints_that_are_not_sure_tell_no_region():
    points, confidence = pose()
    confidence[OPENPOSE_18.index["left_wrist"]] = 0.4
    hands = region_masks(Guide(None, points, confidence), SIZE)["hands"]
    assert not hands[:, 100:].any()
    assert region_masks(Guide(None, points, confidence * 0.4), SIZE) == {}


def test_an_empty_matte_has_a_background_and_no_person():
    assert set(region_masks(Guide(np.zeros(SIZE[::-1], np.uint8)), SIZE)) == {"background"}

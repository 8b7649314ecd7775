import cv2
import numpy as np
import pytest

from stickdance.capture.pose.skeleton import OPENPOSE_18
from stickdance.synth.faults.likeness import Likeness, parts_of
from stickdance.synth.faults.outline import outline
from stickdance.synth.faults.wanted import Wanted

TALL, SIZE = 200.0, (240, 300)
STANDING = {
    "nose": (120, 50), "neck": (120, 84), "left_shoulder": (140, 84), "right_shoulder": (100, 84),
    "left_elbow": (170, 100), "right_elbow": (70, 100), "left_wrist": (200, 116),
    "right_wrist": (40, 116), "left_hip": (132, 150), "right_hip": (108, 150),
    "left_knee": (134, 200), "right_knee": (106, 200), "left_ankle": (134, 250),
    "right_ankle": (106, 250),
}  # fmt: skip


@pytest.fixture
def wanted():
    points = np.full((18, 2), np.nan)
    for name, place in STANDING.items():
        points[OPENPOSE_18.index[name]] = place
    return Wanted.of(points, np.ones(18), TALL, SIZE)


@pytest.fixture
def matte(wanted):
    picture = np.zeros(SIZE[::-1], np.uint8)
    for one, other in OPENPOSE_18.bone_indices:
        ends = wanted.points[[one, other]]
        if np.isfinite(ends).all():
            cv2.line(picture, *ends.astype(int).tolist(), 255, 12)
    cv2.fillConvexPoly(picture, np.int32([(100, 84), (140, 84), (132, 150), (108, 150)]), 255)
    cv2.circle(picture, (120, 50), 12, 255, -1)
    return picture


def test_a_person_as_wide_as_their_limbs_lies_on_them(wanted, matte):
    found = outline(matte, wanted)
    assert found["beside_arms"] == found["beside_trunk"] == 0
    assert found["pieces"] == 0


def test_a_scrap_beside_an_arm_is_measured_in_squared_heights(wanted, matte):
    before = outline(matte, wanted)["length"]
    matte[60:80, 180:200] = 255  # 30 rows above the arm
    found = outline(matte, wanted)
    assert found["beside_arms"] == pytest.approx(400 / TALL**2)
    assert found["pieces"] == pytest.approx(400 / TALL**2)
    assert found["length"] - before == pytest.approx(76 / TALL)  # pixels around 20 by 20


def test_hands_lie_beyond_the_wrists(wanted):
    assert np.allclose(wanted.hands[0], (200 + 8 * 30 / 34, 116 + 8 * 16 / 34))


def test_a_pose_without_hips_cannot_be_judged(wanted):
    points = wanted.points.copy()
    points[OPENPOSE_18.index["left_hip"]] = np.nan
    assert wanted.judgeable
    assert not Wanted(points, TALL, SIZE).judgeable


def test_a_part_of_foreign_pixels_is_unlike_all_footage(wanted, matte):
    rng = np.random.default_rng(0)

    def painted(hand):
        picture = np.full((*SIZE[::-1], 3), (200, 60, 60), np.uint8)
        cv2.circle(picture, wanted.hands[0].astype(int).tolist(), 14, hand, -1)
        return np.clip(picture + rng.integers(-5, 5, picture.shape), 0, 255).astype(np.uint8)

    footage = [parts_of(painted((230, 180, 150)), matte, wanted) for _ in range(16)]
    likeness = Likeness.of(footage, np.arange(16.0))
    good, bad = (
        likeness.unlike(parts_of(painted(hand), matte, wanted))
        for hand in ((230, 180, 150), (0, 0, 0))
    )
    assert good["unlike_part"] < 1.3
    assert bad["unlike_part"] > 5

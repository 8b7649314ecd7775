import numpy as np

from stickdance.capture.estimators.contract import Person
from stickdance.capture.matting.instance_masks import only
from stickdance.capture.pose.skeleton import OPENPOSE_18


def upright(x, tall=100.0):
    points = np.full((18, 2), np.nan, np.float32)
    for name, share in (("nose", 0), ("neck", 0.2), ("right_hip", 0.5), ("right_ankle", 1)):
        points[OPENPOSE_18.index[name]] = (x, 20 + share * tall)
    confidence = np.isfinite(points[:, 0]).astype(np.float32)
    return Person(points, confidence)


MASK = np.full((140, 200), 255, np.uint8)


def test_alone_a_mask_is_left_as_it_is():
    assert only(MASK, upright(50), (), OPENPOSE_18) is MASK
    assert only(MASK, None, (), OPENPOSE_18) is MASK


def test_two_people_of_one_size_share_a_mask_half_way():
    own = only(MASK, upright(50), (upright(150),), OPENPOSE_18)
    assert own[60, :100].all()
    assert not own[60, 102:].any()


def test_nobody_gets_what_is_the_others():
    assert not only(MASK, None, (upright(150),), OPENPOSE_18).any()


def test_somebody_without_joints_takes_nothing():
    nobody = Person(np.full((18, 2), np.nan, np.float32), np.zeros(18, np.float32))
    assert (only(MASK, upright(50), (nobody,), OPENPOSE_18) == MASK).all()

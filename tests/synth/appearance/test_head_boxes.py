import numpy as np
import pytest

from stickdance.capture.pose.body_profile import BodyProfile
from stickdance.capture.pose.skeleton import OPENPOSE_18
from stickdance.synth.appearance.head_boxes import head_boxes, head_side

SIZE = (160, 256)
FACE = {
    "nose": (0.0, -24.0), "right_eye": (-4.0, -27.0), "left_eye": (4.0, -27.0),
    "right_ear": (-8.0, -24.0), "left_ear": (8.0, -24.0),
}  # fmt: skip
SIDE = 48


def pose(neck=(80.0, 70.0)):
    points = np.full((18, 2), np.nan)
    points[OPENPOSE_18.index["neck"]] = neck
    for name, offset in FACE.items():
        points[OPENPOSE_18.index[name]] = np.add(neck, offset)
    return points


def boxes(points, confidence=None):
    points = np.atleast_3d(points) if points.ndim == 3 else points[None]
    sure = np.ones(points.shape[:2]) if confidence is None else confidence
    return head_boxes(points, sure, FACE, SIDE, SIZE, OPENPOSE_18)


def without(points, *names):
    out = points.copy()
    out[[OPENPOSE_18.index[name] for name in names]] = np.nan
    return out


def test_the_box_lies_around_the_face_and_the_hair_above_it():
    left, top, width, height = boxes(pose())[0]
    assert (width, height) == (SIDE, SIDE)
    assert left == 80 - SIDE / 2
    middle = 70 - 25.2 * 1.15  # the mean of the face, a little higher
    assert abs(top + SIDE / 2 - middle) <= 0.5
    assert top < 70 - 27 - 12
    assert top + SIDE > 70 - 24


def test_a_joint_more_or_less_does_not_move_the_box():
    whole = boxes(pose())[0]
    for name in FACE:
        assert (boxes(without(pose(), name))[0] == whole).all()
    assert (boxes(without(pose(), *FACE))[0] == whole).all()  # by the neck alone


def test_a_head_that_turns_away_keeps_its_box_within_a_few_pixels():
    turned = without(pose(), "right_ear", "right_eye")
    turned[OPENPOSE_18.index["nose"]] += (6.0, 1.0)
    apart = boxes(turned)[0][:2] - boxes(pose())[0][:2]
    assert np.abs(apart).max() <= 3


def test_a_joint_that_is_not_sure_is_not_asked():
    points, sure = pose()[None].copy(), np.ones((1, 18))
    nose = OPENPOSE_18.index["nose"]
    points[0, nose], sure[0, nose] = (5.0, 250.0), 0.05
    assert (boxes(points, sure) == boxes(pose())).all()


def test_boxes_stay_within_the_frame_and_heads_outside_have_none():
    corner = boxes(pose((4.0, 30.0)))[0]
    assert corner.tolist() == [0, 0, SIDE, SIDE]
    assert boxes(pose((80.0, -20.0)))[0].tolist() == [0, 0, 0, 0]
    assert boxes(np.full((18, 2), np.nan))[0].tolist() == [0, 0, 0, 0]


def test_boxes_follow_a_slow_movement_pixel_by_pixel():
    path = np.stack([pose((60 + 0.25 * step, 70.0)) for step in range(40)])
    lefts = boxes(path)[:, 0]
    assert set(np.diff(lefts)) == {0, 1}
    assert lefts[-1] - lefts[0] == pytest.approx(39 * 0.25, abs=1)


def test_joints_that_were_never_seen_in_the_footage_are_not_asked():
    no_ears = FACE | dict.fromkeys(("right_ear", "left_ear"), (np.nan, np.nan))
    sure = np.ones((1, 18))
    found = head_boxes(pose()[None], sure, no_ears, SIDE, SIZE, OPENPOSE_18)
    assert np.abs(found - boxes(pose())).max() <= 2
    faceless = dict.fromkeys(FACE, (np.nan, np.nan))
    assert not head_boxes(pose()[None], sure, faceless, SIDE, SIZE, OPENPOSE_18).any()
    none = np.zeros((0, 18, 2), np.float32)
    body = BodyProfile(OPENPOSE_18, SIZE, {}, 20, 12, 170, 220, 80, (70, 90), faceless, none)
    assert head_side(body) == 16


@pytest.mark.parametrize(("size", "side"), [((160, 256), 48), ((320, 512), 96), ((32, 40), 32)])
def test_the_side_follows_the_body_and_fits_the_frame(size, side):
    rise = {name: (x * size[1] / 256, y * size[1] / 256) for name, (x, y) in FACE.items()}
    if side == 32:
        rise = FACE
    none = np.zeros((0, 18, 2), np.float32)
    body = BodyProfile(OPENPOSE_18, size, {}, 20, 12, 170, 220, 80, (70, 90), rise, none)
    assert head_side(body) == side

import cv2
import numpy as np
import pytest

from stickdance.synth.playback.layers import Layer
from stickdance.synth.rendering.enlarging import enlarged

ROOM = np.random.default_rng(0).integers(0, 256, (80, 120, 3), dtype=np.uint8)


def person(middle, radius, size):
    """A soft red disc, as a layer of a whole picture."""
    columns, rows = np.meshgrid(np.arange(size[0]) + 0.5, np.arange(size[1]) + 0.5)
    away = np.hypot(columns - middle[0], rows - middle[1])
    matte = (radius - away + 0.5).clip(0, 1)
    red = np.dstack([200 * matte, 40 * matte, 30 * matte, matte])
    return Layer(red.astype(np.float32), 0, 0)


@pytest.mark.parametrize("scale", [(2.0, 2.0), (1.5, 1.25)])
def test_a_person_lies_where_their_small_picture_does(scale):
    large = enlarged(person((22, 17), 9, (60, 40)), np.float32(scale))
    matte = large.within((0, 0, 120, 80))[..., 3]
    found = cv2.moments(matte)
    middle = found["m10"] / found["m00"] + 0.5, found["m01"] / found["m00"] + 0.5
    assert middle == pytest.approx((22 * scale[0], 17 * scale[1]), abs=0.02)
    assert found["m00"] == pytest.approx(np.pi * 81 * scale[0] * scale[1], rel=0.03)


def test_the_room_is_not_touched_by_enlarging():
    frame = enlarged(person((22, 17), 9, (60, 40)), np.float32((2, 2))).painted(ROOM)
    whole = frame.over(ROOM)[0]
    assert np.array_equal(whole[:, 80:], ROOM[:, 80:])
    assert np.array_equal(whole[60:], ROOM[60:])
    assert np.abs(whole[34, 44].astype(int) - (200, 40, 30)).max() <= 2


def test_somebody_cut_by_the_frame_is_not_faded_there():
    large = enlarged(person((0, 20), 9, (60, 40)), np.float32((2, 2)))
    assert large.within((0, 0, 120, 80))[40, 0, 3] == pytest.approx(1, abs=1e-3)

import cv2
import numpy as np
import pytest

from stickdance.capture.media.framing import Framing, frame_around
from stickdance.checkpoints.errors import BadInput


def smooth(width: int, height: int) -> np.ndarray:
    rows, columns = np.indices((height, width))
    return np.stack([columns * 255 / width, rows * 255 / height, rows * 0], -1).astype(np.uint8)


def test_the_whole_frame_is_scaled_by_averaging_areas() -> None:
    picture = np.random.default_rng(0).integers(0, 256, (80, 60, 3), np.uint8)
    framed = Framing((30, 40)).picture(picture)
    expected = picture.reshape(40, 2, 30, 2, 3).mean(axis=(1, 3))
    assert np.abs(framed - expected).max() <= 0.51


def test_a_frame_of_the_right_size_is_left_alone() -> None:
    picture = smooth(60, 80)
    assert (Framing((60, 80)).picture(picture) == picture).all()


def test_points_follow_the_picture() -> None:
    picture = np.zeros((200, 100), np.uint8)
    picture[100:108, 40:48] = 255  # its centre is (44, 104)
    framing = Framing((50, 100), (0.2, 0.25, 0.7, 0.75))
    framed = framing.picture(picture).astype(float)
    rows, columns = np.indices(framed.shape) + 0.5
    centre = np.array([(framed * columns).sum(), (framed * rows).sum()]) / framed.sum()
    assert framing.points(np.array([44.0, 104.0]), (100, 200)) == pytest.approx(centre, abs=0.05)


def test_one_framing_serves_every_resolution() -> None:
    framing = Framing((40, 40), (0.25, 0.1, 0.75, 0.6))
    point = np.array([37.0, 61.0])
    small = framing.points(point, (100, 200))
    assert framing.points(point * 3, (300, 600)) == pytest.approx(small, abs=1e-9)


def test_enlarging_is_smooth() -> None:
    framed = Framing((120, 160)).picture(smooth(60, 80))
    direct = cv2.resize(smooth(60, 80), (120, 160), interpolation=cv2.INTER_CUBIC)
    assert (framed == direct).all()


def room_of(centre: float, ground: float, height: float) -> tuple[float, float, float, float]:
    """Return what a person of so many pixels needs, arms raised."""
    return centre - height / 2, ground - 1.3 * height, centre + height / 2, ground + 0.1 * height


def test_a_square_is_cut_around_the_person_within_the_frame() -> None:
    framing = frame_around((640, 320), (256, 256), room_of(160, 300, 200))
    assert framing.box((640, 320)) == (0, 0, 320, 320)
    framing = frame_around((640, 320), (256, 256), room_of(400, 300, 200))
    assert framing.box((640, 320)) == (240, 0, 560, 320)
    assert not framing.extends


def test_nearly_the_same_shape_is_stretched_instead_of_cut() -> None:
    assert frame_around((692, 1108), (160, 256), (0, 0, 1, 1)) == Framing((160, 256))


@pytest.mark.parametrize("source", [(180, 320), (320, 180), (240, 240), (480, 200)])
@pytest.mark.parametrize("size", [(160, 160), (288, 160), (160, 288), (256, 144), (96, 160)])
@pytest.mark.parametrize(("centre", "ground"), [(0.5, 0.92), (0.2, 0.8), (0.9, 0.98)])
def test_the_whole_person_is_in_the_picture_at_any_size(source, size, centre, ground) -> None:
    height = 0.6 * min(source)
    room = room_of(centre * source[0], ground * source[1], height)
    framing = frame_around(source, size, room)
    if not framing.extends and framing.crop == (0.0, 0.0, 1.0, 1.0):
        return  # the same shape: the whole frame
    corners = framing.points(np.array([room[:2], room[2:]]), source)
    assert (corners > -1.5).all()
    assert (corners < np.array(size) + 1.5).all()
    left, top, right, bottom = framing.box(source)
    assert (right - left) / (bottom - top) == pytest.approx(size[0] / size[1], rel=0.02)


def test_the_view_goes_no_farther_beyond_the_frame_than_it_must() -> None:
    framing = frame_around((180, 320), (160, 160), room_of(90, 300, 200))
    left, top, right, bottom = framing.box((180, 320))
    assert (top, bottom) == (40, 320)  # 1.4 heights of 200, of all 320 rows
    assert (left, right) == (-50, 230)  # all of the frame, and as much to either side


def test_what_was_filmed_keeps_its_place_and_the_rest_is_nobody() -> None:
    framing = Framing((40, 20), (-0.5, 0.0, 1.5, 1.0))
    assert framing.filmed == (slice(0, 20), slice(10, 30))
    matte = framing.picture(np.full((60, 60), 255, np.uint8))
    assert (matte[:, 10:30] == 255).all()
    assert matte[:, :10].max() == matte[:, 30:].max() == 0
    beyond = np.full((20, 40), 7, np.uint8)
    framed = framing.picture(np.full((60, 60), 255, np.uint8), beyond)
    assert (framed == np.where(matte == 255, 255, 7)).all()


def test_points_follow_the_picture_beyond_the_frame_too() -> None:
    picture = np.zeros((200, 100), np.uint8)
    picture[100:108, 40:48] = 255
    framing = Framing((60, 60), (-1.0, 0.1, 2.0, 1.6))
    framed = framing.picture(picture).astype(float)
    rows, columns = np.indices(framed.shape) + 0.5
    centre = np.array([(framed * columns).sum(), (framed * rows).sum()]) / framed.sum()
    assert framing.points(np.array([44.0, 104.0]), (100, 200)) == pytest.approx(centre, abs=0.1)


def test_a_shape_that_would_be_mostly_invented_is_refused_with_those_that_fit() -> None:
    room = room_of(90, 300, 200)
    with pytest.raises(BadInput, match=r"--size 1024x64: .* footage \(of 180x320\)") as refused:
        frame_around((180, 320), (1024, 64), room)
    words = str(refused.value)
    wide = float(words.rsplit(" and ", 1)[1].removesuffix(":1"))
    assert frame_around((180, 320), (round(160 * wide), 160), room).extends
    with pytest.raises(BadInput):
        frame_around((180, 320), (round(160 * wide * 1.1), 160), room)

import cv2
import numpy as np
import pytest

from capture.framing import Framing, frame_around


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


def test_a_square_is_cut_around_the_person_within_the_frame() -> None:
    framing = frame_around((640, 320), (256, 256), (160, 200))
    assert framing.box((640, 320)) == (0, 0, 320, 320)
    framing = frame_around((640, 320), (256, 256), (400, 200))
    assert framing.box((640, 320)) == (240, 0, 560, 320)
    tall = frame_around((320, 640), (256, 256), (100, 630))
    assert tall.box((320, 640)) == (0, 320, 320, 640)


def test_nearly_the_same_shape_is_stretched_instead_of_cut() -> None:
    assert frame_around((692, 1108), (160, 256), (0, 0)) == Framing((160, 256))

import cv2
import numpy as np
import pytest

from stickdance.synth.training.placement import placed

SIZE = 160
ROOM = np.full((SIZE, SIZE, 3), 120, np.uint8)


def person(right):
    """A textured block before the room, and its pixels alone."""
    noise = np.random.default_rng(0).integers(0, 255, (12, 8, 3), np.uint8)
    block = cv2.resize(noise, (40, 60), interpolation=cv2.INTER_CUBIC)
    photo, pixels = ROOM.copy(), np.zeros((SIZE, SIZE, 4), np.uint8)
    rows, columns = slice(50, 110), slice(60 + right, 100 + right)
    photo[rows, columns] = block
    pixels[rows, columns] = np.dstack([block, np.full(block.shape[:2], 255, np.uint8)])
    return photo, pixels


def error(pixels, photo):
    alpha = pixels[..., 3:] / 255
    return np.abs(pixels[..., :3] * alpha + ROOM * (1 - alpha) - photo).mean()


def test_pixels_a_little_beside_the_photo_are_moved_to_it():
    photo, _ = person(0)
    _, beside = person(2)
    moved = placed(beside, ROOM, photo)
    assert (moved.shape, moved.dtype) == (beside.shape, np.uint8)
    assert error(moved, photo) < 0.5 * error(beside, photo)


def test_pixels_far_away_are_not_carried_there():
    photo, _ = person(0)
    _, away = person(30)
    left = np.flatnonzero(placed(away, ROOM, photo)[..., 3].max(0) > 127)[0]
    assert left == pytest.approx(90, abs=4)

import numpy as np
import pytest

from stickdance.checkpoints.errors import UsageError
from stickdance.synth.generators.crop_window import (
    CropWindow,
    whole_frame,
    window_around,
    window_of,
)


def spot(height: int, width: int, rows: slice, columns: slice) -> np.ndarray:
    there = np.zeros((height, width), bool)
    there[rows, columns] = True
    return there


def test_a_window_holds_the_person_and_16_pixels_around_on_a_grid_of_16():
    there = spot(256, 256, slice(70, 150), slice(100, 121))
    # rows 70 - 16 = 54 -> 48, 150 + 16 = 166 -> 176; columns 84 -> 80, 137 -> 144
    assert window_around(there) == CropWindow(48, 176, 80, 144)


def test_sides_grow_to_the_step_and_stay_within_the_frame():
    window = window_around(spot(256, 256, slice(200, 256), slice(0, 20)), 64)
    assert window == CropWindow(128, 256, 0, 64)


def test_a_frame_smaller_than_the_step_is_seen_whole():
    assert window_around(spot(48, 40, slice(0, 5), slice(0, 5)), 64) == whole_frame((40, 48))


@pytest.mark.parametrize("size", [(75, 53), (250, 130), (16, 16), (5, 9)])
def test_any_person_in_any_frame_lies_within_the_window(size):
    random = np.random.default_rng(0)
    for _ in range(50):
        height, width = size
        row, column = random.integers(height), random.integers(width)
        there = spot(height, width, slice(row, row + 30), slice(column, column + 9))
        for step in (16, 32):
            window = window_around(there, step)
            assert there[window.place].sum() == there.sum()
            assert 0 <= window.top < window.bottom <= height
            assert window.top % 16 == 0
            assert (window.right - window.left) % 16 == 0 or window.right == width


def test_a_frame_without_a_person_needs_one_corner_only():
    assert window_around(np.zeros((64, 64), bool)) == CropWindow(0, 16, 0, 16)


def test_a_step_off_the_grid_is_refused():
    with pytest.raises(UsageError, match="multiple of 16"):
        window_around(np.ones((32, 32), bool), 24)


def test_rows_and_columns_alone_give_the_same_window():
    there = spot(96, 128, slice(30, 50), slice(70, 100))
    assert window_of(there.any(1), there.any(0)) == window_around(there)

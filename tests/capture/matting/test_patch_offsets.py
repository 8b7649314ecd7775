import cv2
import numpy as np

from stickdance.capture.matting.inpainting import _without_scraps, continued
from stickdance.capture.matting.patch_offsets import offset_map


def boards():
    """A wall of panels over boards that run to the right, and one red lamp on the wall."""
    chance = np.random.default_rng(1)
    rows, columns = np.indices((160, 200))
    wall = 170 + 25 * (columns // 10 % 2)
    floor = 90 + 30 * (rows // 6 % 2)
    grey = np.where(rows < 100, wall, floor) + chance.normal(0, 2, (160, 200))
    picture = np.stack([grey, grey * 0.95, grey * 0.9], -1).clip(0, 255).astype(np.uint8)
    cv2.circle(picture, (160, 40), 8, (220, 30, 30), -1)
    return picture


def person():
    hole = np.zeros((160, 200), bool)
    hole[40:140, 80:110] = True
    return hole


def test_offsets_lead_from_the_hole_to_what_is_known():
    hole = person()
    offsets = offset_map(boards(), hole)
    rows, columns = np.nonzero(hole)
    down, right = offsets[rows, columns].T
    assert not hole[rows + down, columns + right].any()
    assert not offsets[~hole].any()


def test_lines_go_on_through_the_hole_and_single_things_are_not_copied():
    true, hole = boards(), person()
    ghost = true.copy()
    ghost[hole] = (20, 200, 20)
    made = continued(ghost, np.where(hole, 0.0, 1.0))
    assert np.abs(made[hole].astype(int) - true[hole]).mean() < 8
    red = made[..., 0].astype(int) - made[..., 1]
    assert red[hole].max() < 60


def with_leaves(step):
    """A grey wall with a small green leaf every so many pixels."""
    picture = np.full((160, 200, 3), 150, np.uint8)
    picture[..., 0] += (np.arange(200) // 8 % 2 * 6).astype(np.uint8)
    for y in range(12, 160, step):
        for x in range(12, 200, step):
            picture[y : y + 5, x : x + 3] = (60, 140, 60)
    return picture


def green(picture, where):
    return (picture[..., 1].astype(int) - picture[..., 0] > 20)[where].sum()


def test_what_hangs_alone_in_the_hole_goes_and_what_is_usual_around_stays():
    hole = person()
    alone = with_leaves(1000)
    alone[85:90, 95:98] = (60, 140, 60)
    assert green(_without_scraps(alone, hole), hole) == 0
    assert green(_without_scraps(alone, ~hole), hole) == green(alone, hole)
    dotted = with_leaves(14)
    np.testing.assert_array_equal(_without_scraps(dotted, hole), dotted)


def test_a_picture_without_anything_to_copy_has_no_offsets():
    hole = np.ones((40, 40), bool)
    hole[0] = False
    assert offset_map(np.zeros((40, 40, 3), np.uint8), hole) is None

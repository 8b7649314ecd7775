import cv2
import numpy as np
import pytest

from stickdance.synth.appearance.compositing import Canvas, WarpedCrop
from stickdance.synth.appearance.part_crops import PartCrop

STILL = np.array([[1.0, 0, 0], [0, 1, 0]])


def cut(pixels, left=0, top=0):
    """Return a cut with the empty edge that cuts have."""
    return PartCrop(np.pad(pixels, ((2, 2), (2, 2), (0, 0))), left - 2, top - 2)


def square(colour, side=4, left=2, top=3):
    pixels = np.zeros((side, side, 4), np.uint8)
    pixels[:] = (*colour, 255)
    return cut(pixels, left, top)


def composited(*layers):
    canvas = Canvas((10, 12))
    for pieces in layers:
        canvas.composite(pieces)
    return canvas.finish()


def test_an_unmoved_piece_lies_where_it_was_cut_out():
    out = composited([WarpedCrop(square((200, 100, 50)), STILL)])
    assert (out[3:7, 2:6] == (200, 100, 50, 255)).all()
    assert (out[..., 3] > 0).sum() == 16


def test_a_moved_piece_lies_that_much_further():
    move = np.array([[1.0, 0, 3], [0, 1, -2]])
    out = composited([WarpedCrop(square((200, 100, 50)), move)])
    assert (out[1:5, 5:9] == (200, 100, 50, 255)).all()
    assert (out[..., 3] > 0).sum() == 16


def test_fine_detail_moved_by_half_a_pixel_stays_sharp():
    stripes = np.zeros((12, 10, 4), np.uint8)
    stripes[..., 3] = 255
    stripes[..., :3] = np.rint(127.5 + 80 * np.cos(np.arange(10) * np.pi / 2))[:, None]
    moved = composited([WarpedCrop(cut(stripes), np.array([[1.0, 0, 0.5], [0, 1, 0]]))])
    inside = np.abs(moved[6, 3:8, 0].astype(float) - 127.5)
    assert inside.min() > 50  # the truth is 57; the means of neighbours would be 40


def test_what_is_laid_later_covers_what_was_laid_before():
    out = composited(
        [WarpedCrop(square((200, 0, 0)), STILL)], [WarpedCrop(square((0, 80, 0)), STILL)]
    )
    assert (out[3:7, 2:6] == (0, 80, 0, 255)).all()


def test_a_mixture_has_the_mean_of_its_colours_and_covers_as_one_piece_does():
    red, green = square((200, 0, 0)), square((0, 80, 0))
    out = composited(
        [WarpedCrop(square((9, 9, 9)), STILL)],
        [WarpedCrop(red, STILL, 0.25), WarpedCrop(green, STILL, 0.75)],
    )
    assert (out[3:7, 2:6] == (50, 60, 0, 255)).all()


def test_where_only_one_of_a_mixture_lies_the_rest_is_what_is_below():
    shifted = square((0, 80, 0), left=4)
    out = composited([WarpedCrop(square((200, 0, 0)), STILL, 0.5), WarpedCrop(shifted, STILL, 0.5)])
    assert (out[3:7, 2:4, 3] == 128).all()
    assert (out[3:7, 4:6, 3] == 255).all()


def test_pieces_outside_the_picture_or_without_pixels_leave_it_as_it_is():
    far = np.array([[1.0, 0, 50], [0, 1, 50]])
    empty = PartCrop(np.zeros((0, 0, 4), np.uint8), 0, 0)
    assert (
        composited([WarpedCrop(square((200, 0, 0)), far)], [WarpedCrop(empty, STILL)]) == 0
    ).all()


def test_soft_pieces_over_one_another_are_what_the_formula_says():
    # Each layer L over what is below: L + (1 - L's alpha) below, in whole numbers; colours divided
    # by alpha at the end.
    random = np.random.default_rng(0)
    alphas = random.integers(0, 256, (4, 12, 10, 1))
    colours = random.integers(0, 256, (4, 12, 10, 3)) * alphas // 255
    layers = np.concatenate([colours, alphas], -1).astype(np.uint8)
    cuts = [cut(each) for each in layers]
    out = composited(
        [WarpedCrop(cuts[0], STILL)],
        [WarpedCrop(cuts[1], STILL, 0.3), WarpedCrop(cuts[2], STILL, 0.7)],
        [WarpedCrop(cuts[3], STILL)],
    )
    first, second, third, fourth = layers.astype(float)
    mixed = 0.3 * second + 0.7 * third
    wanted = mixed + (1 - mixed[..., 3:] / 255) * first
    wanted = fourth + (1 - fourth[..., 3:] / 255) * wanted
    wanted[..., :3] *= 255 / wanted[..., 3:].clip(1)
    wanted[wanted[..., 3] <= 1] = 0
    assert np.abs(out - np.rint(wanted).clip(0, 255)).max() <= 1


@pytest.mark.parametrize("degrees", [0, 33, 90, 200])
def test_a_turned_and_stretched_piece_is_what_opencv_makes_of_it(degrees):
    random = np.random.default_rng(degrees)
    coarse = random.integers(0, 256, (6, 5, 3), np.uint8)
    colours = cv2.resize(coarse, (30, 40), interpolation=cv2.INTER_CUBIC)
    alpha = cv2.GaussianBlur(np.pad(np.full((28, 18), 255, np.uint8), 6), (0, 0), 1.5)
    pixels = np.dstack([np.rint(colours * (alpha[..., None] / 255)).astype(np.uint8), alpha])
    move = cv2.getRotationMatrix2D((15, 20), degrees, 1.3)
    move[:, 2] += 30.3, 21.7
    canvas = Canvas((90, 80))
    canvas.composite([WarpedCrop(PartCrop(pixels, 0, 0), move)])
    found = canvas.finish().astype(int)
    centred = move @ [[1, 0, 0.5], [0, 1, 0.5], [0, 0, 1]] - [[0, 0, 0.5], [0, 0, 0.5]]
    wanted = cv2.warpAffine(pixels, centred, (90, 80), flags=cv2.INTER_CUBIC).astype(int)
    assert np.abs(found[..., 3] - wanted[..., 3]).max() <= 6  # OpenCV moves by 1/32 of a pixel
    solid = wanted[..., 3] > 200
    premultiplied = np.rint(found[..., :3] * (found[..., 3:] / 255))
    assert np.abs(premultiplied - wanted[..., :3])[solid].max() <= 8
    assert np.abs(premultiplied - wanted[..., :3])[solid].mean() < 1


def test_a_mirrored_piece_and_a_flat_one_are_laid_too():
    half = np.zeros((4, 4, 4), np.uint8)
    half[:, :2] = (200, 0, 0, 255)
    mirror = np.array([[-1.0, 0, 8], [0, 1, 0]])
    out = composited([WarpedCrop(cut(half, 2, 3), mirror)])
    assert (out[3:7, 4:6] == (200, 0, 0, 255)).all()
    assert (out[3:7, 2:4] == 0).all()
    flat = np.array([[0.0, 0, 4], [0, 1, 0]])
    assert (composited([WarpedCrop(square((200, 0, 0)), flat)]) == 0).all()


def test_what_is_taken_leaves_an_empty_canvas():
    canvas = Canvas((10, 12))
    canvas.composite([WarpedCrop(square((200, 100, 50)), STILL)])
    assert canvas.finish().any()
    assert not canvas.finish().any()
    canvas.composite([WarpedCrop(square((0, 80, 0)), STILL, 0.5)])
    assert canvas.finish()[4, 4].tolist() == [0, 80, 0, 128]

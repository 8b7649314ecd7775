import numpy as np

from synth.part_cuts import Cut
from synth.part_laying import Canvas, Piece

STILL = np.array([[1.0, 0, 0], [0, 1, 0]])


def cut(pixels, left=0, top=0):
    """Return a cut with the empty edge that cuts have."""
    return Cut(np.pad(pixels, ((2, 2), (2, 2), (0, 0))), left - 2, top - 2)


def square(colour, side=4, left=2, top=3):
    pixels = np.zeros((side, side, 4), np.uint8)
    pixels[:] = (*colour, 255)
    return cut(pixels, left, top)


def laid(*layers):
    canvas = Canvas((10, 12))
    for pieces in layers:
        canvas.lay(pieces)
    return canvas.taken()


def test_an_unmoved_piece_lies_where_it_was_cut_out():
    out = laid([Piece(square((200, 100, 50)), STILL)])
    assert (out[3:7, 2:6] == (200, 100, 50, 255)).all()
    assert (out[..., 3] > 0).sum() == 16


def test_a_moved_piece_lies_that_much_further():
    move = np.array([[1.0, 0, 3], [0, 1, -2]])
    out = laid([Piece(square((200, 100, 50)), move)])
    assert (out[1:5, 5:9] == (200, 100, 50, 255)).all()
    assert (out[..., 3] > 0).sum() == 16


def test_fine_detail_moved_by_half_a_pixel_stays_sharp():
    stripes = np.zeros((12, 10, 4), np.uint8)
    stripes[..., 3] = 255
    stripes[..., :3] = np.rint(127.5 + 80 * np.cos(np.arange(10) * np.pi / 2))[:, None]
    moved = laid([Piece(cut(stripes), np.array([[1.0, 0, 0.5], [0, 1, 0]]))])
    inside = np.abs(moved[6, 3:8, 0].astype(float) - 127.5)
    assert inside.min() > 50  # the truth is 57; the means of neighbours would be 40


def test_what_is_laid_later_covers_what_was_laid_before():
    out = laid([Piece(square((200, 0, 0)), STILL)], [Piece(square((0, 80, 0)), STILL)])
    assert (out[3:7, 2:6] == (0, 80, 0, 255)).all()


def test_a_mixture_has_the_mean_of_its_colours_and_covers_as_one_piece_does():
    red, green = square((200, 0, 0)), square((0, 80, 0))
    out = laid(
        [Piece(square((9, 9, 9)), STILL)], [Piece(red, STILL, 0.25), Piece(green, STILL, 0.75)]
    )
    assert (out[3:7, 2:6] == (50, 60, 0, 255)).all()


def test_where_only_one_of_a_mixture_lies_the_rest_is_what_is_below():
    shifted = square((0, 80, 0), left=4)
    out = laid([Piece(square((200, 0, 0)), STILL, 0.5), Piece(shifted, STILL, 0.5)])
    assert (out[3:7, 2:4, 3] == 128).all()
    assert (out[3:7, 4:6, 3] == 255).all()


def test_pieces_outside_the_picture_or_without_pixels_leave_it_as_it_is():
    far = np.array([[1.0, 0, 50], [0, 1, 50]])
    empty = Cut(np.zeros((0, 0, 4), np.uint8), 0, 0)
    assert (laid([Piece(square((200, 0, 0)), far)], [Piece(empty, STILL)]) == 0).all()


def test_soft_pieces_over_one_another_are_what_the_formula_says():
    # Each layer L over what is below: L + (1 - L's alpha) below, in whole numbers; colours divided
    # by alpha at the end.
    random = np.random.default_rng(0)
    alphas = random.integers(0, 256, (4, 12, 10, 1))
    colours = random.integers(0, 256, (4, 12, 10, 3)) * alphas // 255
    layers = np.concatenate([colours, alphas], -1).astype(np.uint8)
    cuts = [cut(each) for each in layers]
    out = laid(
        [Piece(cuts[0], STILL)],
        [Piece(cuts[1], STILL, 0.3), Piece(cuts[2], STILL, 0.7)],
        [Piece(cuts[3], STILL)],
    )
    first, second, third, fourth = layers.astype(float)
    mixed = 0.3 * second + 0.7 * third
    wanted = mixed + (1 - mixed[..., 3:] / 255) * first
    wanted = fourth + (1 - fourth[..., 3:] / 255) * wanted
    wanted[..., :3] *= 255 / wanted[..., 3:].clip(1)
    wanted[wanted[..., 3] <= 1] = 0
    assert np.abs(out - np.rint(wanted).clip(0, 255)).max() <= 1

import numpy as np
import pytest

from stickdance.synth.appearance.part_oddness import (
    STRAIGHTENED,
    oddness,
    straightened,
    usual_outline,
    within,
)

SKIN, SHIRT = (180, 120, 90, 255), (20, 200, 40, 255)
LEFT, TOP, HALF, LENGTH = 30, 20, 5, 40


def limb(turned=False, shirt=False, strand=False):
    """A forearm, its corner, and where its ends lie in the picture."""
    pixels = np.zeros((60, 60, 4), np.uint8)
    pixels[10 : 10 + LENGTH, 25 : 25 + 2 * HALF] = SKIN
    if shirt:
        pixels[10:30, 25 : 25 + 2 * HALF] = SHIRT
    if strand:
        pixels[20:22, 36:39] = SKIN
    start, end = (LEFT + 30, TOP + 10), (LEFT + 30, TOP + 10 + LENGTH)
    if turned:
        pixels = np.ascontiguousarray(pixels.transpose(1, 0, 2)[:, ::-1])
        start, end = (LEFT + 50, TOP + 30), (LEFT + 50 - LENGTH, TOP + 30)
    return pixels, np.array(start, np.float32), np.array(end, np.float32)


def laid_straight(**how):
    pixels, start, end = limb(**how)
    return straightened(pixels, (LEFT, TOP), start, end, HALF)


def test_a_limb_looks_the_same_along_its_line_however_it_points():
    upright, turned = laid_straight(), laid_straight(turned=True)
    assert upright.shape == STRAIGHTENED
    assert np.abs(upright.astype(int) - turned).mean() < 3


def test_a_limb_with_a_sleeve_or_without_a_hand_is_odd():
    usual = laid_straight()
    cuts = np.stack([usual] * 8 + [laid_straight(shirt=True), usual // 3])
    odd = oddness(cuts, np.ones(10, bool))
    assert odd[:8] == pytest.approx(0, abs=0.001)
    assert (odd[8:] > 0.03).all()


def test_where_the_line_is_unknown_nothing_is_odd():
    cuts = np.stack([laid_straight()] * 3)
    assert not oddness(cuts, np.zeros(3, bool)).any()
    assert usual_outline(cuts, np.zeros(3, bool)).all()


@pytest.mark.parametrize("turned", [False, True])
def test_what_hardly_a_frame_shows_lies_outside_the_outline(turned):
    cuts = np.stack([laid_straight()] * 9 + [laid_straight(strand=True)])
    outline = usual_outline(cuts, np.ones(10, bool))
    pixels, start, end = limb(turned=turned, strand=True)
    box = LEFT, TOP, LEFT + 60, TOP + 60
    kept = within(outline, box, start, end, HALF) * pixels[..., 3]
    alone = limb(turned=turned)[0][..., 3] > 0
    strand = (pixels[..., 3] > 0) & ~alone
    assert kept[alone].mean() > 230
    assert kept[strand].mean() < 60

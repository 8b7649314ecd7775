import numpy as np

from stickdance.capture.matting.evidence import log_odds, without_crossings
from stickdance.capture.matting.person_colours import PersonColours
from stickdance.capture.matting.plate import Plate

WALL, RED = (200, 190, 180), (170, 30, 40)


def filled(colour):
    return np.full((8, 8, 3), colour, np.uint8)


def plate_of(noise=0.0, seen=True, doubt=None):
    spread = np.full((8, 8), noise, np.float32)
    return Plate(filled(WALL), np.full((8, 8), seen), spread, doubt)


def odds(colour, plate=None, colours=None, shaded=False):
    known = colours or PersonColours.unknown()
    found = log_odds(filled(colour), plate or plate_of(), known, np.full((8, 8), shaded))
    assert found.min() == found.max()
    return float(found[0, 0])


def worn(*colours):
    return PersonColours.seen([np.hstack([filled(c) for c in colours] * 9)], [np.full((8, 72 * len(colours)), 255, np.uint8)])  # fmt: skip  # noqa: E501


def test_the_walls_colour_speaks_for_the_wall_and_another_for_the_person():
    assert odds(WALL) < -5
    assert odds(RED) > 5


def test_a_colour_that_the_person_wears_speaks_less_for_the_wall():
    assert odds(WALL, colours=worn(WALL, RED)) > odds(WALL, colours=worn(RED)) + 1.5


def test_a_faint_shadow_is_the_wall_and_a_deep_one_only_at_the_feet():
    faint, deep = (tuple(round(share * value) for value in WALL) for share in (0.9, 0.6))
    assert odds(faint) < -3
    assert odds(deep, colours=worn(deep)) > 0 > odds(deep, colours=worn(deep), shaded=True)
    assert odds(deep, shaded=True) < odds(deep) - 2


def test_what_is_restless_or_was_seen_rarely_proves_less():
    near = tuple(value - shift for value, shift in zip(WALL, (0, 25, 25), strict=True))
    surely = odds(near)
    assert odds(near, plate_of(noise=15)) < surely - 3
    assert odds(near, plate_of(doubt=np.full((8, 8), 15, np.float32))) < surely - 3
    assert odds(near, plate_of(seen=False)) == 0


def test_a_blurred_edge_between_two_of_their_colours_is_no_room():
    found = np.full((60, 60), 8, np.float32)
    found[:, 30] = -6  # a thin line
    found[20:40, 40:55] = -6  # an arm akimbo
    mask = np.full((60, 60), 255, np.uint8)
    out = without_crossings(found, mask, 200)
    assert (out[:, 30][5:-5] == 8).all()
    assert (out[22:38, 42:53] == -6).all()
    assert (without_crossings(found, 0 * mask, 200) == found).all()

import numpy as np
import pytest

from stickdance.synth.appearance.body_parts import PARTS, PLACE
from stickdance.synth.appearance.part_tidying import painted_over, rims, whole

TORSO, FOREARM, UPPER_ARM, THIGH = (
    PLACE[name] for name in ("torso", "left_forearm", "left_upper_arm", "left_thigh")
)
ORDER = np.arange(len(PARTS))


def a_part_before_the_torso(place):
    labels = np.full((40, 40), TORSO)
    labels[15:25, 15:25] = place
    return labels


def test_the_rim_of_a_hand_before_the_torso_is_none_of_its_colours():
    found = rims(a_part_before_the_torso(FOREARM), ORDER)[TORSO]
    assert found[13, 20]
    assert found[26, 20]
    assert not found[20, 20]
    assert not found[5, 5]


def test_an_arm_where_it_hangs_on_the_torso_spoils_nothing():
    assert not rims(a_part_before_the_torso(UPPER_ARM), ORDER)[TORSO].any()


def test_what_lies_behind_spoils_only_the_edge_of_what_covers_it():
    found = rims(a_part_before_the_torso(FOREARM), ORDER)[FOREARM]
    assert found[15, 20]
    assert not found[17:23, 17:23].any()


@pytest.fixture
def thigh():
    mask = np.zeros((40, 40), bool)
    mask[5:35, 10:20] = True
    middle = mask.copy()
    middle[:, 17:] = False
    return mask, middle


def test_a_piece_that_hangs_on_nothing_is_dropped(thigh):
    mask, middle = thigh
    apart = mask.copy()
    apart[10:20, 30:36] = True
    assert (whole(PARTS[THIGH], apart, middle, apart) == mask).all()


def test_a_sliver_is_cut_off_a_leg_but_a_finger_stays_on_a_hand(thigh):
    mask, middle = thigh
    tuft = mask.copy()
    tuft[12:14, 20:30] = True
    assert not whole(PARTS[THIGH], tuft, middle, tuft)[12, 26]
    assert whole(PARTS[FOREARM], tuft, middle, tuft)[12, 26]


def test_the_edge_of_the_other_leg_across_a_gap_is_cut_off_and_so_is_the_gap(thigh):
    mask, middle = thigh
    mine, right = mask.copy(), np.flatnonzero(mask.any(0)).max()
    mine[:, right + 1 : right + 4] = True  # a gap, one pixel, and beyond it an edge
    there = mine.copy()
    there[:, right + 1] = False
    kept = whole(PARTS[THIGH], mine, middle, there)
    assert (kept == mask).all()


def test_spoiled_pixels_take_the_colours_of_the_part_never_those_of_the_room():
    shirt, skin, room = (30, 60, 200), (200, 150, 120), (255, 255, 255)
    picture = np.full((30, 30, 3), room, np.uint8)
    picture[:, 10:] = shirt
    picture[12:18, 10:14] = skin
    spoiled = (picture == skin).all(-1)
    own = (picture == shirt).all(-1)
    out = painted_over(picture, spoiled, own)
    assert np.abs(out[spoiled].astype(int) - shirt).max() <= 1
    assert (out[~spoiled] == picture[~spoiled]).all()

import numpy as np
import pytest

from stickdance.synth.marking.embedding import levels_for, marked

MESSAGE = b"\x01\x02\x03\x04\x05\x06"


def decibels(one, other):
    return 10 * np.log10(255**2 / ((one.astype(float) - other) ** 2).mean())


def test_frames_lose_less_than_forty_five_decibels_and_keep_their_colours(room):
    before = room.copy()
    (shown,) = marked(iter([room]), MESSAGE)
    change = shown.astype(int) - room
    assert decibels(shown, room) >= 45
    assert (change == change[..., :1]).all()
    assert (room == before).all()


def test_what_stands_still_is_marked_alike_in_every_frame(room):
    first, second = marked(iter([room, room]), MESSAGE)
    assert (first == second).all()


def test_bare_places_get_more_than_busy_ones(room):
    (shown,) = marked(iter([room]), MESSAGE)
    change = (shown.astype(int) - room)[..., 1]
    assert change[5:30].std() > 1.3 * change[200:250].std()


def test_clear_places_of_a_cut_out_stay_as_they_are(room):
    alpha = np.zeros((256, 256, 1), np.uint8)
    alpha[60:200, 60:200] = 255
    frame = np.concatenate([room, alpha], -1)
    (shown,) = marked(iter([frame]), MESSAGE)
    assert (shown[..., 3] == frame[..., 3]).all()
    assert (shown[alpha[..., 0] == 0] == frame[alpha[..., 0] == 0]).all()
    assert (shown[alpha[..., 0] == 255] != frame[alpha[..., 0] == 255]).any()


@pytest.mark.parametrize("grey", [0, 128, 255])
def test_frames_of_one_grey_are_marked_too(grey):
    frame = np.full((128, 128, 3), grey, np.uint8)
    levels = levels_for(MESSAGE, frame)
    (shown,) = marked(iter([frame]), MESSAGE)
    assert 0.5 < levels[0].std() < 1.5
    assert (shown != frame).any()

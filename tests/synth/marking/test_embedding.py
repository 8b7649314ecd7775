import numpy as np
import pytest

from stickdance.synth.marking.embedding import levels_for, marked

MESSAGE = b"\x01\x02\x03\x04\x05\x06"


def decibels(one, other):
    return 10 * np.log10(255**2 / ((one.astype(float) - other) ** 2).mean())


def test_frames_lose_less_than_forty_five_decibels_and_keep_their_colours(room):
    before = room.copy()
    (shown,) = marked(iter([room]), MESSAGE, 25)
    change = shown.astype(int) - room
    assert decibels(shown, room) >= 45
    assert (change == change[..., :1]).all()
    assert (room == before).all()


@pytest.mark.parametrize("fps", [3, 25, 30000 / 1001])
def test_what_stands_still_is_marked_alike_for_a_second_and_then_the_other_way(room, fps):
    shown = list(marked(iter([room] * 90), MESSAGE, fps))
    second = [int(number / fps + 1e-6) for number in range(90)]
    change = shown[0].astype(int) - room
    for frame, at in list(zip(shown, second, strict=True))[:: max(1, round(fps / 3))]:
        assert (frame - room.astype(int) == (change if at % 2 == 0 else -change)).all()


def test_clear_places_of_a_cut_out_stay_as_they_are(room):
    alpha = np.zeros((256, 256, 1), np.uint8)
    alpha[60:200, 60:200] = 255
    frame = np.concatenate([room, alpha], -1)
    (shown,) = marked(iter([frame]), MESSAGE, 25)
    assert (shown[..., 3] == frame[..., 3]).all()
    assert (shown[alpha[..., 0] == 0] == frame[alpha[..., 0] == 0]).all()
    assert (shown[alpha[..., 0] == 255] != frame[alpha[..., 0] == 255]).any()


@pytest.mark.parametrize("grey", [0, 128, 255])
def test_frames_of_one_grey_are_marked_too(grey):
    frame = np.full((128, 128, 3), grey, np.uint8)
    assert 0.5 < levels_for(MESSAGE, (128, 128))[0].std() < 1.5
    (shown,) = marked(iter([frame]), MESSAGE, 25)
    assert (shown != frame).any()

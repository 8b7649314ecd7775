import numpy as np

from stickdance.capture.matting.islands_and_holes import counted, lasting, without_faults

TALL = 200.0


def body():
    matte = np.zeros((240, 160), np.uint8)
    matte[20:220, 40:120] = 255
    return matte


def odds_of(matte):
    return np.where(matte > 127, 8.0, -6.0).astype(np.float32)


def with_faults():
    """An arm akimbo (a large hole), a buckle (a small one), a hand apart, a speck."""
    matte = body()
    matte[60:90, 60:80] = 0
    matte[150:155, 80:85] = 0
    matte[100:112, 130:142] = 255
    matte[200:203, 140:143] = 255
    return matte


def test_islands_and_holes_are_counted_from_a_size_on():
    assert counted(with_faults()) == (1, 2)
    assert counted(with_faults(), least=5) == (2, 2)
    assert counted(np.zeros((20, 20), np.uint8)) == (0, 0)
    assert counted(np.full((20, 20), 255, np.uint8)) == (0, 0)


def test_what_colours_speak_for_stays_and_the_rest_is_put_right():
    matte = with_faults()
    odds = odds_of(matte)
    odds[145:160, 75:90] = -1  # nobody can tell a buckle from the room, nor a speck from a hand
    odds[198:206, 138:146] = 2
    out = without_faults(matte, odds, TALL)
    assert not out[60:90, 60:80].any()
    assert (out[150:155, 80:85] == 255).all()
    assert (out[100:112, 130:142] == 255).all()
    assert not out[195:210, 135:150].any()


def test_what_is_there_for_one_frame_only_is_put_right():
    matte, same = with_faults(), with_faults()
    same[150:155, 80:85] = 255
    same[195:210, 135:150] = 0
    out = lasting(matte, [same, same], TALL)
    assert (out == same).all()
    assert (lasting(matte, [matte, same], TALL) == matte).all()
    assert (lasting(matte, [], TALL) == matte).all()

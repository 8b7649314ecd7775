import numpy as np

from stickdance.capture.matting.temporal_smoothing import steadied

GREY = np.full((24, 24, 3), 90, np.uint8)


def run(pictures, mattes):
    return [matte for _, matte in steadied(zip(pictures, mattes, strict=True))]


def level(value):
    return np.full((24, 24), value, np.uint8)


def test_a_flickering_matte_is_held_where_the_picture_stands_still():
    held = run([GREY] * 30, [level(value) for value in [200, 100] * 15])
    swing = np.abs(np.diff([int(matte[12, 12]) for matte in held[4:-4]])).max()
    assert swing < 20 < 100


def test_as_many_frames_come_out_as_went_in_and_in_their_order():
    for count in (0, 1, 2, 5, 12):
        pictures = [np.full((24, 24, 3), 9 * number, np.uint8) for number in range(count)]
        out = list(steadied(zip(pictures, [level(255)] * count, strict=True)))
        assert [int(picture[0, 0, 0]) for picture, _ in out] == [9 * n for n in range(count)]


def test_where_the_picture_changes_the_matte_stands_alone():
    """A hand passes: neither the frame before nor the one after bleeds into it."""
    pictures = [GREY] * 4 + [np.full_like(GREY, 200)] + [GREY] * 4
    mattes = [level(0)] * 4 + [level(255)] + [level(0)] * 4
    held = run(pictures, mattes)
    assert (held[4] == 255).all()
    assert all((matte == 0).all() for number, matte in enumerate(held) if number != 4)


def test_it_does_not_lag():
    """A still background brightens its matte at one moment: the step stays centred there."""
    held = run([GREY] * 20, [level(0)] * 10 + [level(240)] * 10)
    values = [int(matte[12, 12]) for matte in held]
    assert values[:6] == [0] * 6
    assert values[14:] == [240] * 6
    assert values[9] + values[10] == 240


def test_an_empty_room_stays_empty():
    assert not np.any(run([GREY] * 8, [level(0)] * 8))

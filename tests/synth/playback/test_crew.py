import numpy as np
import pytest

from stickdance.synth.generators.crop_window import CropWindow
from stickdance.synth.playback.crew import crew_frames, placed
from stickdance.synth.playback.layers import Layer
from stickdance.synth.rendering.formation import Formation, Place
from stickdance.synth.rendering.renderer import PaintedFrames

WIDTH, HEIGHT, CENTRE, GROUND = 120, 60, 60.0, 50.0
PLATE = np.full((HEIGHT, WIDTH, 3), 100, np.uint8)


def somebody(colour, left=52, width=16):
    """A box of a colour, standing on the ground row; its window is a little larger."""
    window = CropWindow(16, 54, left - 6, left + width + 6)
    picture = PLATE[window.place].copy()
    matte = np.zeros(picture.shape[:2], np.float32)
    matte[4:34, 6 : 6 + width] = 1
    picture[matte > 0] = colour
    return PaintedFrames(picture[None], matte[None], window)


def formation(*places):
    return Formation(tuple(places), CENTRE, GROUND)


def at_home(delay=0):
    return Place(CENTRE, GROUND, 1.0, False, delay)


def shown(frames, *places):
    return [each.over(PLATE)[0] for each in crew_frames(iter(frames), formation(*places), PLATE)]


def test_a_crew_of_one_in_their_place_is_the_frame_itself():
    frame = somebody((200, 10, 10))
    assert (shown([frame], at_home())[0] == frame.over(PLATE)[0]).all()


def test_others_are_beside_smaller_and_stand_on_their_own_ground():
    aside = Place(20.0, 46.0, 0.5, False, 0)
    picture = shown([somebody((200, 10, 10))], aside, at_home())[0]
    red = (picture == (200, 10, 10)).all(-1)
    rows, columns = np.nonzero(red[:, :40])
    # 16 columns about the middle become 8 about column 20, rows 20..49 become 31..46.
    assert (columns.min(), columns.max()) == (16, 23) and (rows.min(), rows.max()) == (31, 45)
    assert red[20:50, 52:68].all()
    assert (picture[~red] == 100).mean() > 0.98


def test_who_is_farther_back_is_covered():
    behind, front = Place(66.0, 49.0, 0.9, False, 1), at_home()
    frames = [somebody((10, 10, 200)), somebody((200, 10, 10))]
    picture = shown(frames, behind, front)[1]
    assert (picture[30, 60] == (200, 10, 10)).all() and (picture[30, 70] == (10, 10, 200)).all()


def test_in_canon_a_dancer_shows_an_earlier_frame_and_waits_in_the_first():
    frames = [somebody((value, 0, 0)) for value in (50, 150, 250)]
    late = Place(20.0, GROUND, 1.0, False, 2)
    pictures = shown(frames, late, at_home())
    assert [int(picture[30, 20, 0]) for picture in pictures] == [50, 50, 50]
    assert [int(picture[30, 60, 0]) for picture in pictures] == [50, 150, 250]


def test_a_mirrored_dancer_leans_to_the_other_side():
    layer = Layer.of(*_parts(somebody((200, 10, 10), left=60)))
    plain = placed(layer, Place(30.0, GROUND, 1.0, False, 0), formation(at_home()))
    mirror = placed(layer, Place(30.0, GROUND, 1.0, True, 0), formation(at_home()))
    assert _middle(plain) - 30 == pytest.approx(30 - _middle(mirror))
    assert _middle(plain) == pytest.approx(68 - CENTRE + 30)


def test_what_the_room_showed_around_somebody_does_not_go_with_them():
    frame = somebody((200, 10, 10))
    frame.pictures[0, 0] = 130  # a light that was not on in the plate
    picture = shown([frame], Place(20.0, GROUND, 1.0, False, 0))[0]
    assert picture[16].max() == 100


def _parts(frames):
    window = frames.window
    return frames.pictures[0], frames.mattes[0], PLATE[window.place], window.left, window.top


def _middle(layer):
    columns = np.nonzero(layer.pixels[..., 3].max(axis=0) > 0.5)[0]
    return layer.left + columns.mean() + 0.5

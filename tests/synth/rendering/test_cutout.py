import cv2
import numpy as np
import pytest

from stickdance.synth.generators.crop_window import whole_frame
from stickdance.synth.rendering.backgrounds import composed
from stickdance.synth.rendering.cutout import without_room
from stickdance.synth.rendering.renderer import PaintedFrames

SIZE = (128, 128)
ROOM = np.full((128, 128, 3), (30, 200, 60), np.uint8)


def disc(blur: float) -> tuple[np.ndarray, np.ndarray]:
    """Return a disc's own colours, striped like hair, and its soft matte."""
    rows, columns = np.mgrid[:128, :128]
    stripes = (np.sin(columns / 2.5) > 0)[..., None]
    colours = np.where(stripes, (150, 60, 40), (110, 40, 30)).astype(np.float32)
    inside = (np.hypot(rows - 64, columns - 64) < 40).astype(np.float32)
    return colours, cv2.GaussianBlur(inside, (0, 0), blur)


def painted(matte_known: np.ndarray, colours: np.ndarray, matte: np.ndarray) -> PaintedFrames:
    share = matte[..., None]
    picture = np.rint(share * colours + (1 - share) * ROOM).astype(np.uint8)
    return PaintedFrames(picture[None], matte_known[None].astype(np.float32), whole_frame(SIZE))


def test_exact_colours_come_back_from_an_exact_matte():
    colours, matte = disc(2.0)
    found = without_room(painted(matte, colours, matte), ROOM)[0]
    clear = matte > 0.3
    assert np.abs(found[clear][:, :3] - colours[clear]).mean() < 4


@pytest.mark.parametrize("behind", [(0, 0, 0), (255, 255, 255), (255, 0, 255)])
def test_a_matte_too_wide_brings_little_of_the_old_room_along(behind):
    colours, matte = disc(1.5)
    wide = cv2.dilate(matte, np.ones((3, 3)))  # takes a pixel of the room for the person
    new = np.full_like(ROOM, behind)
    edge = (wide > 0.1) & (wide < 0.9)
    frames = painted(wide, colours, matte)
    plain = (frames.pictures[0] - (1 - wide[..., None]) * ROOM) / wide[..., None].clip(1 / 255)
    ours = without_room(frames, ROOM)[0]
    cuts = {"ours": ours}
    for name, own in (("plain", plain.clip(0, 255)), ("true", colours)):
        cuts[name] = np.dstack([own.astype(np.uint8), ours[..., 3]])
    shown = {name: composed(cut, new)[edge].astype(int) for name, cut in cuts.items()}
    away = {name: np.abs(one - shown["true"]).mean() for name, one in shown.items()}
    assert away["ours"] < 0.6 * away["plain"]


def test_nobody_is_painted_from_an_empty_matte():
    nothing = np.zeros(SIZE, np.float32)
    assert not without_room(painted(nothing, np.zeros((128, 128, 3)), nothing), ROOM)[..., 3].any()


def test_where_the_matte_takes_the_room_for_the_person_nobody_is():
    colours, matte = disc(0.1)
    wide = cv2.dilate(matte, np.ones((5, 5)))
    found = without_room(painted(wide, colours, matte), ROOM)[0]
    only_room, only_person = (matte < 0.01) & (wide > 0.99), matte > 0.99
    assert only_room.sum() > 100
    assert found[only_room][:, 3].mean() < 0.1 * 255
    assert (found[only_person][:, 3] == 255).mean() > 0.98


def test_a_rim_in_colours_of_its_own_stays():
    rows, columns = np.mgrid[:128, :128]
    away = np.hypot(rows - 64, columns - 64)
    ring = (away > 36) & (away < 41)  # like fingers before a sleeve
    colours = np.where(ring[..., None], (230, 180, 160), (60, 40, 120)).astype(np.float32)
    matte = (away < 41).astype(np.float32)
    found = without_room(painted(matte, colours, matte), ROOM)[0]
    assert found[ring][:, 3].min() > 0.95 * 255
    assert np.abs(found[ring][:, :3] - colours[ring]).max() < 3


def test_a_person_in_the_colours_of_the_room_stays():
    _, matte = disc(0.0001)
    colours = np.broadcast_to(ROOM.astype(np.float32) + 12, (128, 128, 3))
    found = without_room(painted(matte, colours, matte), ROOM)[0]
    assert found[matte > 0.99][:, 3].min() > 0.95 * 255


def test_the_person_laid_over_the_same_room_is_the_painted_picture():
    colours, matte = disc(2.0)
    frames = painted(matte, colours, matte)
    again = composed(without_room(frames, ROOM)[0], ROOM).astype(int)
    assert np.abs(again - frames.pictures[0]).max() <= 0.08 * 255

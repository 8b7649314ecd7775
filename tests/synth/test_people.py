import cv2
import numpy as np
import pytest

from synth.backgrounds import composed
from synth.painter import PaintedFrames
from synth.people import without_room
from synth.windows import whole_frame

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

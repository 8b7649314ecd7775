"""How much of a pixel is the person, where that is in doubt: matting against a known background.

Stages
    1. A pixel in doubt is a blend of the room behind it, which is known, and of the person's colour
       near it: the mean of the sure pixels around, or the nearest of them, whichever explains it
       better. Its share of the person follows (Smith and Blinn, "Blue Screen Matting", 1996); it
       is trusted as far as the two colours differ and explain the pixel.
    2. What cannot be told so takes the share of its neighbours of like colour, and of a first
       guess: the random walker with priors (Grady, "Multilabel random walker", 2005), solved in
       the band of doubt alone, by successive over-relaxation.

Conventions: pictures uint8 RGB (height, width, 3); shares float32 (height, width), 0 the room.
"""

import math

import cv2
import numpy as np

from stickdance.capture.matting.person_colours import BINS, PersonColours
from stickdance.capture.matting.plate import Plate
from stickdance.capture.matting.trimap import DOUBT, PERSON, Trimap
from stickdance.capture.media.jit import compiled_fast

_AROUND = 0.03  # of the person's height: how far sure pixels tell the usual colour
_APART = 24.0  # grey values between the colours of person and room from which they can be told
_ALIKE = 12.0  # grey values between neighbours that are of one colour still
_FINE = 120  # rows of the person that are enough for colours nearby
_WORN = 0.5  # how surely a usual colour is no blend
_TIES = 0.6  # what a like neighbour counts beside a sure share
_FIRST, _MIDST = 0.04, 0.6  # what the first guess counts, and more where it is to be kept to
_SWEEPS, _OVER = 16, 1.7  # of the relaxation


def share_of_person(
    picture: np.ndarray,
    plate: Plate,
    known: Trimap,
    odds: np.ndarray,
    colours: PersonColours,
    tall: float,
) -> np.ndarray:
    """Return the share of the person in each pixel, 0..1.

    Args:
        picture: the frame.
        plate: what is behind the person in it.
        known: what is sure, and the first guess.
        odds: float32, what the colour says of each pixel, see `evidence`.
        colours: that the person shows.
        tall: the person's height in pixels.
    """
    sure = (known.regions == PERSON).astype(np.uint8)
    share = sure.astype(np.float32)
    doubtful = np.flatnonzero(known.regions == DOUBT)
    if not len(doubtful):
        return share
    guess = known.guess(doubtful)
    if not sure.any():
        share.ravel()[doubtful] = guess
        return share
    step = max(1, int(tall) // _FINE)
    few, fewer = np.ascontiguousarray(picture[::step, ::step]), sure[::step, ::step].copy()
    usual = _usual(few, fewer, max(1, round(_AROUND * tall / step)))
    told, trust = _told(
        picture, plate.picture, plate.error, plate.seen, odds, colours.usual,
        usual, _nearest(few, fewer), step, doubtful,
    )  # fmt: skip
    share.ravel()[doubtful] = trust * told + (1 - trust) * guess
    kept = (_FIRST * (1 - trust) + _MIDST * known.weight(doubtful)).astype(np.float32)
    aim, weight = trust * told + kept * guess, trust + kept + 1e-6
    _relax(share, picture, doubtful, aim, weight)
    return share


def _usual(picture: np.ndarray, sure: np.ndarray, around: int) -> np.ndarray:
    """Return float32 (height, width, 4): the mean of sure pixels around, and how many they were."""
    inside = sure.astype(np.float32)
    weighted = cv2.merge([*cv2.split(picture * inside[..., None]), inside])
    summed = cv2.blur(weighted, (2 * around + 1,) * 2)
    summed[..., :3] = summed[..., :3] / np.maximum(summed[..., 3:], 1e-6)
    return summed


def _nearest(picture: np.ndarray, sure: np.ndarray) -> np.ndarray:
    """Return float32 (height, width, 3): the colour of the nearest sure pixel, smoothed."""
    _, labels = cv2.distanceTransformWithLabels(
        1 - sure, cv2.DIST_L2, 3, labelType=cv2.DIST_LABEL_PIXEL
    )
    inside = sure.astype(np.float32)
    weighted = cv2.blur(cv2.merge([*cv2.split(picture * inside[..., None]), inside]), (3, 3))
    places = np.flatnonzero(sure)
    colours = np.zeros((labels.max() + 1, 3), np.float32)
    values = weighted.reshape(-1, 4)[places]
    colours[labels.ravel()[places]] = values[:, :3] / values[:, 3:]
    return colours[labels]


@compiled_fast
def _told(
    picture: np.ndarray,
    room: np.ndarray,
    errors: np.ndarray,
    seen: np.ndarray,
    odds: np.ndarray,
    worn: np.ndarray,
    usual: np.ndarray,
    nearest: np.ndarray,
    step: int,
    doubtful: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    """Return the share that colours tell at each doubtful place, and how far it is trusted.

    `usual` and `nearest` are of every `step`-th row and column; `worn` is `PersonColours.usual`.
    """
    wide = 256 // BINS
    width = errors.shape[1]
    told, trust = np.zeros(len(doubtful), np.float32), np.zeros(len(doubtful), np.float32)
    for each in range(len(doubtful)):
        y, x = doubtful[each] // width, doubtful[each] % width
        if not seen[y, x]:
            continue
        error = errors[y, x]
        v, u = y // step, x // step
        best = 1e30
        for kind in range(2):
            if kind == 0 and usual[v, u, 3] < 1e-4:
                continue
            blend, apart = 0.0, 0.0
            for colour in range(3):
                person = usual[v, u, colour] if kind == 0 else nearest[v, u, colour]
                away = person - float(room[y, x, colour])
                blend += (float(picture[y, x, colour]) - room[y, x, colour]) * away
                apart += away * away
            share = min(1.0, max(0.0, blend / max(apart, 1.0)))
            left = 0.0
            for colour in range(3):
                person = usual[v, u, colour] if kind == 0 else nearest[v, u, colour]
                left += (
                    float(picture[y, x, colour]) - share * person - (1 - share) * room[y, x, colour]
                ) ** 2
            worth = left - 0.05 * apart
            if worth < best:
                best = worth
                told[each] = share
                explained = math.exp(-left / (2 * (3 * error) ** 2))
                trust[each] = explained * apart / (apart + _APART**2 + (2 * error) ** 2)
        # A colour that neither room nor blend explains is the person's, of another colour there.
        foreign = min(1.0, max(0.0, odds[y, x] / 8.0))
        r, g, b = picture[y, x, 0] // wide, picture[y, x, 1] // wide, picture[y, x, 2] // wide
        whole = max(_WORN * worn[r, g, b], 1 - trust[each]) * foreign
        told[each] = (trust[each] * (1 - whole) * told[each] + whole) / max(
            1e-6, trust[each] * (1 - whole) + whole
        )
        trust[each] = max(trust[each], foreign)
    return told, trust


@compiled_fast
def _relax(
    share: np.ndarray,
    picture: np.ndarray,
    doubtful: np.ndarray,
    aim: np.ndarray,
    weights: np.ndarray,
) -> None:
    """Solve for the shares at the doubtful places, in place; all others are held.

    Each is drawn to `aim` over `weights`, and to its neighbours of like colour.
    """
    height, width = share.shape
    count = len(doubtful)
    ties = np.zeros((count, 4), np.float32)
    for each in range(count):
        y, x = doubtful[each] // width, doubtful[each] % width
        for side in range(4):
            v, u = y + (side == 0) - (side == 1), x + (side == 2) - (side == 3)
            if v < 0 or u < 0 or v >= height or u >= width:
                continue
            away = 0.0
            for colour in range(3):
                away += (float(picture[y, x, colour]) - float(picture[v, u, colour])) ** 2
            ties[each, side] = _TIES * math.exp(-away / (2 * _ALIKE**2))
    for sweep in range(_SWEEPS):
        for step in range(count):
            each = step if sweep % 2 == 0 else count - 1 - step
            y, x = doubtful[each] // width, doubtful[each] % width
            total, weight = aim[each], weights[each]
            if y > 0:
                total += ties[each, 1] * share[y - 1, x]
                weight += ties[each, 1]
            if y < height - 1:
                total += ties[each, 0] * share[y + 1, x]
                weight += ties[each, 0]
            if x > 0:
                total += ties[each, 3] * share[y, x - 1]
                weight += ties[each, 3]
            if x < width - 1:
                total += ties[each, 2] * share[y, x + 1]
                weight += ties[each, 2]
            share[y, x] += _OVER * (total / weight - share[y, x])
    for each in range(count):
        y, x = doubtful[each] // width, doubtful[each] % width
        share[y, x] = min(1.0, max(0.0, share[y, x]))

"""Finding the cast shadow and the room behind it together, in closed form.

Stages
    1. The room is the median, place by place, of the looks in which nobody hides it, each freed of
       its light and of the shadow so far.
    2. Each look's light is the median of what it differs from the room by, beside the shadow.
    3. What then remains is explained by silhouettes, blurred and moved: robust ridge regression.
       A background that moves by itself counts little.
    4. Room and light again: the room loses the ghost that the shadow had left in it.

The shadow is kept only where it predicts looks left out of the fit better than the room alone does.

Conventions: looks are small (`stickdance.capture.matting.cast_shadow.small_size`); light is the
logarithm of a frame's colours over the room's.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import cv2
import numpy as np
from threadpoolctl import threadpool_limits

from stickdance.capture.matting.cast_shadow import (
    WEIGHTS,
    CastShadow,
    blurs,
    offsets,
    shrunk,
    small_size,
)

_BESIDE = 0.012  # share of the height around what hides the room that shows some of it
_HIDDEN = 0.05  # share of a small pixel that may be hidden
_FEWEST = 16  # looks from which a shadow can be found, and left-out ones predicted
_BLOCKS = 8  # of time; every fourth is left out
_BETTER = 0.9  # of the squared error that a shadow has to leave to be kept
_PLACES = 2500  # that take part in the regression, in all looks
_SEEN_OFTEN = 4  # looks that a place must be seen in to tell a shadow from the room
_RIDGE = 1e-4  # of the number of places: what keeps silhouettes that are alike apart
_REACHED = 0.01  # of the widest blur, from where a shadow may be
_DARKEST = 8.0  # grey values: below, a ratio says nothing
_DOUBTS = (0.15, 0.1, 0.1)  # logarithms from which something else explains a place, in turn
_RESTLESS = 0.1  # relative spread from which a place moves by itself
_FEWEST_PLACES = 60  # from which the light can be told
_MOST = 0.8  # logarithm that a shadow, or a mistake, differs by at most
_FAINT = 1e-5  # mean square of a shadow's logarithm from which its colour can be told
_NOWHERE = 1e6  # more than any colour: what is hidden sorts last


@dataclass(frozen=True)
class Look:
    """A sampled frame, small."""

    colours: np.ndarray
    """float32 (h, w, 3), grey values, not below `_DARKEST`."""
    free: np.ndarray
    """bool (h, w): the room is seen there."""
    silhouette: np.ndarray
    """float32 (h, w) 0..1, the person."""
    tall: float
    """The person's usual height as a share of the frame's."""

    @cached_property
    def layers(self) -> list[np.ndarray]:
        """Return the silhouette by each blur of a cast shadow."""
        return blurs(self.silhouette, self.tall)

    @property
    def reached(self) -> np.ndarray:
        """Return bool (h, w): free, and near enough to the person to be in their shadow."""
        return self.free & (self.layers[-1] > _REACHED)

    def dimmed(self, shadow: CastShadow | None) -> np.ndarray | float:
        """Return float32 (h, w, 3): the logarithm of the light that a shadow leaves."""
        return 0.0 if shadow is None else shadow.of_layers(self.layers)[..., None] * shadow.tint

    @staticmethod
    def of(picture: np.ndarray, matte: np.ndarray, hidden: np.ndarray, tall: float) -> "Look":
        """Return the look of a frame.

        Args:
            picture: uint8 RGB (height, width, 3).
            matte: uint8 (height, width) of the person.
            hidden: uint8 (height, width), not 0 where the room may not be seen.
            tall: the person's usual height as a share of the frame's.
        """
        size = small_size(matte.shape, tall)
        colours = cv2.resize(picture, size, interpolation=cv2.INTER_AREA).astype(np.float32)
        side = 2 * max(1, round(_BESIDE * size[1])) + 1
        grown = cv2.dilate(shrunk(hidden, size), np.ones((side, side), np.uint8))
        return Look(colours.clip(_DARKEST, None), grown < _HIDDEN, shrunk(matte, size), tall)


@dataclass(frozen=True)
class Fitted:
    """What explains the looks."""

    room: np.ndarray
    """float32 (h, w, 3)."""
    spread: np.ndarray
    """float32 (h, w): relative standard deviation of what remains, of the most restless colour."""
    seen: np.ndarray
    """bool (h, w): the room was seen there."""
    shadow: CastShadow | None
    errors: tuple[float, float] | None = None
    """Mean squared error near the person in looks left out, without and with a shadow."""
    deepest: float = 0.0
    """Share of the light, 0..1, that the shadow takes at its darkest places in the looks."""

    def light(self, look: Look) -> np.ndarray:
        """Return float32 (3,): how much brighter a look is than room and shadow."""
        return self._light(look, look.dimmed(self.shadow))

    def expected(self, look: Look) -> np.ndarray:
        """Return float32 (h, w, 3): room, shadow and light as they should be in a look."""
        dimmed = look.dimmed(self.shadow)
        return np.asarray(self.room * np.exp(self._light(look, dimmed) + dimmed))

    def _light(self, look: Look, dimmed: np.ndarray | float) -> np.ndarray:
        places = look.free & self.seen & (self.spread < _RESTLESS)
        if places.sum() < _FEWEST_PLACES:
            return np.zeros(3, np.float32)
        away = np.log(look.colours / self.room) - dimmed
        return np.asarray(np.median(away[places], axis=0), np.float32)


@threadpool_limits.wrap(limits=1, user_api="blas")  # more wait for one another far longer
def fitted(looks: Sequence[Look]) -> Fitted:
    """Return the room of looks, in order of time, and the shadow where there is one."""
    alone = _alternated(looks, shaded=False)
    if len(looks) < _FEWEST or not looks[0].tall:
        return alone
    block = np.arange(len(looks)) * _BLOCKS // len(looks)
    left_out = [look for look, number in zip(looks, block, strict=True) if number % 4 == 2]
    others = [look for look, number in zip(looks, block, strict=True) if number % 4 != 2]
    shaded = _alternated(others, shaded=True)
    errors = _error(_alternated(others, shaded=False), left_out), _error(shaded, left_out)
    if errors[1] > _BETTER * errors[0]:
        return replace(alone, errors=errors)
    found = _alternated(looks, shaded=True)
    return replace(found, errors=errors, deepest=_deepest(looks, found))


def _deepest(looks: Sequence[Look], found: Fitted) -> float:
    if found.shadow is None:
        return 0.0
    darkest = [found.shadow.of_layers(look.layers)[look.free] for look in looks]
    return float(max(0.0, 1 - np.exp(np.percentile(np.concatenate(darkest), 1))))


def _alternated(looks: Sequence[Look], *, shaded: bool) -> Fitted:
    """Return the room of looks, with the shadow that explains them best or without any."""
    dimmed: list[np.ndarray | float] = [0.0] * len(looks)
    found = _median_room(looks, dimmed, [np.zeros(3, np.float32)] * len(looks), None)
    lights = [found._light(look, 0.0) for look in looks]
    found = _median_room(looks, dimmed, lights, None)
    if not shaded:
        return found
    shadow = _regressed(looks, lights, found)
    dimmed = [look.dimmed(shadow) for look in looks]
    lights = [found._light(*each) for each in zip(looks, dimmed, strict=True)]
    return _median_room(looks, dimmed, lights, shadow)


def _median_room(
    looks: Sequence[Look],
    dimmed: Sequence[np.ndarray | float],
    lights: Sequence[np.ndarray],
    shadow: CastShadow | None,
) -> Fitted:
    """Return the room that looks show, freed of their light and of the shadow."""
    free = np.stack([look.free for look in looks])
    parts = zip(looks, dimmed, lights, strict=True)
    values = np.stack([look.colours / np.exp(light + dark) for look, dark, light in parts])
    values[~free] = _NOWHERE
    values.sort(axis=0)
    count = free.sum(axis=0)

    def quantile(share: float) -> np.ndarray:
        at = np.rint((count - 1) * share).clip(0, None).astype(int)
        return np.take_along_axis(values, at[None, ..., None], axis=0)[0]

    seen = count > 0
    room = np.where(seen[..., None], quantile(0.5), 128).clip(_DARKEST, None).astype(np.float32)
    spread = ((quantile(0.9) - quantile(0.1)) / 2.56 / room).max(axis=-1)
    return Fitted(room, np.where(seen, spread, 0).astype(np.float32), seen, shadow)


def _regressed(looks: Sequence[Look], lights: Sequence[np.ndarray], found: Fitted) -> CastShadow:
    """Return the weights that explain best what differs from look to look at each place.

    What a place shows in the mean is taken off both sides first, so that the room is solved for
    along with the weights: a shadow that hardly moves is told from a dark wall.
    """
    reached = np.any([look.reached for look in looks], axis=0)
    often = np.sum([look.free for look in looks], axis=0) >= _SEEN_OFTEN
    places = np.flatnonzero(reached & often & found.seen)
    places = np.random.default_rng(0).permutation(places)[:_PLACES]
    shapes = np.stack([_shapes(look, places) for look in looks])
    ratios = np.stack([np.log(look.colours / found.room).reshape(-1, 3)[places] for look in looks])
    away = (ratios - np.stack(lights)[:, None]).clip(-_MOST, _MOST)
    calm = 1 / (1 + (found.spread.ravel()[places] / _RESTLESS) ** 2)
    counts = np.stack([look.free.ravel()[places] for look in looks]) * calm
    trust = counts
    for doubt in _DOUBTS:
        moving, told = _without_mean(shapes, trust), _without_mean(away, trust)
        wanted = told.mean(axis=-1)
        weights = _ridge(moving, wanted, trust)
        explained = moving @ weights
        trust = counts / (1 + ((wanted - explained) / doubt) ** 2)
    strength = float((trust * explained**2).sum())
    tint = np.einsum("lp,lp,lpc->c", trust, explained, told) / max(strength, 1e-9)
    tint = tint.clip(0.5, 1.5) if strength > _FAINT * trust.sum() else np.ones(3)
    return CastShadow(
        weights.reshape(WEIGHTS), (tint / tint.mean()).astype(np.float32), looks[0].tall
    )


def _without_mean(values: np.ndarray, trust: np.ndarray) -> np.ndarray:
    """Return (looks, places, n) values without each place's mean, weighed by (looks, places)."""
    total = trust.sum(axis=0)[:, None].clip(1e-6, None)
    mean = np.einsum("lp,lpk->pk", trust, values, optimize=True) / total
    return np.asarray(values - mean, np.float32)


def _ridge(shapes: np.ndarray, wanted: np.ndarray, trust: np.ndarray) -> np.ndarray:
    """Return float32 (weights,): those that explain (looks, places) by (looks, places, weights)."""
    count = shapes.shape[-1]
    root = np.sqrt(trust).astype(np.float32).ravel()
    known, aim = shapes.reshape(-1, count) * root[:, None], wanted.ravel() * root
    square = known.T @ known + _RIDGE * max(float(trust.sum()), 1.0) * np.eye(count)
    return np.asarray(np.linalg.solve(square, known.T @ aim), np.float32)


def _shapes(look: Look, places: np.ndarray) -> np.ndarray:
    """Return float32 (places, weights): the silhouettes, blurred and moved, at some places."""
    height, width = look.silhouette.shape
    moves = offsets(height, look.tall)
    border = max(max(abs(down), abs(right)) for down, right in moves)
    rows, columns = np.divmod(places, width)
    taken = [
        layer[rows - down + border, columns - right + border]
        for layer in (np.pad(layer, border, "edge") for layer in look.layers)
        for down, right in moves
    ]
    return np.stack(taken, axis=1)


def _error(found: Fitted, looks: Sequence[Look]) -> float:
    """Return the mean squared error of the room near the person, in grey values."""
    squares = [
        ((look.colours - found.expected(look)) ** 2)[look.reached & found.seen] for look in looks
    ]
    together = np.concatenate(squares)
    return float(together.mean()) if len(together) else 0.0

"""How the background of footage moves and how its light changes, frame by frame, while it streams.

Stages
    1. The background is what lies well away from everybody's mask. Its light is compared coarsely
       with the key frame's, so that a change of exposure is not taken for movement.
    2. Corners of the key frame's background are followed (pyramidal Lucas-Kanade) and a similarity
       (shift, turn, change of size) is fitted to them with RANSAC: sub-pixel, and indifferent to
       things that move by themselves.
    3. Where too few corners are left, the frame before becomes the key frame: a camera that pans
       is followed for as long as it pans.
    4. In pictures of an eighth of the size, aligned by 2, each channel's gain and offset are fitted
       to the background's colours in the first frame.

Conventions: maps are (2, 3) and take points of a frame, in pixels of the stored size, to the first
frame; gains and offsets take a frame's grey values 0..255 to the first frame's.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np

_CORNERS, _FEWEST = 160, 12
_WORTH_KEEPING = 0.45  # share of the key frame's corners below which the key frame is replaced
_OFF_BY = 1.0  # pixels from the fitted map from which a corner moves by itself
_SAME_LIGHT = 0.004  # share of brightness that corners are followed well enough with
_COARSE = 8  # the light is compared in pictures so many times smaller
_DARKEST, _BRIGHTEST = 8, 245  # grey values beyond which a sensor or a codec may have clipped
_FEWEST_PIXELS = 60  # small pixels of background from which its light can be told
_OFFSET_PRIOR = 25.0  # grey values of spread below which gain and offset cannot be told apart


@dataclass(frozen=True)
class BackgroundPath:
    """The background's movement and light over some footage."""

    maps: np.ndarray
    """(frames, 2, 3) float64; frames in which the movement could not be told are interpolated."""
    gains: np.ndarray
    """(frames, 3) float64, by colour."""
    offsets: np.ndarray
    """(frames, 3) float64, grey values."""
    sure: np.ndarray
    """(frames,) bool: the movement was really measured there."""
    residual: float
    """Median distance in pixels of the corners from the fitted maps: what a map cannot explain."""

    def __len__(self) -> int:
        return len(self.maps)


class BackgroundTracker:
    """Follows the background; call it frame by frame, then ask for the `path`."""

    def __init__(self) -> None:
        self._maps: list[np.ndarray | None] = []
        self._lights: list[tuple[np.ndarray, np.ndarray]] = []
        self._residuals: list[float] = []
        self._key: _Key | None = None
        self._before: _Key | None = None
        self._first: _Light | None = None

    def __call__(self, picture: np.ndarray, mask: np.ndarray) -> None:
        """Look at the next frame.

        Args:
            picture: uint8 RGB (height, width, 3).
            mask: uint8 (height, width), not 0 where a person may be.
        """
        free = background_of(mask)
        light = _Light.of(picture, free)
        first = self._first
        if first is None:
            self._first = light
        view = _View(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), free, light)
        found = self._followed(view)
        self._maps.append(found)
        place = np.eye(2, 3) if found is None else found
        self._lights.append(
            (np.ones(3), np.zeros(3)) if first is None else _gain(light, first, place)
        )
        self._before = _Key(view, place)
        if self._key is None:
            self._key = self._before

    @property
    def path(self) -> BackgroundPath:
        """Return what was found in the frames so far, at least one."""
        sure = np.array([each is not None for each in self._maps])
        gains, offsets = (np.array(part) for part in zip(*self._lights, strict=True))
        residual = float(np.median(self._residuals)) if self._residuals else 0.0
        return BackgroundPath(_completed(self._maps), gains, offsets, sure, residual)

    def _followed(self, view: "_View") -> np.ndarray | None:
        """Return the map from this frame to the first one; None where it cannot be told."""
        if self._key is None or self._before is None:
            return np.eye(2, 3)
        guess = self._before.place
        step = _between(self._key, view, guess)
        if step is None or step.kept < _WORTH_KEEPING:
            key = self._before
            again = _between(key, view, guess)
            if again is not None and (step is None or again.kept > step.kept):
                self._key, step = key, again
        if step is None:
            return None
        self._residuals.append(step.residual)
        return _joined(self._key.place, step.map)


def background_of(mask: np.ndarray) -> np.ndarray:
    """Return uint8 (height, width), 255 well away from the person."""
    small = cv2.resize(mask, None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA)
    side = 2 * max(2, len(small) // 50) + 1
    person = cv2.dilate(small, np.ones((side, side), np.uint8)) > 12
    free = np.where(person, 0, 255).astype(np.uint8)
    return cv2.resize(free, mask.shape[::-1], interpolation=cv2.INTER_NEAREST)


def grid_displacements(maps: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """Return how far maps move the picture, in pixels: the root mean square over a grid of points.

    Args:
        maps: (frames, 2, 3).
        size: (width, height) of the picture.

    Returns:
        (frames,).
    """
    x, y = np.meshgrid(np.linspace(0, size[0], 5), np.linspace(0, size[1], 5))
    points = np.stack([x.ravel(), y.ravel(), np.ones(x.size)])
    moved = maps @ points - points[:2]
    return np.sqrt((moved**2).sum(axis=1).mean(axis=-1))


@dataclass(frozen=True)
class _Step:
    map: np.ndarray
    """From the later frame to the key frame."""
    kept: float
    """Share of the key frame's corners that agree with it, of those that nobody hides."""
    residual: float


@dataclass(frozen=True)
class _View:
    """What is needed of a frame to compare it with others."""

    grey: np.ndarray
    free: np.ndarray
    """uint8 (height, width), 255 the background."""
    light: "_Light"


class _Key:
    """A frame that later ones are compared with."""

    def __init__(self, view: _View, place: np.ndarray) -> None:
        self.view, self.place = view, place
        self._corners: np.ndarray | None = None

    @property
    def corners(self) -> np.ndarray:
        """Return its background's corners (n, 1, 2), centres of pixels at whole numbers."""
        if self._corners is None:
            grey, free = self.view.grey, self.view.free
            found = cv2.goodFeaturesToTrack(grey, _CORNERS, 0.01, len(grey) // 50 + 3, mask=free)
            self._corners = np.empty((0, 1, 2), np.float32) if found is None else found
        return self._corners


def _between(key: _Key, view: _View, guess: np.ndarray) -> _Step | None:
    """Return the map from a frame to the key frame; None where too few corners tell."""
    corners = key.corners
    if len(corners) < _FEWEST:
        return None
    grey, gain = view.grey, key.view.light.over(view.light)
    if abs(gain - 1) > _SAME_LIGHT:
        grey = cv2.convertScaleAbs(grey, alpha=gain)
    start = _moved(corners[:, 0], _inverse(_joined(_inverse(key.place), guess)))
    found, there, _ = cv2.calcOpticalFlowPyrLK(
        key.view.grey, grey, corners, start[:, None].astype(np.float32),
        winSize=(17, 17), maxLevel=3, flags=cv2.OPTFLOW_USE_INITIAL_FLOW,
    )  # fmt: skip
    inside = _inside(found[:, 0], grey.shape)
    hidden = inside & (_at(view.free, found[:, 0]) == 0)  # somebody stands before them
    followed = (there[:, 0] == 1) & inside & ~hidden
    if followed.sum() < _FEWEST:
        return None
    seen, known = found[followed, 0], corners[followed, 0]
    # OpenCV counts from the centre of the first pixel, we from its corner.
    fitted, inliers = cv2.estimateAffinePartial2D(
        seen + 0.5, known + 0.5, method=cv2.RANSAC, ransacReprojThreshold=_OFF_BY
    )
    if fitted is None or inliers.sum() < _FEWEST:
        return None
    agreed = inliers[:, 0] == 1
    away = np.linalg.norm(_moved(seen[agreed] + 0.5, fitted) - known[agreed] - 0.5, axis=-1)
    return _Step(fitted, float(agreed.sum() / (~hidden).sum()), float(np.median(away)))


def _inside(points: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    return np.all((points >= 0) & (points < (shape[1], shape[0])), axis=-1)


def _at(mask: np.ndarray, points: np.ndarray) -> np.ndarray:
    columns, rows = np.rint(np.nan_to_num(points)).clip(-1, 1 << 20).astype(int).T
    return mask[rows.clip(0, mask.shape[0] - 1), columns.clip(0, mask.shape[1] - 1)]


def _moved(points: np.ndarray, transform: np.ndarray) -> np.ndarray:
    return points @ transform[:, :2].T + transform[:, 2]


def _inverse(transform: np.ndarray) -> np.ndarray:
    return cv2.invertAffineTransform(transform)


def _joined(second: np.ndarray, first: np.ndarray) -> np.ndarray:
    """Return the map that does `first`, then `second`."""
    return second[:, :2] @ first + np.column_stack([np.zeros((2, 2)), second[:, 2]])


def _completed(maps: Sequence[np.ndarray | None]) -> np.ndarray:
    """Return (frames, 2, 3), unknown maps interpolated between the known ones."""
    known = [number for number, each in enumerate(maps) if each is not None]
    values = np.array([maps[number] for number in known]).reshape(len(known), 6)
    frames = np.arange(len(maps))
    columns = [np.interp(frames, known, values[:, column]) for column in range(6)]
    return np.stack(columns, axis=-1).reshape(-1, 2, 3)


@dataclass(frozen=True)
class _Light:
    """A frame's colours at a fraction of its size, to compare light by."""

    colours: np.ndarray
    """float32 (h, w, 3)."""
    free: np.ndarray
    """bool (h, w): all background."""

    @staticmethod
    def of(picture: np.ndarray, free: np.ndarray) -> "_Light":
        small = (max(1, picture.shape[1] // _COARSE), max(1, picture.shape[0] // _COARSE))
        colours = cv2.resize(picture, small, interpolation=cv2.INTER_AREA).astype(np.float32)
        open_ = cv2.resize(free, small, interpolation=cv2.INTER_AREA) == 255
        return _Light(colours, open_)

    def over(self, other: "_Light") -> float:
        """Return how much brighter this one is, by the background that both show about there."""
        both = self.free & other.free
        if both.sum() < _FEWEST_PIXELS:
            return 1.0
        return float(np.median((self.colours[both] + 1) / (other.colours[both] + 1)))


def _gain(light: _Light, first: _Light, place: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the gain and offset (3,) that give a frame the first frame's light."""
    height, width = light.free.shape
    shrunk = place.copy()
    shrunk[:, 2] /= _COARSE
    shrunk[:, 2] += shrunk[:, :2] @ (0.5, 0.5) - 0.5
    edge: Any = cv2.BORDER_REPLICATE
    colours = cv2.warpAffine(light.colours, shrunk, (width, height), borderMode=edge)
    covered = cv2.warpAffine(light.free.astype(np.float32), shrunk, (width, height))
    both = (
        cv2.erode(((covered > 0.99) & first.free).astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    )
    colours, known = (cv2.GaussianBlur(part, (3, 3), 0) for part in (colours, first.colours))
    gains, offsets = np.ones(3), np.zeros(3)
    for channel in range(3):
        there, wanted = colours[..., channel][both], known[..., channel][both]
        fair = (np.minimum(there, wanted) > _DARKEST) & (np.maximum(there, wanted) < _BRIGHTEST)
        if fair.sum() >= _FEWEST_PIXELS:
            gains[channel], offsets[channel] = _line(there[fair], wanted[fair])
    return gains, offsets


def _line(there: np.ndarray, wanted: np.ndarray) -> tuple[float, float]:
    """Return the robust line from `there` to `wanted`: a plain gain where colours hardly differ."""
    gain, offset = float(np.median(wanted / there)), 0.0
    for _ in range(4):
        away = wanted - gain * there - offset
        spread = 1.5 * float(np.median(np.abs(away))) + 0.5
        weight = 1 / (1 + (away / (2 * spread)) ** 2) ** 2  # Geman and McClure: outliers fade away
        total = weight.sum()
        mean, aim = (weight * there).sum() / total, (weight * wanted).sum() / total
        plain = (weight * there * wanted).sum() / (weight * there * there).sum()
        variance = (weight * (there - mean) ** 2).sum() / total
        wanted_variance = (weight * (wanted - aim) ** 2).sum() / total
        slope = np.sqrt(wanted_variance / max(variance, 1e-6))  # both sides are noisy alike
        trust = variance / (variance + _OFFSET_PRIOR**2)
        gain = float(trust * slope + (1 - trust) * plain)
        offset = float(aim - gain * mean)
    return gain, offset

"""What was done to footage to hold its camera still and its light even, and doing it again.

A take keeps one map and one gain and offset a frame in `corrections.npz`, so that the original
footage can be corrected exactly as the stored frames were. Footage from a tripod in steady light is
not touched at all.

Stages of deciding
    1. Is there movement (light) worth correcting, and is it small enough? Each is decided alone.
    2. The place (light) to hold is the middle of those of the training part: the least is uncovered
       at the borders, and no colour is pushed farther than need be.

Conventions: maps take a point of a frame, in pixels of the take's size, to where it is held; where
a picture was not filmed, at the borders, `uncovered` is 255.
"""

from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np

from stickdance.capture.stabilisation.background_motion import BackgroundPath, grid_displacements
from stickdance.checkpoints.errors import BadInput
from stickdance.checkpoints.files import whole_file
from stickdance.checkpoints.npz_reader import read_npz
from stickdance.checkpoints.reading import refusing

_MID_GREY = 128.0
_ARRAYS = ("maps", "gains", "offsets")
_LARGEST_ARRAYS = 1 << 28  # of three hours at 240 frames a second
_FARTHEST = 1e5  # pixels, gains, grey levels: what is more, or no number, corrects nothing


@dataclass(frozen=True)
class Tolerance:
    """How much movement and change of light is let be, and how much is corrected."""

    still: float = 0.001
    """Movement, as a share of the frame's height, that does no harm."""
    still_pixels: float = 0.4
    """Movement in pixels below which nothing is corrected, as it can hardly be measured."""
    farthest: float = 0.04
    """The farthest that a frame may be from the middle to be corrected, as a share."""
    even: float = 0.03
    """Change of light, as a share of mid-grey, that does no harm."""
    most_light: float = 0.25
    """Change of light up to which footage is corrected, likewise."""
    sure: float = 0.8
    """Share of the frames in which movement must have been measured to be corrected."""

    def moves(self, unrest: "Unrest") -> bool:
        """Return whether the camera moves by more than does no harm."""
        return unrest.movement > self.still_pixels and unrest.movement_share > self.still


@dataclass(frozen=True)
class Unrest:
    """How much the camera moves and the light changes, each as a distance from its middle."""

    movement: float
    """Pixels: the 95th percentile over the frames of the root mean square over the picture."""
    movement_share: float
    """The same as a share of the frame's height."""
    farthest_share: float
    """How far the farthest frame is from the middle, likewise."""
    light: float
    """Share of mid-grey: the 95th percentile over the frames."""
    residual: float
    """Pixels that no shift, turn or change of size explains (median of the corners followed)."""
    sure: float
    """Share of the frames in which the movement could be measured."""


@dataclass(frozen=True)
class Corrections:
    """One map, gain and offset for each frame."""

    size: tuple[int, int]
    """(width, height) of the take."""
    maps: np.ndarray
    """(frames, 2, 3) float64; all identities where the camera stood still."""
    gains: np.ndarray
    """(frames, 3) float64; all ones where the light was even."""
    offsets: np.ndarray
    """(frames, 3) float64, grey values."""

    def __len__(self) -> int:
        return len(self.maps)

    @property
    def holds_still(self) -> bool:
        """Return whether any frame is moved."""
        return bool((self.maps != np.eye(2, 3)).any())

    @property
    def evens_light(self) -> bool:
        """Return whether the light of any frame is changed."""
        return bool((self.gains != 1).any() or self.offsets.any())

    def further_evened(self, factors: np.ndarray) -> "Corrections":
        """Return corrections that multiply what these give by factors (frames, 3) of light."""
        return replace(self, gains=self.gains * factors, offsets=self.offsets * factors)

    def as_filmed(self, picture: np.ndarray, frame: int) -> np.ndarray:
        """Return a picture of evened light in the light that a frame was filmed in."""
        gain = 1 / self.gains[frame]
        return in_light(picture, gain, -self.offsets[frame] * gain)

    def picture(
        self, picture: np.ndarray, frame: int, even: bool = True
    ) -> tuple[np.ndarray, np.ndarray]:
        """Return a frame held still and even, and where it was not filmed.

        Args:
            picture: uint8 RGB (height, width, 3), the frame at the take's size or a larger one of
                the same shape.
            frame: its number in the take.
            even: give it even light; else it keeps the light that it was filmed in.

        Returns:
            The picture, and `uncovered`: uint8 (height, width), 255 where it shows nothing.
        """
        lit = self._even(picture, frame) if even else picture
        moved = self._scaled(frame, (picture.shape[1], picture.shape[0]))
        if moved is None:
            return lit, np.zeros(picture.shape[:2], np.uint8)
        held = _warped(lit, moved, cv2.INTER_CUBIC, cv2.BORDER_REPLICATE)
        filmed = np.full(picture.shape[:2], 255, np.uint8)
        filmed = _warped(filmed, moved, cv2.INTER_LINEAR, cv2.BORDER_CONSTANT)
        return held, 255 - filmed

    def mask(self, mask: np.ndarray, frame: int) -> np.ndarray:
        """Return a mask (height, width) uint8 of the take's size, held still like its frame."""
        moved = self._scaled(frame, (mask.shape[1], mask.shape[0]))
        if moved is None:
            return mask
        return _warped(mask, moved, cv2.INTER_LINEAR, cv2.BORDER_CONSTANT)

    def points(self, points: np.ndarray, frame: int) -> np.ndarray:
        """Return points (..., 2) of a frame, in pixels of the take, where they are held."""
        transform = self.maps[frame]
        moved = points @ transform[:, :2].T + transform[:, 2]
        return moved.astype(points.dtype)

    def save(self, path: Path) -> Path:
        """Write the corrections as NPZ and return the path."""
        with whole_file(Path(path)) as temporary, open(temporary, "wb") as file:
            np.savez_compressed(
                file, size=self.size, maps=self.maps, gains=self.gains, offsets=self.offsets
            )
        return Path(path)

    @staticmethod
    def load(path: Path, frames: int, size: tuple[int, int]) -> "Corrections":
        """Read what `save` wrote.

        Args:
            path: the file.
            frames: how many frames it has to be for.
            size: (width, height) that it has to be for.

        Raises:
            BadInput: not such a file, or for another take.
        """
        what = "a take's corrections"
        values = read_npz(Path(path), what, wanted=("size", *_ARRAYS), largest=_LARGEST_ARRAYS)
        with refusing(path, what):
            maps, gains, offsets = (np.asarray(values[name], np.float64) for name in _ARRAYS)
            found = tuple(int(side) for side in values["size"])
        shapes = (maps.shape, gains.shape, offsets.shape)
        whole = all((np.abs(part) < _FARTHEST).all() for part in (maps, gains, offsets))
        if shapes != ((frames, 2, 3), (frames, 3), (frames, 3)) or found != size or not whole:
            raise BadInput(
                f"{path}: does not fit {frames} frames of {size[0]}x{size[1]}; capture again"
            )
        return Corrections(size, maps, gains, offsets)

    def _even(self, picture: np.ndarray, frame: int) -> np.ndarray:
        return in_light(picture, self.gains[frame], self.offsets[frame])

    def _scaled(self, frame: int, size: tuple[int, int]) -> np.ndarray | None:
        """Return the map for a picture of `size`, by centres of pixels; None for none at all."""
        transform = self.maps[frame]
        if np.array_equal(transform, np.eye(2, 3)):
            return None
        ratio = np.array([size[0] / self.size[0], size[1] / self.size[1]])
        linear = ratio[:, None] * transform[:, :2] / ratio
        shift = ratio * transform[:, 2] + linear @ (0.5, 0.5) - 0.5
        return np.column_stack([linear, shift])


def in_light(picture: np.ndarray, gain: np.ndarray, offset: np.ndarray | None = None) -> np.ndarray:
    """Return a picture, uint8 RGB, in another light.

    Args:
        picture: uint8 RGB (height, width, 3).
        gain: (3,) by which its grey values are multiplied.
        offset: (3,) that is then added; None: nothing.
    """
    offset = np.zeros(3) if offset is None else offset
    if (gain == 1).all() and not offset.any():
        return picture
    values = np.arange(256.0)[:, None] * gain + offset
    return cv2.LUT(picture, np.rint(values.clip(0, 255)).astype(np.uint8)[None])


def unrest_of(path: BackgroundPath, size: tuple[int, int]) -> Unrest:
    """Return how much the background moves and how much its light changes over the footage.

    Args:
        path: what a `BackgroundTracker` found.
        size: (width, height) of the frames.
    """
    away = grid_displacements(_held(path.maps), size)
    movement = float(np.percentile(away, 95))
    gains, offsets = _lit(path.gains, path.offsets)
    light = np.abs(gains * _MID_GREY + offsets - _MID_GREY).max(axis=-1) / _MID_GREY
    return Unrest(
        movement=movement,
        movement_share=movement / size[1],
        farthest_share=float(away.max()) / size[1],
        light=float(np.percentile(light, 95)),
        residual=path.residual,
        sure=float(path.sure.mean()),
    )


def corrections_for(
    path: BackgroundPath,
    size: tuple[int, int],
    training: int,
    tolerance: Tolerance = Tolerance(),
) -> Corrections | None:
    """Return what holds the camera still and the light even; None where nothing is to be done.

    Args:
        path: what a `BackgroundTracker` found.
        size: (width, height) of the frames.
        training: so many frames, the first, decide which place and light are held.
        tolerance: what is let be, and what is too much.
    """
    unrest = unrest_of(path, size)
    told = unrest.sure >= tolerance.sure and unrest.farthest_share <= tolerance.farthest
    moves = told and tolerance.moves(unrest)
    flickers = tolerance.even < unrest.light <= tolerance.most_light
    if not moves and not flickers:
        return None
    frames = len(path)
    maps = np.tile(np.eye(2, 3), (frames, 1, 1))
    gains, offsets = np.ones((frames, 3)), np.zeros((frames, 3))
    if moves:
        maps = _held(path.maps, training)
    if flickers:
        gains, offsets = _lit(path.gains, path.offsets, training)
    return Corrections(size, maps, gains, offsets)


def filled_from(picture: np.ndarray, uncovered: np.ndarray, plate: np.ndarray) -> np.ndarray:
    """Return the picture with the plate where it was not filmed, blended at the edge.

    Args:
        picture: uint8 RGB (height, width, 3).
        uncovered: uint8 (height, width), 255 where it shows nothing.
        plate: uint8 RGB (height, width, 3).
    """
    if not uncovered.any():
        return picture
    share = uncovered[..., None].astype(np.float32) / 255
    return np.rint(picture * (1 - share) + plate * share).astype(np.uint8)


def _held(maps: np.ndarray, training: int | None = None) -> np.ndarray:
    """Return maps to the middle place instead of the first frame's."""
    middle = np.median(maps[:training], axis=0)
    back = cv2.invertAffineTransform(middle)
    shift = np.concatenate([np.zeros((2, 2)), back[:, 2:]], axis=1)
    return back[:, :2] @ maps + shift


def _lit(
    gains: np.ndarray, offsets: np.ndarray, training: int | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """Return gains and offsets to the middle light instead of the first frame's."""
    level = np.median((_MID_GREY - offsets[:training]) / gains[:training], axis=0)
    gain = np.median(gains[:training], axis=0)
    offset = _MID_GREY - gain * level
    return gains / gain, (offsets - offset) / gain


def _warped(picture: np.ndarray, transform: np.ndarray, how: int, border: int) -> np.ndarray:
    size = (picture.shape[1], picture.shape[0])
    return cv2.warpAffine(picture, transform, size, flags=how, borderMode=border)

"""A take as samples to train on: stick figure, warped pixels, photo, matte and plate of one window.

Every sample is drawn from the seed and its number alone, so a training that is carried on sees
what an unbroken one would have seen. A sample's warped pixels come from frames away from its own in
time: the generator must learn to mend what a pose never filmed will give it, not to copy an answer.

Pictures lie in memory as uint8 where they fit, else in a temporary file.
"""

import tempfile
from dataclasses import dataclass

import cv2
import numpy as np
import torch
from torch import Tensor
from torch.utils.data import Dataset

from capture.framing import Framing
from capture.stick_figure import StickStyle, draw_pose
from capture.take import Take
from synth.appearance import Appearance
from synth.errors import UnfitTake
from synth.pictures import as_tensor

_LARGEST_WINDOW = 192 * 256  # pixels; larger pictures are trained on in windows of this area
_WINDOW_SHARE = (0.62, 0.66)
_COARSEST = 16
_LIMBS = (
    ("right_elbow", "right_wrist"),
    ("left_elbow", "left_wrist"),
    ("right_wrist",),
    ("left_wrist",),
    ("right_ankle",),
    ("left_ankle",),
)


@dataclass(frozen=True)
class Augmentation:
    """How samples are varied; each chance is of one sample, 0..1."""

    gap_seconds: tuple[float, float] = (0.25, 1.5)
    """Warped pixels come from frames at least this far in time (drawn between the two)."""
    reshape: float = 0.3
    """Chance of a small turn and change of size of pose and picture."""
    scale: float = 0.06
    """Largest change of size."""
    turn: float = 3.0
    """Largest turn in degrees."""
    light: float = 0.3
    """Chance of another brightness and colour."""
    gain: float = 0.08
    """Largest change of brightness; of each colour half as much."""
    flip: float = 0.0
    """Chance of a mirrored picture, left and right joints exchanged."""
    lost_limb: float = 0.1
    """Chance that the warped pixels lack part of a limb, which the generator then has to paint."""
    windows: bool = True
    """Train on windows around the person instead of whole frames."""


class TakeDataset(Dataset[dict[str, Tensor]]):
    """Samples of a take's training frames.

    `dataset[number]` is sample `number`; there are as many as anyone asks for. Keys: "stick"
    (3, h, w) in [-1, 1], "warped" (4, h, w) RGB in [-1, 1] and alpha in [0, 1], "photo" (3, h, w)
    and "plate" (3, h, w) in [-1, 1], "matte" (1, h, w) in [0, 1].
    """

    def __init__(
        self,
        take: Take,
        framing: Framing,
        appearance: Appearance | None,
        style: StickStyle,
        start: int = 0,
        stop: int | None = None,
        seed: int = 0,
        augment: bool = True,
        augmentation: Augmentation | None = None,
        most_bytes: int = 1 << 30,
    ) -> None:
        """Read frames `start` up to `stop` of the take (None: its training part).

        Args:
            take: what to train on.
            framing: the part of its frames that is used, and the working size.
            appearance: what paints the warped pixels; None leaves them empty and keeps frames
                whole, for generators that see the whole frame.
            style: how stick figures are drawn.
            start: first frame.
            stop: frame to stop before.
            seed: what every draw starts from.
            augment: vary the samples; else sample `n` is whole frame `n`, unvaried.
            augmentation: how samples are varied; None: the defaults.
            most_bytes: memory for pictures; more goes into a temporary file.

        Raises:
            UnfitTake: no frame shows a person.
        """
        stop = take.training_frames if stop is None else stop
        self.size, self.style, self.seed, self.augment = framing.size, style, seed, augment
        self.augmentation = Augmentation() if augmentation is None else augmentation
        self.skeleton, self.fps, self.start = take.poses.skeleton, take.fps, start
        self.training_frames, self.appearance = take.training_frames, appearance
        self.points = framing.points(take.poses.points[start:stop], take.size)
        self.confidence = take.poses.confidence[start:stop]
        self.depth = framed_depth(take, framing, start, stop)
        self.plate = np.ascontiguousarray(framing.picture(take.plate))
        torso = [self.skeleton.index[name] for name in ("neck", "right_hip", "left_hip")]
        self.usable = np.flatnonzero(np.isfinite(self.points[:, torso]).all((1, 2)))
        if not len(self.usable):
            raise UnfitTake(
                f"{take.path}: none of frames {start} to {stop} shows a whole person; "
                "capture footage that does"
            )
        self._pictures = _picture_store(len(self.points), framing.size, most_bytes)
        photos, mattes = take.frames(start, stop), take.mattes(start, stop)
        for picture, photo, matte in zip(self._pictures, photos, mattes, strict=True):
            picture[..., :3], picture[..., 3] = framing.picture(photo), framing.picture(matte)
        windows = augment and self.augmentation.windows and appearance is not None
        self.window = window_size(framing.size) if windows else framing.size

    def __len__(self) -> int:
        """Return how many different frames there are to draw from."""
        return len(self.usable)

    def __getitem__(self, number: int) -> dict[str, Tensor]:
        """Return sample `number`, 0 or more."""
        batch = self.samples([number])
        return {name: values[0] for name, values in batch.items()}

    def batch(self, step: int, count: int) -> dict[str, Tensor]:
        """Return the samples of step `step`, `count` of them: tensors (count, channels, h, w)."""
        return self.samples(range(step * count, (step + 1) * count))

    def samples(self, numbers: "range | list[int]") -> dict[str, Tensor]:
        """Return the samples of these numbers as one batch."""
        pieces = [self._draw(number) for number in numbers]
        batch = {
            name: as_tensor(np.stack([piece[name] for piece in pieces]))
            for name in ("stick", "warped", "photo", "plate")
        }
        mattes = torch.from_numpy(np.stack([piece["matte"] for piece in pieces]))
        return batch | {"matte": mattes[:, None].float().div_(255)}

    def _draw(self, number: int) -> dict[str, np.ndarray]:
        random = np.random.default_rng((self.seed, number))
        if not self.augment:
            return self._whole(int(self.usable[number % len(self.usable)]))
        frame = int(random.choice(self.usable))
        picture = self._pictures[frame]
        pieces = {
            "photo": picture[..., :3],
            "matte": picture[..., 3],
            "plate": self.plate,
            "warped": self._warped(frame, random),
        }
        points, confidence = self.points[frame], self.confidence[frame]
        if random.random() < self.augmentation.flip:
            points, confidence, pieces = self._flipped(points, confidence, pieces)
        if random.random() < self.augmentation.reshape:
            points, pieces = self._reshaped(points, pieces, random)
        pieces["stick"] = draw_pose(points, confidence, self.size, self.style, self.skeleton)
        rows, columns = self._window(points, random)
        pieces = {name: piece[rows, columns] for name, piece in pieces.items()}
        if random.random() < self.augmentation.light:
            _relight(pieces, random, self.augmentation.gain)
        return pieces

    def _whole(self, frame: int) -> dict[str, np.ndarray]:
        picture, gap = self._pictures[frame], self.fps * self.augmentation.gap_seconds[1]
        points, confidence = self.points[frame], self.confidence[frame]
        return {
            "stick": draw_pose(points, confidence, self.size, self.style, self.skeleton),
            "warped": self._paint(points, frame, gap),
            "photo": picture[..., :3],
            "matte": picture[..., 3],
            "plate": self.plate,
        }

    def _warped(self, frame: int, random: np.random.Generator) -> np.ndarray:
        shortest, longest = self.augmentation.gap_seconds
        gap = self.fps * float(np.exp(random.uniform(*np.log([shortest, longest]))))
        points = self.points[frame].copy()
        if random.random() < self.augmentation.lost_limb:
            limb = _LIMBS[int(random.integers(len(_LIMBS)))]
            points[[self.skeleton.index[name] for name in limb]] = np.nan
        return self._paint(points, frame, gap)

    def _paint(self, points: np.ndarray, frame: int, gap: float) -> np.ndarray:
        if self.appearance is None:
            return np.zeros((self.size[1], self.size[0], 4), np.uint8)
        gap = min(gap, max(1.0, self.training_frames / 6))
        number = frame + self.start
        return self.appearance.paint(
            points[None],
            self.confidence[frame][None],
            exclude=np.array([[number - gap, number + gap + 1]]),
            depth=None if self.depth is None else self.depth[frame][None],
        )[0]

    def _flipped(
        self, points: np.ndarray, confidence: np.ndarray, pieces: dict[str, np.ndarray]
    ) -> tuple[np.ndarray, np.ndarray, dict[str, np.ndarray]]:
        order = list(self.skeleton.mirrored)
        points = points[order].copy()
        points[:, 0] = self.size[0] - points[:, 0]
        return points, confidence[order], {name: each[:, ::-1] for name, each in pieces.items()}

    def _reshaped(
        self, points: np.ndarray, pieces: dict[str, np.ndarray], random: np.random.Generator
    ) -> tuple[np.ndarray, dict[str, np.ndarray]]:
        centre = np.nanmean(points, 0)
        scale = 1 + random.uniform(-1, 1) * self.augmentation.scale
        turn = np.deg2rad(random.uniform(-1, 1) * self.augmentation.turn)
        cos, sin = scale * np.cos(turn), scale * np.sin(turn)
        linear = np.array([[cos, sin], [-sin, cos]])
        move = np.column_stack([linear, centre - linear @ centre])
        on_centres = move.copy()  # cv2's pixel centres lie on whole numbers, ours on halves
        on_centres[:, 2] += linear @ (0.5, 0.5) - 0.5
        width, height = self.size
        out = {}
        for name, piece in pieces.items():
            border = cv2.BORDER_CONSTANT if name in ("matte", "warped") else cv2.BORDER_REPLICATE
            moved = np.ascontiguousarray(piece)
            # Cubic: what is trained towards must not be blurred by the way.
            how = cv2.INTER_LINEAR if name == "matte" else cv2.INTER_CUBIC
            out[name] = cv2.warpAffine(
                moved, on_centres, (width, height), flags=how, borderMode=border
            )
        return (points @ linear.T + move[:, 2]).astype(np.float32), out

    def _window(self, points: np.ndarray, random: np.random.Generator) -> tuple[slice, slice]:
        width, height = self.window
        there = points[np.isfinite(points).all(-1)]
        joint = there[int(random.integers(len(there)))]
        jitter = random.uniform(-0.25, 0.25, 2) * (width, height)
        left, top = np.rint(joint + jitter - (width / 2, height / 2)).astype(int)
        left = int(np.clip(left, 0, self.size[0] - width))
        top = int(np.clip(top, 0, self.size[1] - height))
        return slice(top, top + height), slice(left, left + width)


def window_size(size: tuple[int, int]) -> tuple[int, int]:
    """Return (width, height) of the windows that pictures of `size` are trained on."""
    share = np.array(_WINDOW_SHARE) * np.array(size)
    share *= min(1.0, np.sqrt(_LARGEST_WINDOW / share.prod()))
    rounded = np.maximum(np.rint(share / _COARSEST), 4) * _COARSEST
    width, height = np.minimum(rounded.astype(int), size)
    return int(width), int(height)


def framed_depth(take: Take, framing: Framing, start: int, stop: int) -> np.ndarray | None:
    """Return the depth of a take's joints in pixels of the framed picture, where it is known."""
    if take.poses.depth is None:
        return None
    _, _, scale_x, scale_y = framing.transform(take.size)
    return take.poses.depth[start:stop] * np.float32((scale_x + scale_y) / 2)


def _picture_store(count: int, size: tuple[int, int], most_bytes: int) -> np.ndarray:
    shape = (count, size[1], size[0], 4)
    if int(np.prod(shape)) <= most_bytes:
        return np.empty(shape, np.uint8)
    file = tempfile.TemporaryFile(prefix="stickdance-")  # noqa: SIM115  lives as long as the map
    return np.memmap(file, np.uint8, "w+", shape=shape)


def _relight(pieces: dict[str, np.ndarray], random: np.random.Generator, gain: float) -> None:
    factors = (1 + random.uniform(-gain, gain)) * (1 + random.uniform(-gain / 2, gain / 2, 3))
    for name in ("photo", "plate", "warped"):
        piece = pieces[name].copy()
        lit = piece[..., :3] * factors.astype(np.float32)
        piece[..., :3] = np.rint(lit).clip(0, 255).astype(np.uint8)
        pieces[name] = piece

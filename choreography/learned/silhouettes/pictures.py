"""Takes' mattes, or videos of silhouettes -> silhouettes of 96x54 pixels at an even frame rate.

The frame is laid about all places where the person ever is, so that a take filmed upright or from
afar fills the small picture too; beyond the footage it is black. A video of silhouettes, as the
paper learnt from, is grey: a dark dancer on light ground or the other way round. Which is the
ground is told by the edge of its pictures.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from stickdance.capture.media.video import probe, read_frames
from stickdance.capture.take.take import Take
from stickdance.checkpoints.errors import BadInput
from stickdance.checkpoints.progress import tracked

WIDTH, HEIGHT = 96, 54
_PERSON = 127  # grey value from which a matte's pixel is the person
_MARGIN = 0.04  # of the person's reach, on every side
_LEAST_FRAMES = 10
_HELD_OUT = 0.1  # share at the end of a video that is not learnt from
_LARGEST = 360  # rows that a video is read at
_MOST_BETWEEN = 0.25  # share of a silhouettes' pixels that are neither dark nor light, at most
_LOOKED_AT = 50  # frames by which it is told whether a video shows silhouettes


@dataclass(frozen=True)
class SilhouetteClip:
    """The silhouettes of one take or video."""

    name: str
    pictures: np.ndarray
    """uint8 (frames, 54, 96)."""
    split: int
    """The first picture that is held out: where the take's own training frames end, or near the
    end of a video."""


def clips_of(
    takes: Sequence[Path], fps: float
) -> tuple[tuple[SilhouetteClip, ...], tuple[str, ...]]:
    """Return the silhouettes of takes and videos, and a line for each that could not be used.

    Args:
        takes: folders of takes, or videos of silhouettes.
        fps: pictures a second.

    Raises:
        BadInput: not one could be used.
    """
    if not takes:
        raise BadInput(
            "name takes to learn from (folders that stickdance capture wrote) or videos of "
            "silhouettes"
        )
    clips, refused = [], []
    for path in takes:
        try:
            is_video = Path(path).is_file()
            clips.append(clip_of_video(path, fps) if is_video else clip_of(Take.load(path), fps))
        except BadInput as error:
            refused.append(" ".join(str(error).split()))
    if not clips:
        raise BadInput(f"not one take can be used: {'; '.join(refused[:3])}")
    return tuple(clips), tuple(refused)


def clip_of(take: Take, fps: float) -> SilhouetteClip:
    """Return the silhouettes of a take.

    Raises:
        BadInput: it has fewer frames a second, shows nobody, or is too short.
    """
    if take.fps < fps - 1e-6:
        raise BadInput(
            f"{take.path}: has {take.fps:g} frames a second, expected {fps:g} or more; "
            f"add --fps {take.fps:g}"
        )
    count = int((take.frame_count - 1) * fps / take.fps + 1e-6) + 1
    if count < _LEAST_FRAMES:
        raise BadInput(f"{take.path}: has {count} pictures at {fps:g} a second, too few to learn")
    wanted = set(np.floor(np.arange(count) * take.fps / fps + 1e-6).astype(int).tolist())
    window = _window(take.mattes, take.size, take.path)
    mattes = tracked(take.mattes(), "silhouettes", take.frame_count)
    pictures = [framed(matte, window) for place, matte in enumerate(mattes) if place in wanted]
    split = sum(place < take.training_frames for place in wanted)
    return SilhouetteClip(take.path.name, np.stack(pictures), split)


def clip_of_video(path: Path, fps: float) -> SilhouetteClip:
    """Return the silhouettes of a video that shows nothing else.

    Raises:
        BadInput: it shows something else, nobody, or is too short.
    """
    info = probe(path)
    scale = min(1.0, _LARGEST / info.size[1])
    size = max(1, round(info.size[0] * scale)), max(1, round(info.size[1] * scale))

    def frames() -> Iterator[np.ndarray]:
        return read_frames(path, fps=fps, size=size, grey=True)

    low, high = _ground_and_dancer(frames, path)

    def mattes() -> Iterator[np.ndarray]:
        for frame in frames():
            yield (255 * np.clip((frame - low) / (high - low), 0, 1)).round().astype(np.uint8)

    window = _window(mattes, size, path)
    pictures = [framed(matte, window) for matte in tracked(mattes(), "silhouettes")]
    if len(pictures) < _LEAST_FRAMES:
        raise BadInput(f"{path}: has {len(pictures)} pictures at {fps:g} a second, too few")
    split = len(pictures) - max(1, round(_HELD_OUT * len(pictures)))
    return SilhouetteClip(Path(path).stem, np.stack(pictures), split)


def _ground_and_dancer(
    frames: Callable[[], Iterator[np.ndarray]], path: Path
) -> tuple[float, float]:
    """Return the grey values of the ground and of the dancer.

    Raises:
        BadInput: there is more than the two.
    """
    first = np.stack([frame for frame, _ in zip(frames(), range(_LOOKED_AT), strict=False)])
    dark, light = (float(value) for value in np.percentile(first, (1, 99)))
    shares = (first - dark) / max(light - dark, 1.0)
    between = float(((shares > 0.25) & (shares < 0.75)).mean())
    if light - dark < _PERSON or between > _MOST_BETWEEN:
        raise BadInput(
            f"{path}: shows no silhouettes, light on dark or dark on light ({between:.0%} of its "
            "pixels are neither); capture it first: stickdance capture"
        )
    edge = np.concatenate([first[:, 0].ravel(), first[:, :, 0].ravel(), first[:, :, -1].ravel()])
    return (light, dark) if np.median(edge) > (light + dark) / 2 else (dark, light)


def framed(matte: np.ndarray, window: tuple[int, int, int, int]) -> np.ndarray:
    """Return the part (left, top, right, bottom) of a matte as uint8 (54, 96)."""
    left, top, right, bottom = window
    height, width = matte.shape
    up, down, aside, other = (
        max(0, -top),
        max(0, bottom - height),
        max(0, -left),
        max(0, right - width),
    )
    wide = np.pad(matte, ((up, down), (aside, other)))
    part = wide[top + up : bottom + up, left + aside : right + aside]
    return cv2.resize(part, (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA)


def _window(
    mattes: Callable[[], Iterator[np.ndarray]], size: tuple[int, int], path: Path
) -> tuple[int, int, int, int]:
    """Return the box of 16:9 about all places where the person is: left, top, right, bottom."""
    reached = np.zeros(size[::-1], bool)
    for matte in mattes():
        reached |= matte > _PERSON
    rows, columns = np.flatnonzero(reached.any(1)), np.flatnonzero(reached.any(0))
    if len(rows) == 0:
        raise BadInput(f"{path}: its mattes show nobody")
    height, width = rows[-1] + 1 - rows[0], columns[-1] + 1 - columns[0]
    tall = (1 + 2 * _MARGIN) * max(height, width * HEIGHT / WIDTH)
    half = max(1, round(tall / 2)), max(1, round(tall * WIDTH / HEIGHT / 2))
    middle = (rows[0] + rows[-1] + 1) // 2, (columns[0] + columns[-1] + 1) // 2
    return middle[1] - half[1], middle[0] - half[0], middle[1] + half[1], middle[0] + half[0]

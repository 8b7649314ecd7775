"""Watching footage once: people and masks estimated, frames stored, all stages side by side."""

from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from stickdance.capture.estimators.contract import FrameEstimate, Person, PoseEstimator
from stickdance.capture.matting.limbs import silhouette
from stickdance.capture.media.prefetch import prefetched
from stickdance.capture.media.video import VideoInfo, VideoWriter, read_frames
from stickdance.capture.stabilisation.background_motion import BackgroundPath, BackgroundTracker
from stickdance.capture.tracking.clothing_colours import dressed
from stickdance.checkpoints.progress import Work

_NEAR_LOSSLESS = 3  # crf: 45 to 51 dB against the scaled footage, 8 to 29 kB a frame


@dataclass
class Shot:
    """One video of a take, and the people found in it."""

    info: VideoInfo
    digest: str
    """SHA-256 of the file."""
    first: int
    """Number of its first frame used, at the take's frame rate."""
    people: list[tuple[Person, ...]] = field(default_factory=list)
    """Of each frame used; `watch` fills it in."""


Keep = Callable[[np.ndarray, np.ndarray], None]
"""Is shown each frame, RGB (height, width, 3), and its soft mask (height, width)."""


def film(
    shots: Sequence[Shot],
    estimator: PoseEstimator,
    frames_to: Path,
    masks_to: Path,
    size: tuple[int, int],
    fps: float,
    end_seconds: float | None = None,
) -> BackgroundPath:
    """Watch all shots, and store their frames and soft masks; see `watch`.

    Args:
        shots: the videos, in order.
        estimator: finds the people.
        frames_to: the near-lossless MP4 to write.
        masks_to: the lossless grey MP4 to write.
        size: (width, height) of both.
        fps: frames a second of both.
        end_seconds: where to stop in each video.
    """
    with (
        frame_writer(frames_to, size, fps) as frames,
        VideoWriter(masks_to, size, fps, crf=0, preset="ultrafast", pixel_format="gray") as masks,
    ):

        def keep(picture: np.ndarray, mask: np.ndarray) -> None:
            frames.write(picture)
            masks.write(mask)

        return watch(shots, estimator, size, fps, end_seconds, keep)


def watch(
    shots: Sequence[Shot],
    estimator: PoseEstimator,
    size: tuple[int, int],
    fps: float,
    end_seconds: float | None = None,
    keep: Keep | None = None,
) -> BackgroundPath:
    """Note in `Shot.people` who is found in the frames of all shots.

    Args:
        shots: the videos, in order.
        estimator: finds the people.
        size: (width, height) at which they are watched.
        fps: frames a second.
        end_seconds: where to stop in each video.
        keep: is shown every frame; None: nothing is kept.

    Returns:
        How the background moved and how its light changed, against the first frame of all.
    """
    background = BackgroundTracker()
    until = float("inf") if end_seconds is None else end_seconds
    expected = sum(round(min(shot.info.seconds, until) * fps) - shot.first for shot in shots)
    with Work("watching", max(0, expected)) as work:
        for shot in shots:
            footage = frames_of(shot, size, fps, end_seconds)
            with closing(_estimated(footage, estimator)) as watched:
                for picture, estimate in watched:
                    mask = _mask(estimate, estimator, size)
                    if keep is not None:
                        keep(picture, mask)
                    background(picture, mask)
                    shot.people.append(dressed(picture, estimate.people, estimator.skeleton))
                    work.advance()
    return background.path


def frames_of(
    shot: Shot, size: tuple[int, int], fps: float, end_seconds: float | None = None
) -> Iterator[np.ndarray]:
    """Yield the frames of a shot that are used, as they are watched."""
    return read_frames(
        shot.info.path,
        fps=fps,
        size=size,
        start_seconds=shot.first / fps,
        end_seconds=end_seconds,
        treatment=shot.info.treatment,
    )


def frame_writer(to: Path, size: tuple[int, int], fps: float) -> VideoWriter:
    """Return the writer of a take's near-lossless frames, to be used as a context."""
    return VideoWriter(to, size, fps, crf=_NEAR_LOSSLESS, tune="fastdecode", pixel_format="yuv444p")


def _estimated(
    frames: Iterable[np.ndarray], estimator: PoseEstimator
) -> Generator[tuple[np.ndarray, FrameEstimate], None, None]:
    """Yield each frame with its estimate; decoding and estimating run in threads of their own."""
    passed: deque[np.ndarray] = deque()

    def noted() -> Generator[np.ndarray, None, None]:
        with closing(prefetched(frames)) as decoded:
            for frame in decoded:
                passed.append(frame)
                yield frame

    with closing(prefetched(estimator.estimate(noted()))) as estimates:
        for estimate in estimates:
            yield passed.popleft(), estimate


def _mask(estimate: FrameEstimate, estimator: PoseEstimator, size: tuple[int, int]) -> np.ndarray:
    if estimate.matte is not None:
        return estimate.matte
    mask = np.zeros((size[1], size[0]), np.uint8)
    for person in estimate.people:
        mask = np.maximum(mask, silhouette(person, estimator.skeleton, size))
    return mask

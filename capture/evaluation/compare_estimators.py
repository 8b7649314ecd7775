"""Pose estimators side by side on one's own footage: the table of the paper this project builds on.

For each estimator that is installed, and each keypoint file given, in every video: the target is
followed, and nothing is cleaned. What is counted
    missing      frames in which the target was not found
    incorrect    frames refused by equations (1) and (2), a joint that is missing in a frame with
                 others lying at (0, 0), as in the files of the programs that the paper compared
    jumps        the same, counting only joints that both frames have
    incomplete   frames in which the target was found, but not all of its joints
    confidence   mean over all joints of the frames with the target, where confidences are told
    milliseconds time a frame for estimating alone, without decoding and without starting up
Counts come as mean and median over the videos. An estimator that is not installed is listed with
what gets it.

Source: Table 1 and section 3 of the paper whose equations `stickdance.capture.cleaning.jump_filter`
has.
"""

import time
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from statistics import fmean
from typing import Any

import numpy as np

from stickdance.capture.cleaning.jump_filter import find_misdetections, jump_threshold
from stickdance.capture.estimators.catalog import create, names
from stickdance.capture.estimators.contract import PoseEstimator, sequence_of
from stickdance.capture.estimators.replay import Playback, Replay
from stickdance.capture.evaluation.comparison_table import (
    Absent,
    Count,
    EstimatorComparison,
    OnVideo,
    Row,
)
from stickdance.capture.evaluation.metrics import incorrect_frames, missing_frames
from stickdance.capture.keypoint_files.keypoints import People, target_of
from stickdance.capture.keypoint_files.reading import read_keypoints
from stickdance.capture.media.video import VideoInfo, probe, read_frames
from stickdance.capture.options import EstimatorComparisonOptions
from stickdance.capture.pose.sequence import PoseSequence
from stickdance.checkpoints.errors import BadInput, MissingDependency
from stickdance.checkpoints.progress import Work

_WARM = 1  # frames at the beginning, in which networks are loaded, that are not timed


def compare_estimators(
    videos: Sequence[Path],
    options: EstimatorComparisonOptions = EstimatorComparisonOptions(),  # noqa: B008
) -> EstimatorComparison:
    """Run every estimator on every video.

    Raises:
        BadInput: a video cannot be read, no such estimator, or poses that do not fit the videos.
    """
    infos = [probe(Path(video)) for video in videos]
    if not infos:
        raise BadInput("no video given; name at least one")
    if options.height < 64:
        raise BadInput(f"--height {options.height}: expected 64 pixels or more")
    absent: list[Absent] = []
    rows = [_replayed(paths, infos, options) for paths in _by_program(options.poses, len(infos))]
    for name in options.estimators or (name for name in names() if name != "replay"):
        try:
            rows.append(_estimated(name, infos, options))
        except MissingDependency as error:
            absent.append(Absent(name, str(error)))
    return EstimatorComparison(tuple(rows), tuple(absent))


def _by_program(poses: Sequence[Path], videos: int) -> list[Sequence[Path]]:
    if len(poses) % videos:
        raise BadInput(
            f"--poses: {len(poses)} files for {videos} videos; expected one of each program for "
            "each video"
        )
    return [poses[start : start + videos] for start in range(0, len(poses), videos)]


def _replayed(
    paths: Sequence[Path], infos: Sequence[VideoInfo], options: EstimatorComparisonOptions
) -> Row:
    found = []
    for path, info in zip(paths, infos, strict=True):
        playback = Playback(info.size, info.fps, info.fps, options.start_seconds)
        keypoints = replace(read_keypoints(path), own=False)  # each file belongs to one video
        replay = Replay(keypoints, str(path), playback)
        one = replace(_on_video(replay, info, options), milliseconds=None)
        found.append((replay.skeleton, one if replay.rated else replace(one, confidence=None)))
    if len({skeleton.name for skeleton, _ in found}) > 1:
        files = ", ".join(str(path) for path in paths)
        raise BadInput(f"{files}: have different joints; expected files of one program")
    title = f"{Path(paths[0]).name}: {replay.kind}"
    return _row(title, len(found[0][0]), [one for _, one in found])


def _estimated(name: str, infos: Sequence[VideoInfo], options: EstimatorComparisonOptions) -> Row:
    if name.partition(":")[0] == "replay":
        raise BadInput("--estimators replay: name its file with --poses")
    estimator = create(name)
    found = [_on_video(estimator, info, options) for info in infos]
    return _row(name.partition("@")[0], len(estimator.skeleton), found)  # without a long hash


def _row(name: str, joints: int, videos: Sequence[OnVideo]) -> Row:
    known = [one.confidence for one in videos if one.confidence is not None]
    took = [one.milliseconds for one in videos if one.milliseconds is not None]
    return Row(
        name,
        joints,
        Count.of([one.missing for one in videos]),
        Count.of([one.incorrect for one in videos]),
        Count.of([one.jumps for one in videos]),
        Count.of([one.incomplete for one in videos]),
        fmean(known) if known else None,
        fmean(took) if took else None,
        tuple(videos),
    )


def _on_video(
    estimator: PoseEstimator, info: VideoInfo, options: EstimatorComparisonOptions
) -> OnVideo:
    size = _watched_size(info.size, options.height)
    people, took = _watch(estimator, info, size, options)
    if not people:
        raise BadInput(f"{info.path}: has no frames from {options.start_seconds:g} s on")
    poses = sequence_of(target_of(people, size, info.fps), estimator.skeleton, size, info.fps)
    return counted(poses, info.path.name, took, tuple(getattr(estimator, "notes", ())))


def counted(
    poses: PoseSequence,
    video: str,
    milliseconds: float | None = None,
    notes: tuple[str, ...] = (),
) -> OnVideo:
    """Return the counts of one person's poses as they were estimated."""
    there = np.isfinite(poses.points).all(-1) & (poses.confidence > 0)
    found = there.any(axis=1)
    at_zero = np.where(there[..., None], poses.points, 0.0)
    at_zero[~found] = np.nan
    wrong = find_misdetections(at_zero, jump_threshold(poses.size, poses.fps))
    return OnVideo(
        video,
        len(poses),
        missing_frames(poses),
        int(wrong.sum()),
        incorrect_frames(poses),
        int((found & ~there.all(axis=1)).sum()),
        float(poses.confidence[found].mean()) if found.any() else None,
        milliseconds,
        notes,
    )


def _watched_size(size: tuple[int, int], height: int) -> tuple[int, int]:
    tall = min(height, size[1])
    return max(2, 2 * round(size[0] * tall / size[1] / 2)), max(2, 2 * round(tall / 2))


def _watch(
    estimator: PoseEstimator,
    info: VideoInfo,
    size: tuple[int, int],
    options: EstimatorComparisonOptions,
) -> tuple[list[People], float | None]:
    """Return everybody in each frame, and the milliseconds a frame that estimating took."""
    clock = _Clock()
    people: list[People] = []
    frames = read_frames(
        info.path,
        size=size,
        start_seconds=options.start_seconds,
        end_seconds=options.end_seconds,
    )
    title = f"{estimator.name} on {info.path.name}"
    with closing(clock.fed(frames)) as fed, Work(title) as work:
        for estimate in clock.timed(estimator.estimate(fed)):
            people.append(estimate.people)
            work.advance()
    return people, clock.milliseconds


class _Clock:
    """Tells the time that a generator takes apart from that of the generator which feeds it."""

    def __init__(self) -> None:
        self._taken: list[float] = []
        self._waited = 0.0

    @property
    def milliseconds(self) -> float | None:
        """Return the mean per item, without the first ones."""
        taken = self._taken[_WARM:]
        return 1000 * fmean(taken) if taken else None

    def fed(self, frames: Iterator[np.ndarray]) -> Generator[np.ndarray, None, None]:
        while True:
            before = time.perf_counter()
            frame = next(frames, None)
            self._waited += time.perf_counter() - before
            if frame is None:
                return
            yield frame

    def timed(self, estimates: Iterator[Any]) -> Iterator[Any]:
        while True:
            before, self._waited = time.perf_counter(), 0.0
            estimate = next(estimates, None)
            if estimate is None:
                return
            self._taken.append(time.perf_counter() - before - self._waited)
            yield estimate

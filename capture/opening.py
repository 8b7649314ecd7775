"""Opening footage: every video is known, looked at and fits the others before one is watched.

What a first look shows to be not usable is refused here, before the long work begins.
"""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from stickdance.capture.conditions.condition import Condition
from stickdance.capture.conditions.presence import judge_frames
from stickdance.capture.estimators.catalog import create
from stickdance.capture.estimators.contract import PoseEstimator
from stickdance.capture.first_pass import Shot
from stickdance.capture.inspection.inspect import Inspection, inspect, worst_of
from stickdance.capture.media.probing import VideoInfo, footage_digest
from stickdance.capture.media.video import probe
from stickdance.capture.options import LEAST_FOOTAGE, CaptureOptions, check_options
from stickdance.checkpoints.errors import BadInput

_SMALLEST = 16  # pixels a side: smaller pictures vanish where they are halved
_LONGEST = 10  # times the shorter side
_SHAPES_ALIKE = 0.02  # relative difference of the shapes of two videos of one take


def open_shots(
    videos: Sequence[Path], options: CaptureOptions
) -> tuple[list[Shot], tuple[Condition, ...]]:
    """Return the shots of a take, and what a first look at them found.

    Raises:
        BadInput: a video cannot be read, is too short or small, has another shape than the first,
            or cannot be used as far as a first look tells; or a bad option.
    """
    infos = probe_footage(videos, options)
    looks = [_inspected(info, options) for info in infos]
    infos = [info.treated(look.treatment) for info, look in zip(infos, looks, strict=True)]
    _check_shapes(infos)
    first = round(options.start_seconds * frame_rate(infos[0], options))
    shots = [Shot(info, footage_digest(info.path), first) for info in infos]
    looked = worst_of(looks)
    if options.conditions == "refuse":
        early = [*looked, *judge_frames(infos[0].size[1], infos[0].real_fps)]
        refuse_faults(shots, [each.reason for each in early if each.verdict == "not usable"])
    return shots, tuple(looked)


def probe_footage(videos: Sequence[Path], options: CaptureOptions) -> list[VideoInfo]:
    """Return what the videos tell of themselves, before a picture of them is looked at.

    Raises:
        BadInput: a video cannot be read or is too short; or a bad option.
    """
    check_options(videos, options)
    infos = [probe(Path(video)) for video in videos]
    infos = [info.shown_at(options.fps or infos[0].fps) for info in infos]
    _check_length(infos, options)
    return infos


def frame_rate(info: VideoInfo, options: CaptureOptions) -> float:
    """Return the frame rate of a take that begins with a video: no picture comes twice."""
    asked = options.fps or info.real_fps
    return asked if info.treatment.fps is None else min(asked, info.treatment.fps)


def refuse_faults(shots: Sequence[Shot], faults: Sequence[str]) -> None:
    """Refuse footage that has faults.

    Raises:
        BadInput: there is one.
    """
    if faults:
        names = ", ".join(str(shot.info.path) for shot in shots)
        raise BadInput(
            f"{names}: {'; '.join(faults)} (--conditions warn makes the take all the same)"
        )


def _check_length(infos: Sequence[VideoInfo], options: CaptureOptions) -> None:
    seconds = 0.0
    for info in infos:
        end = min(info.seconds, options.end_seconds or info.seconds)
        seconds += max(0.0, end - options.start_seconds)
    if seconds < LEAST_FOOTAGE:
        raise BadInput(
            f"{infos[0].path}: {seconds:.1f} s of footage{_part(options)}, expected at least "
            f"{LEAST_FOOTAGE:.0f} s; one to five minutes give a good likeness"
        )


def _part(options: CaptureOptions) -> str:
    return f" from {options.start_seconds:g} s on" if options.start_seconds else ""


def _inspected(info: VideoInfo, options: CaptureOptions) -> Inspection:
    end = min(info.seconds, options.end_seconds or info.seconds)
    start = min(options.start_seconds, end)
    return inspect(info, start, end, options.rotate, _estimator(options))


def _estimator(options: CaptureOptions) -> Callable[[], PoseEstimator] | None:
    """Return a maker of estimators; None where poses are given, which tell nothing of pictures."""
    return None if options.poses is not None else partial(create, options.estimator)


def _check_shapes(infos: Sequence[VideoInfo]) -> None:
    width, height = infos[0].size
    for info in infos:
        if not _SMALLEST <= min(info.size) <= max(info.size) <= _LONGEST * min(info.size):
            raise BadInput(
                f"{info.path}: the picture is {info.size[0]}x{info.size[1]}, expected at least "
                f"{_SMALLEST} pixels a side and at most {_LONGEST} times as long as wide"
            )
        if abs(info.size[0] / info.size[1] / (width / height) - 1) > _SHAPES_ALIKE:
            raise BadInput(
                f"{info.path}: is {info.size[0]}x{info.size[1]}, {infos[0].path} is "
                f"{width}x{height}; expected one shape, from one camera"
            )

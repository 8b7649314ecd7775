"""Main path 1: footage of a person -> a take.

Stages
    1. Every video is decoded once, at working size: frames are stored, people and masks estimated;
       decoder, estimator and encoder work side by side.
    2. Where the camera trembled, people are moved to where the frames will be held. The target is
       followed, the poses are cleaned.
    3. Plate and body profile are made from the training part: the first 80 % of the frames.
    4. The stored frames are read again for the mattes, refined against the plate; frames that were
       to be held still or evened are stored anew on the way.
    5. The footage is judged: conditions, movements, contact sheet, page.

Memory does not grow with the length of the footage, but for the poses.
"""

import json
import os
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Literal

from capture.atomic import replacing_folder
from capture.body_measures import measure_body
from capture.conditions.footage import Footage, judge_footage
from capture.conditions.judgement import Judgement
from capture.contact_sheet import Glimpses, contact_sheet
from capture.corrections import Unrest, corrections_for, unrest_of
from capture.errors import BadInput
from capture.estimators.catalog import create
from capture.estimators.replay import Playback
from capture.filming import Shot, film
from capture.footage_page import footage_page
from capture.matting import Stored, gather, plate_of, write_mattes
from capture.pictures import write_png
from capture.plate import Plate
from capture.probing import footage_digest
from capture.recorded import consent_or_recorded
from capture.take import (
    BODY,
    CORRECTIONS,
    FRAMES,
    MATTES,
    PAGE,
    PLATE,
    POSES,
    REPORT,
    SHEET,
    Source,
    Take,
)
from capture.target import Target, find_target, hold_people
from capture.video import probe

_SHORTEST = 2.0  # seconds of footage
_SHAPES_ALIKE = 0.02  # relative difference of the shapes of two videos of one take
_SOFT = "soft.mp4"  # the estimator's masks, while the take is made
_SHAKEN = "shaken.mp4"  # frames that are still to be held still, likewise


@dataclass(frozen=True)
class CaptureOptions:
    """How footage becomes a take."""

    height: int = 512
    """Height in pixels at which frames are stored; smaller footage is never enlarged."""
    fps: float | None = None
    """Frames a second; by default those of the first video."""
    start_seconds: float = 0.0
    """Where to begin, in every video."""
    end_seconds: float | None = None
    """Where to end, in every video."""
    held_out: float = 0.2
    """Share of the frames, at the end, that only test and never train."""
    estimator: str = "blazepose"
    """Pose estimator: blazepose, pifpaf, replay for poses of a file, or one that is installed."""
    target_at: tuple[float, float] | None = None
    """Which of several people: where the middle of their body is when they first appear, in shares
    0..1 of the frame's width and height; by default the largest, most central and longest seen."""
    poses: Path | None = None
    """The poses that the estimator "replay" gives back: poses.npz of a take, or a keypoint file or
    folder of OpenPose, AlphaPose, COCO, openpifpaf, BlazePose, AIST++ or BVH."""
    correct: bool = True
    """Hold a camera still that moves a little, and light even that changes a little."""
    conditions: Literal["refuse", "warn", "ignore"] = "warn"
    """What to do about footage that will not train well: refuse it, make the take and say so in its
    warnings, or make it without a word."""
    consent: str = "not stated"
    """What the person filmed agreed to, kept in the take's report; by default what a recording made
    with `stickdance record` says."""


def video_to_take(
    videos: Sequence[Path], to: Path, options: CaptureOptions = CaptureOptions()
) -> Take:
    """Capture one person from footage.

    Args:
        videos: one or more videos of the same person before the same background, in order.
        to: the folder to be.
        options: size, estimator, parts used.

    Raises:
        BadInput: a video cannot be read, is shorter than 2 s, or shows no person; or a bad option.
        MissingDependency: the estimator is not installed.
        OutputFailed: no space or no permission; nothing is left behind.
    """
    started = time.perf_counter()
    shots = _open_shots(videos, options)
    paths = [shot.info.path for shot in shots]
    options = replace(options, consent=consent_or_recorded(options.consent, paths))
    fps = options.fps or shots[0].info.fps
    size = working_size(shots[0].info.size, options.height)
    estimator = create(options.estimator, options.poses, _playback(shots, fps))
    with replacing_folder(Path(to), "take", _about(options, shots)) as folder:
        path = film(
            shots, estimator, folder / FRAMES, folder / _SOFT, size, fps, options.end_seconds
        )
        training = training_count(len(path), options.held_out)
        corrections = corrections_for(path, size, training) if options.correct else None
        if corrections is not None:
            (folder / FRAMES).rename(folder / _SHAKEN)
            corrections.save(folder / CORRECTIONS)
            hold_people(shots, corrections)
        target = find_target(shots, estimator.skeleton, size, fps, options.target_at)
        stored = Stored(
            folder / FRAMES if corrections is None else folder / _SHAKEN,
            folder / _SOFT,
            fps,
            size,
            target.people,
            estimator.skeleton,
            target.others,
            corrections,
        )
        samples = gather(stored, training)
        plate = plate_of(samples, estimator.skeleton)
        glimpses = Glimpses.over(len(path))
        write_mattes(
            stored,
            plate,
            folder / MATTES,
            folder / FRAMES if corrections is not None else None,
            glimpses.look,
        )
        for name in (_SOFT, _SHAKEN):
            (folder / name).unlink(missing_ok=True)
        write_png(folder / PLATE, plate.picture)
        target.poses.save(folder / POSES)
        body = measure_body(target.poses.part(0, training))
        body.save(folder / BODY)
        info, unrest = shots[0].info, unrest_of(path, size)
        judgement = judge_footage(
            Footage(info.size[1], info.fps, unrest, corrections),
            target.poses, body, glimpses, plate, target.missing, target.wrong,
        )  # fmt: skip
        _check_conditions(shots, judgement, options)
        report = _report(target, training, plate, unrest, judgement, options) | {
            "unrest": asdict(unrest),
            "estimator": estimator.name,
            "sources": [asdict(source) for source in _sources(shots, Path(to))],
            "seconds_taken": round(time.perf_counter() - started, 1),
        }
        report["warnings"] += getattr(estimator, "notes", ())  # gaps in a keypoint file, say
        text = json.dumps(report, indent=2, ensure_ascii=False) + "\n"
        (folder / REPORT).write_text(text, encoding="utf-8")
        sheet = contact_sheet(glimpses, target.poses)
        write_png(folder / SHEET, sheet)
        page = footage_page(Path(to).name, report, sheet)
        (folder / PAGE).write_text(page, encoding="utf-8")
    return Take.load(Path(to))


def working_size(source: tuple[int, int], height: int) -> tuple[int, int]:
    """Return the even (width, height) at which footage of `source` size is stored."""
    tall = min(height, source[1])
    return _even(source[0] * tall / source[1]), _even(tall)


def training_count(frames: int, held_out: float) -> int:
    """Return how many frames train: all but the last `held_out` share."""
    return max(1, min(frames, int(round(frames * (1 - held_out), 6))))


def _even(length: float) -> int:
    return max(2, 2 * round(length / 2))


def _open_shots(videos: Sequence[Path], options: CaptureOptions) -> list[Shot]:
    _check_options(videos, options)
    infos = [probe(Path(video)) for video in videos]
    fps = options.fps or infos[0].fps
    infos = [info.shown_at(fps) for info in infos]
    first = round(options.start_seconds * fps)
    seconds = 0.0
    for info in infos:
        end = min(info.seconds, options.end_seconds or info.seconds)
        seconds += max(0.0, end - options.start_seconds)
        shape = (info.size[0] / info.size[1]) / (infos[0].size[0] / infos[0].size[1])
        if abs(shape - 1) > _SHAPES_ALIKE:
            raise BadInput(
                f"{info.path}: is {info.size[0]}x{info.size[1]}, {infos[0].path} is "
                f"{infos[0].size[0]}x{infos[0].size[1]}; expected one shape, from one camera"
            )
    if seconds < _SHORTEST:
        raise BadInput(
            f"{infos[0].path}: {seconds:.1f} s of footage, expected at least {_SHORTEST:.0f} s; "
            "one to five minutes give a good likeness"
        )
    return [Shot(info, footage_digest(info.path), first) for info in infos]


def _playback(shots: Sequence[Shot], fps: float) -> Playback:
    info = shots[0].info
    return Playback(info.size, info.fps, fps, shots[0].first / fps, len(shots))


def _check_options(videos: Sequence[Path], options: CaptureOptions) -> None:
    if not videos:
        raise BadInput("no video given; name at least one")
    if not 64 <= options.height <= 4320:
        raise BadInput(f"--height {options.height}: expected 64 to 4320 pixels")
    if not 0 <= options.held_out <= 0.9:
        raise BadInput(f"--held-out {options.held_out}: expected a share from 0 to 0.9")
    if options.fps is not None and not 1 <= options.fps <= 240:
        raise BadInput(f"--fps {options.fps}: expected 1 to 240")
    if options.target_at is not None and not all(0 <= share <= 1 for share in options.target_at):
        raise BadInput(f"--target-at {options.target_at}: expected two shares from 0 to 1")
    if options.start_seconds < 0:
        raise BadInput(f"--start-seconds {options.start_seconds}: expected 0 or more")


def _about(options: CaptureOptions, shots: Sequence[Shot]) -> dict[str, Any]:
    values = asdict(options)
    values["poses"] = None if options.poses is None else Path(options.poses).name
    return {"options": values, "inputs": {shot.info.path.name: shot.digest for shot in shots}}


def _check_conditions(shots: Sequence[Shot], judgement: Judgement, options: CaptureOptions) -> None:
    if options.conditions != "refuse" or judgement.verdict != "not usable":
        return
    names = ", ".join(str(shot.info.path) for shot in shots)
    raise BadInput(
        f"{names}: {'; '.join(judgement.faults)} (--conditions warn makes the take all the same)"
    )


def _report(
    target: Target,
    training: int,
    plate: Plate,
    unrest: Unrest,
    judgement: Judgement,
    options: CaptureOptions,
) -> dict[str, Any]:
    poses = target.poses
    noise = float(plate.noise[plate.seen].mean()) if plate.seen.any() else 0.0
    lines = [] if options.conditions == "ignore" else [*target.doubtful, *judgement.remarks]
    return {
        "frames": len(poses),
        "training_frames": training,
        "fps": poses.fps,
        "size": list(poses.size),
        "seconds": round(poses.seconds, 3),
        "missing_frames": target.missing,
        "wrong_frames": target.wrong,
        "mean_confidence": round(float(poses.confidence.mean()), 4),
        "camera_motion_pixels": round(unrest.movement, 2),
        "background_noise": round(noise, 2),
        "background_never_seen": round(float(1 - plate.seen.mean()), 4),
        "warnings": lines,
        **judgement.as_json(),
        "consent": options.consent,
    }


def _sources(shots: Sequence[Shot], to: Path) -> list[Source]:
    return [
        Source(
            path=str(shot.info.path.resolve()),
            relative=_relative(shot.info.path.resolve(), to.resolve()),
            sha256=shot.digest,
            first=shot.first,
            frames=len(shot.people),
        )
        for shot in shots
    ]


def _relative(path: Path, to: Path) -> str:
    try:
        return os.path.relpath(path, to)
    except ValueError:  # another drive
        return str(path)

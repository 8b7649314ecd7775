"""Main path 1: footage of a person -> a take.

Stages
    0. A first look: is the picture turned, barred, interlaced, repeated? (`opening`, `inspection`)
    1. Every video is decoded once, at working size: frames are stored, people and masks estimated;
       decoder, estimator and encoder work side by side.
    2. Where the camera trembled, people are moved to where the frames will be held. The target is
       followed, the poses are cleaned.
    3. Room (plate and cast shadow) and body profile are made from the training part: the first 80 %
       of the frames.
    4. The stored frames are read again for the mattes, refined against the room, for hands and face
       of the target, and for each frame's light; frames that were to be held still or evened are
       stored anew on the way.
    5. The footage is judged: conditions, movements, contact sheet, page.

Memory does not grow with the length of the footage, but for the poses. What networks and mattes
took long to find is kept beside the take until it is whole (`kept_answers`): a capture that was
stopped carries on.
"""

import json
import os
import time
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import numpy as np

from stickdance.capture.conditions.contact_sheet import Glimpses, contact_sheet
from stickdance.capture.conditions.cutting_out import judge_mattes
from stickdance.capture.conditions.footage import Footage, judge_footage
from stickdance.capture.conditions.judgement import Judgement, faults_of
from stickdance.capture.conditions.page import footage_page
from stickdance.capture.estimators.catalog import create, keep_people
from stickdance.capture.estimators.replay import Playback
from stickdance.capture.first_pass import Shot, film
from stickdance.capture.kept_answers import kept_work
from stickdance.capture.matting.lost_mattes import without_matte
from stickdance.capture.matting.matte_quality import MatteWatch
from stickdance.capture.matting.moving_background import moving_background
from stickdance.capture.matting.room import Room
from stickdance.capture.matting.streamed_matting import (
    Stored,
    colours_of,
    gather,
    room_of,
    write_mattes,
)
from stickdance.capture.media.consent_metadata import consent_or_recorded
from stickdance.capture.media.images import write_png
from stickdance.capture.opening import frame_rate, open_shots
from stickdance.capture.options import CaptureOptions
from stickdance.capture.pose.body_profile_from_poses import measure_body
from stickdance.capture.stabilisation.corrections import Unrest, corrections_for, unrest_of
from stickdance.capture.take.room import RoomLight
from stickdance.capture.take.take import (
    BODY,
    CORRECTIONS,
    FRAMES,
    MATTES,
    PAGE,
    PLATE,
    POSES,
    REPORT,
    ROOM,
    SHEET,
    Source,
    Take,
)
from stickdance.capture.tracking.parts import PartWatch, found_shares, networks_for
from stickdance.capture.tracking.target import Target, find_target, hold_people
from stickdance.checkpoints.errors import UnusableFootage
from stickdance.checkpoints.manifest import result_folder

__all__ = ["CaptureOptions", "refuse_unusable", "training_count", "video_to_take", "working_size"]

_USUAL = CaptureOptions()
_SOFT = "soft.mp4"  # the estimator's masks, while the take is made
_SHAKEN = "shaken.mp4"  # frames that are still to be held still, likewise


def video_to_take(videos: Sequence[Path], to: Path, options: CaptureOptions = _USUAL) -> Take:
    """Capture one person from footage.

    Args:
        videos: one or more videos of the same person before the same background, in order.
        to: the folder to be.
        options: size, estimator, parts used.

    Raises:
        BadInput: a video cannot be read, is shorter than 2 s, or shows no person; or a bad option.
        UnusableFootage: it is judged not usable, and `options` refuse that; the take is kept.
        MissingDependency: the estimator is not installed.
        OutputFailed: no space or no permission; nothing is left behind.
    """
    started = time.perf_counter()
    shots, looked = open_shots(videos, options)
    paths = [shot.info.path for shot in shots]
    options = replace(options, consent=consent_or_recorded(options.consent, paths))
    fps = frame_rate(shots[0].info, options)
    size = working_size(shots[0].info.size, options.height)
    estimator = create(options.estimator, options.poses, playback_of(shots, fps))
    networks, unseen = networks_for(options.hands_and_face)
    about = _about(options, shots)
    with result_folder(Path(to), "take", about) as folder, kept_work(Path(to), about) as work:
        keep_people(estimator, work)
        networks = networks and networks.keeping(work)
        path = film(
            shots, estimator, folder / FRAMES, folder / _SOFT, size, fps, options.end_seconds
        )
        training = training_count(len(path), options.held_out)
        corrections = corrections_for(path, size, training) if options.correct else None
        if corrections is not None:
            (folder / FRAMES).rename(folder / _SHAKEN)
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
            target.poses,
            _letters(shots, size),
        )
        samples = gather(stored, training)
        room, colours = room_of(samples, estimator.skeleton), colours_of(samples)
        del samples  # 64 frames
        plate = room.plate
        glimpses, watch = Glimpses.over(len(path)), MatteWatch.over(len(path))
        areas = np.zeros(len(path))
        parts = PartWatch(networks, target.poses, [len(shot.people) for shot in shots])

        def look(number: int, picture: np.ndarray, matte: np.ndarray) -> None:
            areas[number] = matte.sum() / 255
            glimpses.look(number, picture, matte)
            parts.look(number, picture)

        lights = write_mattes(
            stored,
            room,
            colours,
            folder / MATTES,
            folder / FRAMES if corrections is not None else None,
            look,
            watch,
            work.answers("mattes"),
        )
        for name in (_SOFT, _SHAKEN):
            (folder / name).unlink(missing_ok=True)
        if corrections is not None and corrections.evens_light:
            corrections, lights = corrections.further_evened(1 / lights), np.ones_like(lights)
            corrections.save(folder / CORRECTIONS)
        write_png(folder / PLATE, plate.picture)
        RoomLight(room.shadow, lights, plate.noise).save(folder / ROOM)
        poses = parts.poses()
        poses.save(folder / POSES)
        body = measure_body(target.poses.part(0, training))
        body.save(folder / BODY)
        info, unrest = shots[0].info, unrest_of(path, size)
        lost = without_matte(target.poses.points, areas, target.poses.skeleton)
        seen = np.delete(lost, target.missing)  # poses are filled in where nobody may be
        cut_out = tuple(judge_mattes(watch.as_json(), float(seen.mean()) if len(seen) else 0.0))
        judgement = judge_footage(
            Footage(info.size[1], info.real_fps, unrest, corrections, looked, cut_out),
            target.poses, body, glimpses, plate, target.missing, target.wrong,
        )  # fmt: skip
        report = _report(target, training, room, unrest, judgement, options) | {
            "doubts": target.doubtful,
            "mattes": watch.as_json(),
            "unrest": asdict(unrest),
            "estimator": estimator.name,
            "hands_and_face": found_shares(poses) if networks or poses.parts else None,
            "sources": [asdict(source) for source in _sources(shots, Path(to))],
            "seconds_taken": round(time.perf_counter() - started, 1),
        }
        report["warnings"] += unseen
        report["warnings"] += getattr(estimator, "notes", ())  # gaps in a keypoint file, say
        report["frames_without_matte"] = np.flatnonzero(lost).tolist()
        text = json.dumps(report, indent=2, ensure_ascii=False) + "\n"
        (folder / REPORT).write_text(text, encoding="utf-8")
        sheet = contact_sheet(glimpses, poses)
        write_png(folder / SHEET, sheet)
        page = footage_page(Path(to).name, report, sheet)
        (folder / PAGE).write_text(page, encoding="utf-8")
    take = Take.load(Path(to))
    if options.conditions == "refuse":
        refuse_unusable(take)
    return take


def refuse_unusable(take: Take) -> None:
    """Refuse a take whose footage was judged not usable; it stays where it is.

    Raises:
        UnusableFootage: it was.
    """
    if faults := faults_of(take.report):
        names = ", ".join(source.path for source in take.sources)
        raise UnusableFootage(
            f"{names}: {'; '.join(faults)} (the take is kept in {take.path}, to be used all the "
            "same; with --conditions warn nothing is refused)"
        )


def working_size(source: tuple[int, int], height: int) -> tuple[int, int]:
    """Return the even (width, height) at which footage of `source` size is stored."""
    tall = min(height, source[1])
    return _even(source[0] * tall / source[1]), _even(tall)


def training_count(frames: int, held_out: float) -> int:
    """Return how many frames train: all but the last `held_out` share."""
    return max(1, min(frames, int(round(frames * (1 - held_out), 6))))


def _even(length: float) -> int:
    return max(2, 2 * round(length / 2))


def playback_of(shots: Sequence[Shot], fps: float) -> Playback:
    """Return what poses that are replayed in place of an estimator are for."""
    info = shots[0].info
    return Playback(info.size, info.fps, fps, shots[0].first / fps, len(shots))


def _about(options: CaptureOptions, shots: Sequence[Shot]) -> dict[str, Any]:
    values = asdict(options)
    values["poses"] = None if options.poses is None else Path(options.poses).name
    return {"options": values, "inputs": {shot.info.path.name: shot.digest for shot in shots}}


def _report(
    target: Target,
    training: int,
    room: Room,
    unrest: Unrest,
    judgement: Judgement,
    options: CaptureOptions,
) -> dict[str, Any]:
    poses, plate = target.poses, room.plate
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
        "exchanged_frames": target.exchanged,
        "mean_confidence": round(float(poses.confidence.mean()), 4),
        "camera_motion_pixels": round(unrest.movement, 2),
        "background_noise": round(noise, 2),
        "background_never_seen": round(float(1 - plate.seen.mean()), 4),
        "cast_shadow": room.shadow_as_json(),
        "moving_background": [part.as_json() for part in moving_background(plate, room.often)],
        "warnings": lines,
        **judgement.as_json(),
        "consent": options.consent,
    }


def _letters(shots: Sequence[Shot], size: tuple[int, int]) -> list[np.ndarray | None]:
    """Return for each frame where letters were painted over, None where none were."""
    letters: list[np.ndarray | None] = []
    for shot in shots:
        found = shot.info.treatment.lettering
        letters += [None if found is None else found.mask(size)] * len(shot.people)
    return letters


def _sources(shots: Sequence[Shot], to: Path) -> list[Source]:
    return [
        Source(
            path=str(shot.info.path.resolve()),
            relative=_relative(shot.info.path.resolve(), to.resolve()),
            sha256=shot.digest,
            first=shot.first,
            frames=len(shot.people),
            treatment=shot.info.treatment.as_json(),
        )
        for shot in shots
    ]


def _relative(path: Path, to: Path) -> str:
    try:
        return os.path.relpath(path, to)
    except ValueError:  # another drive
        return str(path)

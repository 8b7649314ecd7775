"""Takes made of parts of other takes: the one way in which merging and splitting write a take.

Every frame remains traceable: the sources of the new take are the pieces of the old ones' sources,
in the order of its frames, so that `Take.truth` finds the original footage. Plate and body are
measured anew from the training part alone.

Frames are stored again, near-lossless; nothing is held in memory but the poses.
"""

import json
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np

from stickdance.capture.conditions.movements import filmed_movements, movements_as_json
from stickdance.capture.first_pass import frame_writer
from stickdance.capture.matting.room import Room, find_room
from stickdance.capture.media.images import write_png
from stickdance.capture.media.prefetch import prefetched
from stickdance.capture.media.video import VideoWriter, read_frames
from stickdance.capture.pose.body_profile_from_poses import measure_body
from stickdance.capture.pose.sequence import joined
from stickdance.capture.stabilisation.corrections import Corrections
from stickdance.capture.take.lineage import Segment, report_of
from stickdance.capture.take.room import RoomLight
from stickdance.capture.take.take import (
    BODY,
    CORRECTIONS,
    FRAMES,
    MATTES,
    PLATE,
    POSES,
    REPORT,
    ROOM,
    Take,
)
from stickdance.checkpoints.errors import BadInput
from stickdance.checkpoints.manifest import result_folder
from stickdance.checkpoints.progress import Work

_MATTE_QUALITY = 8  # crf, as when they were captured
_SAMPLES = 64  # frames that the plate is gathered from at most


def assemble(
    training: Sequence[Segment], held_out: Sequence[Segment], to: Path, about: dict[str, Any]
) -> Take:
    """Write a take of segments: those that train first, then those that only test.

    Args:
        training: parts whose frames train, in order.
        held_out: parts whose frames only test.
        to: the folder to be.
        about: values to keep in the manifest, e.g. which command made it.

    Raises:
        BadInput: no frame that trains, or takes of different sizes or frame rates.
        OutputFailed: no space or no permission; nothing is left behind.
    """
    segments = [segment for segment in (*training, *held_out) if len(segment)]
    count = sum(len(segment) for segment in training)
    _check(segments, count)
    poses = joined([each.take.poses.part(each.start, each.stop) for each in segments])
    with result_folder(Path(to), "take", {"options": about}) as folder:
        _write_videos(segments, folder)
        room = _room(training)
        write_png(folder / PLATE, _plate(room, training))
        RoomLight(room.shadow, _lights(segments), room.plate.noise).save(folder / ROOM)
        poses.save(folder / POSES)
        corrections = _corrections(segments)
        if corrections is not None:
            corrections.save(folder / CORRECTIONS)
        body = measure_body(poses.part(0, count))
        body.save(folder / BODY)
        report = report_of(segments, count, poses, folder, Path(to))
        report["movements"] = movements_as_json(filmed_movements(poses, body))
        text = json.dumps(report, indent=2, ensure_ascii=False) + "\n"
        (folder / REPORT).write_text(text, encoding="utf-8")
    return Take.load(Path(to))


def _check(segments: Sequence[Segment], training: int) -> None:
    if training == 0:
        raise BadInput("no frame is left to train on; keep a larger part for training")
    first = segments[0].take
    for segment in segments:
        take = segment.take
        if take.size != first.size:
            raise BadInput(
                f"{take.path}: frames of {take.size[0]}x{take.size[1]}, {first.path} has "
                f"{first.size[0]}x{first.size[1]}; capture both at one --height, from one camera"
            )
        if abs(take.fps / first.fps - 1) > 1e-6:
            raise BadInput(
                f"{take.path}: {take.fps:g} frames a second, {first.path} has {first.fps:g}; "
                f"capture it again with --fps {first.fps:g}"
            )


def _write_videos(segments: Sequence[Segment], folder: Path) -> None:
    take, total = segments[0].take, sum(len(segment) for segment in segments)
    with (
        frame_writer(folder / FRAMES, take.size, take.fps) as frames,
        VideoWriter(
            folder / MATTES, take.size, take.fps, crf=_MATTE_QUALITY, pixel_format="gray"
        ) as mattes,
        Work("copying", total) as work,
    ):
        for segment in segments:
            for frame, matte in _pictures(segment):
                frames.write(frame)
                mattes.write(matte)
                work.advance()


def _pictures(segment: Segment) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    take, part = segment.take, (segment.start, segment.stop)
    change = None if segment.room is None else segment.room.astype(np.float32) - take.plate
    with (
        closing(prefetched(take.frames(*part))) as frames,
        closing(prefetched(take.mattes(*part))) as mattes,
    ):
        for frame, matte in zip(frames, mattes, strict=True):
            yield frame if change is None else _moved(frame, matte, change), matte


def _moved(frame: np.ndarray, matte: np.ndarray, change: np.ndarray) -> np.ndarray:
    """Return a frame with the room changed: a pixel that shows half of it, by half the change."""
    shown = 1 - matte[..., None].astype(np.float32) / 255
    return np.rint(frame + shown * change).clip(0, 255).astype(np.uint8)


def _room(segments: Sequence[Segment]) -> Room:
    """Return the room, from samples of segments that show their own."""
    filmed = _filmed(segments)
    total = sum(len(segment) for segment in filmed)
    wanted = np.unique(np.linspace(0, total - 1, _SAMPLES).round().astype(int))
    pictures: list[np.ndarray] = []
    masks: list[np.ndarray] = []
    before = 0
    for segment in filmed:
        inside = wanted[(wanted >= before) & (wanted < before + len(segment))] - before
        pictures += _some(segment, FRAMES, inside.tolist())
        masks += _some(segment, MATTES, inside.tolist())
        before += len(segment)
    return find_room(pictures, masks, [np.zeros_like(mask) for mask in masks])


def _plate(room: Room, segments: Sequence[Segment]) -> np.ndarray:
    """Return the room without the person; what was never seen is as it was in the first take."""
    first = _filmed(segments)[0].take.plate
    return np.where(room.plate.seen[..., None], room.plate.picture, first)


def _filmed(segments: Sequence[Segment]) -> list[Segment]:
    return [segment for segment in segments if segment.room is None and len(segment)]


def _lights(segments: Sequence[Segment]) -> np.ndarray:
    """Return (frames, 3) the light of each frame beside its own take's plate."""
    return np.concatenate([_lights_of(segment) for segment in segments])


def _lights_of(segment: Segment) -> np.ndarray:
    if segment.take.room is None:
        return np.ones((len(segment), 3), np.float32)
    return segment.take.room.light[segment.start : segment.stop]


def _some(segment: Segment, name: str, numbers: list[int]) -> Iterator[np.ndarray]:
    """Yield single frames or mattes of a segment, numbered from its start."""
    take = segment.take
    return read_frames(
        take.path / name,
        fps=take.fps,
        start_seconds=segment.start / take.fps,
        end_seconds=segment.stop / take.fps,
        grey=name == MATTES,
        only=numbers,
    )


def _corrections(segments: Sequence[Segment]) -> Corrections | None:
    """Return what the original footage needs, frame by frame; None where nothing needs any."""
    parts = [_corrections_of(segment) for segment in segments]
    if all(segment.take.corrections is None for segment in segments):
        return None
    return Corrections(
        segments[0].take.size,
        np.concatenate([part.maps for part in parts]),
        np.concatenate([part.gains for part in parts]),
        np.concatenate([part.offsets for part in parts]),
    )


def _corrections_of(segment: Segment) -> Corrections:
    done, size, count = segment.take.corrections, segment.take.size, len(segment)
    if done is None or segment.room is not None:  # frames stored with another room are as stored
        maps = np.tile(np.eye(2, 3), (count, 1, 1))
        return Corrections(size, maps, np.ones((count, 3)), np.zeros((count, 3)))
    part = slice(segment.start, segment.stop)
    return Corrections(size, done.maps[part], done.gains[part], done.offsets[part])

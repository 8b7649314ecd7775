"""What a take made of parts of others says of itself: where each frame comes from, and what of it.

Conventions: frames are numbered from 0 in the new take unless it says otherwise.
"""

import os
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from stickdance.capture.pose.sequence import PoseSequence
from stickdance.capture.take.take import FRAMES, Source, Take
from stickdance.checkpoints.files import sha256
from stickdance.checkpoints.json_reader import lines_of
from stickdance.checkpoints.manifest import MANIFEST


@dataclass(frozen=True)
class Segment:
    """Neighbouring frames of a take."""

    take: Take
    start: int
    stop: int
    """The frame to stop before."""
    room: np.ndarray | None = None
    """uint8 RGB (height, width, 3): the room to put the person into; None: the take's own."""

    def __len__(self) -> int:
        """Return the number of frames."""
        return self.stop - self.start


def report_of(
    segments: Sequence[Segment], training: int, poses: PoseSequence, folder: Path, to: Path
) -> dict[str, Any]:
    """Return the report of a take made of segments.

    Args:
        segments: in the order of the new take's frames.
        training: so many frames, the first, train.
        poses: of the new take.
        folder: where it is being written; its frames are there.
        to: the folder that it is to be.
    """
    takes = list({segment.take.path: segment.take for segment in segments}.values())
    warnings = dict.fromkeys(
        str(line) for take in takes for line in lines_of(take.report, "warnings")
    )
    worst = {
        name: max(float(take.report.get(name, 0.0)) for take in takes)
        for name in ("camera_motion_pixels", "background_noise")
    }
    return {
        "frames": len(poses),
        "training_frames": training,
        "fps": poses.fps,
        "size": list(poses.size),
        "seconds": round(poses.seconds, 3),
        "missing_frames": _listed(segments, "missing_frames"),
        "wrong_frames": _listed(segments, "wrong_frames"),
        "exchanged_frames": _listed(segments, "exchanged_frames"),
        "frames_without_matte": _listed(segments, "frames_without_matte"),
        "mean_confidence": round(float(poses.confidence.mean()), 4),
        **worst,
        "warnings": list(warnings),
        "consent": consent_of(takes),
        "sources": [asdict(piece) for piece in _sources(segments, folder, to)],
        "made_from": [_origin(segment) for segment in segments],
    }


def sources_of(segment: Segment, to: Path) -> list[Source]:
    """Return the pieces of original footage that a segment's frames were captured from.

    Args:
        segment: of a take.
        to: the folder that the sources' relative paths start from.
    """
    pieces, before = [], 0
    for source in segment.take.sources:
        first = max(segment.start - before, 0)
        last = min(segment.stop - before, source.frames)
        if first < last:
            piece = replace(source, first=source.first + first, frames=last - first)
            pieces.append(replace(piece, relative=_relative(segment.take, source, to)))
        before += source.frames
    return pieces


def consent_of(takes: Sequence[Take]) -> str:
    """Return what the person agreed to in all of the takes; where they differ, take by take."""
    texts = {take.path.name: take.consent for take in takes}
    if len(set(texts.values())) == 1:
        return next(iter(texts.values()))
    return "; ".join(f"{name}: {text}" for name, text in texts.items())


def _sources(segments: Sequence[Segment], folder: Path, to: Path) -> list[Source]:
    """Return the sources of all segments; where the room was changed, the new take is its own."""
    pieces, before, digest = [], 0, ""
    for segment in segments:
        if segment.room is None:
            pieces += sources_of(segment, to)
        else:
            digest = digest or sha256(folder / FRAMES)
            path = str((to / FRAMES).resolve())
            pieces.append(Source(path, FRAMES, digest, before, len(segment)))
        before += len(segment)
    return pieces


def _relative(take: Take, source: Source, to: Path) -> str:
    there = Path(source.path)
    moved = (take.path / source.relative).resolve()
    try:
        return os.path.relpath(there if there.exists() else moved, to.resolve())
    except ValueError:  # another drive
        return source.path


def _listed(segments: Sequence[Segment], name: str) -> list[int]:
    """Return frame numbers of the takes' reports as numbers in the new take."""
    numbers, before = [], 0
    for segment in segments:
        inside = range(segment.start, segment.stop)
        frames = segment.take.report.get(name, [])
        numbers += [before + int(frame) - segment.start for frame in frames if frame in inside]
        before += len(segment)
    return numbers


def _origin(segment: Segment) -> dict[str, Any]:
    return {
        "take": segment.take.path.name,
        "manifest_sha256": sha256(segment.take.path / MANIFEST),
        "start": segment.start,
        "stop": segment.stop,
        "room_changed": segment.room is not None,
    }

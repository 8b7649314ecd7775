"""The take: one captured performance as a folder that a person can open and understand.

Folder
    frames.mp4      the footage at working size, near-lossless
    mattes.mp4      grey, 255 the person
    poses.npz       `PoseSequence`, cleaned, joints of `OPENPOSE_18`, one pose per frame
    corrections.npz only where the camera was held still or the light evened: how, frame by frame
    plate.png       the room without the person
    room.npz        the shadow that the person casts on it, each frame's light, the room's unrest
    body.json       `BodyProfile`
    report.json     sources, counts, warnings, consent, how it was made
    contact.png     sampled frames with skeleton, matte's edge and time
    footage.html    what the footage is good for, and why
    manifest.json   kind "take", sizes and hashes of these files

Plate and body come from the training part alone: the first `training_frames` frames.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from stickdance.capture.matting.cast_shadow import CastShadow
from stickdance.capture.matting.outpainting import framed_plate
from stickdance.capture.matting.room import shown
from stickdance.capture.media.framing import Framing
from stickdance.capture.media.images import read_picture, read_picture_size
from stickdance.capture.media.probing import footage_digest
from stickdance.capture.media.treatment import Treatment
from stickdance.capture.media.video import probe, read_frames
from stickdance.capture.pose.body_profile import BodyProfile
from stickdance.capture.pose.sequence import PoseSequence
from stickdance.capture.pose.skeleton import OPENPOSE_18
from stickdance.capture.stabilisation.corrections import Corrections, filled_from, in_light
from stickdance.capture.take.report import check_told
from stickdance.capture.take.room import RoomLight
from stickdance.checkpoints.errors import BadInput
from stickdance.checkpoints.json_reader import read_json_object
from stickdance.checkpoints.manifest import read_manifest
from stickdance.checkpoints.reading import refusing

FRAMES, MATTES, POSES = "frames.mp4", "mattes.mp4", "poses.npz"
PLATE, ROOM, BODY, REPORT = "plate.png", "room.npz", "body.json", "report.json"
CORRECTIONS, SHEET, PAGE = "corrections.npz", "contact.png", "footage.html"
_LARGEST_REPORT = 64 << 20


@dataclass(frozen=True)
class Source:
    """A video that a take was made from."""

    path: str
    """Absolute, where it lay when the take was made."""
    relative: str
    """The same, seen from the take's folder."""
    sha256: str
    first: int
    """Number of its first frame used, counted at the take's frame rate."""
    frames: int
    """How many of its frames were used."""
    treatment: Mapping[str, Any] = field(default_factory=dict)
    """How it was read, as `stickdance.capture.media.treatment.Treatment` writes it down."""


@dataclass(frozen=True)
class Take:
    """One captured performance; pictures are streamed from the disk."""

    path: Path
    size: tuple[int, int]
    """(width, height) of frames, mattes, plate and poses."""
    fps: float
    frame_count: int
    poses: PoseSequence
    plate: np.ndarray
    """uint8 RGB (height, width, 3)."""
    body: BodyProfile
    training_frames: int
    """The first so many frames train, the others test."""
    sources: tuple[Source, ...]
    consent: str
    """What the person filmed agreed to, in the words given."""
    report: Mapping[str, Any]
    corrections: Corrections | None = None
    """What was done to the footage to hold its camera still and its light even."""
    room: RoomLight | None = None
    """How the plate looks in each frame; None in takes of earlier versions."""

    @property
    def shadow(self) -> CastShadow | None:
        """Return the shadow that the person casts on the plate, None where none was found."""
        return None if self.room is None else self.room.shadow

    @staticmethod
    def load(folder: Path) -> "Take":
        """Read a take that `video_to_take` wrote.

        Raises:
            BadInput: not a finished take, or its files do not belong together.
        """
        folder = Path(folder)
        read_manifest(folder, "take")
        report = _read_report(folder / REPORT)
        poses = PoseSequence.load(folder / POSES)
        _check_poses(folder, poses, report)
        _check_video(folder / FRAMES, poses)
        _check_video(folder / MATTES, poses)
        return Take(
            path=folder,
            size=poses.size,
            fps=poses.fps,
            frame_count=len(poses),
            poses=poses,
            plate=_read_plate(folder / PLATE, poses.size),
            body=_read_body(folder / BODY, poses.size),
            training_frames=report["training_frames"],
            sources=tuple(Source(**source) for source in report["sources"]),
            consent=report["consent"],
            report=report,
            corrections=_read_corrections(folder / CORRECTIONS, poses),
            room=_read_room(folder / ROOM, poses),
        )

    def frames(self, start: int = 0, stop: int | None = None) -> Iterator[np.ndarray]:
        """Yield frames `start` up to `stop`: uint8 RGB (height, width, 3)."""
        return self._read(FRAMES, start, stop, grey=False)

    def mattes(self, start: int = 0, stop: int | None = None) -> Iterator[np.ndarray]:
        """Yield the mattes of frames `start` up to `stop`: uint8 (height, width)."""
        return self._read(MATTES, start, stop, grey=True)

    def truth(
        self, framing: Framing, start: int = 0, stop: int | None = None
    ) -> Iterator[np.ndarray]:
        """Yield the original footage for frames `start` up to `stop`, framed by area averaging.

        Where the camera was held still, so is this, at the footage's own resolution; the light is
        as it was filmed.

        Args:
            framing: crop and size; beyond the frames it shows the plate, continued.
            start: number of the first frame.
            stop: number of the frame to stop before; None: the end.

        Raises:
            BadInput: an original was moved, or is not the file that the take was made from.
        """
        start, stop, _ = slice(start, stop).indices(self.frame_count)
        before, plate = 0, framed_plate(self.plate, framing)
        for source in self.sources:
            first = max(start - before, 0)
            last = min(stop - before, source.frames)
            if first < last:
                original = self._original(source)
                frames = read_frames(
                    original,
                    fps=self.fps,
                    start_seconds=(source.first + first) / self.fps,
                    end_seconds=(source.first + last) / self.fps,
                    treatment=Treatment.from_json(source.treatment),
                )
                for number, frame in enumerate(frames, before + first):
                    yield self._corrected(frame, number, framing, plate)
            before += source.frames

    def _corrected(
        self, frame: np.ndarray, number: int, framing: Framing, plate: np.ndarray
    ) -> np.ndarray:
        """Return an original frame held still, framed, the framed plate around it."""
        if self.corrections is None:
            return framing.picture(frame, plate)
        held, uncovered = self.corrections.picture(frame, number, even=False)
        bared = framing.picture(uncovered)
        return filled_from(framing.picture(held, plate), bared, plate)

    def behind(
        self, number: int, matte: np.ndarray, plate: np.ndarray, framing: Framing
    ) -> np.ndarray:
        """Return the room behind a person in the light of a stored frame, uint8 RGB.

        Args:
            number: of the frame.
            matte: (height, width) framed, of the person whose shadow falls on the room.
            plate: the framed plate.
            framing: of both.
        """
        if self.room is None:
            return plate
        shadow = None if self.shadow is None else self.shadow.framed(framing)
        return shown(plate, shadow, matte, self.room.light[number])

    def as_filmed(self, picture: np.ndarray, number: int, lit: bool = False) -> np.ndarray:
        """Return a picture of the plate's even light in the light that a frame was filmed in.

        Args:
            picture: uint8 RGB, of any size.
            number: of the frame.
            lit: it has the stored frame's light already.
        """
        if self.room is not None and not lit:
            picture = in_light(picture, self.room.light[number])
        return picture if self.corrections is None else self.corrections.as_filmed(picture, number)

    def _read(self, name: str, start: int, stop: int | None, grey: bool) -> Iterator[np.ndarray]:
        start, stop, _ = slice(start, stop).indices(self.frame_count)
        if start >= stop:
            return iter(())
        return read_frames(
            self.path / name,
            fps=self.fps,
            start_seconds=start / self.fps,
            end_seconds=stop / self.fps,
            grey=grey,
        )

    def _original(self, source: Source) -> Path:
        places = [Path(source.path), self.path / source.relative]
        there = [place for place in places if place.exists()]
        for place in there:
            status = place.stat()
            if _digest(place, status.st_mtime_ns, status.st_size) == source.sha256:
                return place
        found = "changed since" if there else "is no longer there"
        raise BadInput(
            f"{source.path}: the footage that {self.path} was made from {found}; "
            "put it back, or capture again"
        )


@lru_cache(maxsize=64)
def _digest(path: Path, changed: int, size: int) -> str:
    return footage_digest(path)


def _read_report(path: Path) -> dict[str, Any]:
    wanted = {"training_frames": int, "sources": list, "consent": str, "frames": int}
    fields = {"path": str, "relative": str, "sha256": str, "first": int, "frames": int}
    treated = fields | {"treatment": dict}  # takes of earlier versions have none
    report = read_json_object(path, "a take's report", largest=_LARGEST_REPORT, nan=True)
    with refusing(path, "a take's report"):
        fits = all(type(report[key]) is kind for key, kind in wanted.items()) and all(
            {name: type(value) for name, value in source.items()} in (fields, treated)
            for source in report["sources"]
        )
        check_told(report)
    if not fits:
        raise BadInput(f"{path}: a value is of another kind than a take's report has")
    return report


def _check_poses(folder: Path, poses: PoseSequence, report: Mapping[str, Any]) -> None:
    if poses.skeleton != OPENPOSE_18:
        raise BadInput(
            f"{folder / POSES}: has the joints of {poses.skeleton.name}, expected openpose_18"
        )
    counts = {len(poses), report["frames"], sum(s["frames"] for s in report["sources"])}
    if len(counts) > 1:
        raise BadInput(
            f"{folder}: holds {len(poses)} poses where {REPORT} speaks of {report['frames']} "
            "frames; capture again"
        )
    if not 0 < report["training_frames"] <= len(poses):
        raise BadInput(
            f"{folder / REPORT}: training_frames {report['training_frames']} does not fit "
            f"{len(poses)} frames"
        )


def _check_video(path: Path, poses: PoseSequence) -> None:
    info = probe(path)
    if info.size != poses.size:
        raise BadInput(
            f"{path}: frames of {info.size[0]}x{info.size[1]}, the poses are for "
            f"{poses.size[0]}x{poses.size[1]}; capture again"
        )
    if round(info.seconds * poses.fps) != len(poses):
        raise BadInput(
            f"{path}: holds {round(info.seconds * poses.fps)} frames for {len(poses)} poses; "
            "capture again"
        )


def _read_plate(path: Path, size: tuple[int, int]) -> np.ndarray:
    found = read_picture_size(path)
    if found != size:
        raise BadInput(
            f"{path}: is {found[0]}x{found[1]}, expected {size[0]}x{size[1]} as the frames; "
            "capture again"
        )
    return read_picture(path)


def _read_corrections(path: Path, poses: PoseSequence) -> Corrections | None:
    return Corrections.load(path, len(poses), poses.size) if path.is_file() else None


def _read_room(path: Path, poses: PoseSequence) -> RoomLight | None:
    return RoomLight.load(path, len(poses), poses.size) if path.is_file() else None


def _read_body(path: Path, size: tuple[int, int]) -> BodyProfile:
    body = BodyProfile.load(path)
    if body.size != size:
        raise BadInput(
            f"{path}: is for frames of {body.size[0]}x{body.size[1]}, expected "
            f"{size[0]}x{size[1]}; capture again"
        )
    return body

"""From a take to what a training needs: framing, plate, appearance, samples."""

import hashlib
from dataclasses import dataclass, replace

import numpy as np
from torch import Tensor

from stickdance.capture.matting.cast_shadow import CastShadow
from stickdance.capture.matting.foreground import foreground
from stickdance.capture.matting.outpainting import framed_plate
from stickdance.capture.matting.room import shown
from stickdance.capture.media.framing import Framing, frame_around
from stickdance.capture.pose.body_profile import BodyProfile
from stickdance.capture.pose.skeleton import Skeleton
from stickdance.capture.pose.stick_figure import FINE_STYLE, StickStyle
from stickdance.capture.take.take import FRAMES, MATTES, POSES, Take
from stickdance.checkpoints.errors import BadInput, NobodySeen
from stickdance.checkpoints.files import sha256
from stickdance.checkpoints.manifest import read_manifest
from stickdance.checkpoints.progress import tracked
from stickdance.synth.appearance.appearance import Appearance
from stickdance.synth.compute.array_types import Bytes
from stickdance.synth.generators.recipe import Augmentation
from stickdance.synth.training.dataset import TakeDataset

_LEAST_FRAMES = 8
_MOST_VALIDATION = 64
_WATCHED = 8
_SHOWN_SECONDS = 2.0
_STILL = 0.03  # of the height: what joints wander in a person who stands


@dataclass(frozen=True)
class PreparedTake:
    """A take, made ready for training at one size."""

    framing: Framing
    style: StickStyle
    skeleton: Skeleton
    plate: Bytes
    """uint8 RGB (height, width, 3) of the framing's size."""
    shadow: CastShadow | None
    """What the person casts on the plate, for pictures of the framing's size."""
    body: BodyProfile
    """In pixels of the framing's size."""
    appearance: Appearance | None
    samples: TakeDataset | None
    """What is trained on; None where nothing is, and its pictures would only take memory."""
    watched: dict[str, Tensor] | None
    """Frames cut from the training part, looked at but not learned from: a batch of whole ones."""
    shown: TakeDataset | None
    """Frames in a row at the beginning, those first, to be shown painted."""
    view: Framing
    """The same part of the frames, at the size of videos."""
    room: Bytes | None
    """uint8 RGB, the plate at that size; None where it is what is painted."""


def prepare(
    take: Take,
    size: tuple[int, int],
    seed: int,
    validation: float,
    sees_appearance: bool,
    augmentation: Augmentation,
    trains: bool = True,
    video_size: tuple[int, int] | None = None,
) -> PreparedTake:
    """Read the training part of a take and make it ready.

    Args:
        take: only its first `training_frames` frames are looked at.
        size: (width, height) to work at.
        seed: of the samples' augmentation.
        validation: share of the training part that is only looked at; it lies at the beginning,
            far from the frames that test.
        sees_appearance: collect the target's own pixels.
        augmentation: how samples are varied.
        trains: whether samples will be drawn.
        video_size: (width, height) of the videos, at least `size`; None: the same.

    Raises:
        BadInput: too few frames, no person, joints that cannot be drawn, or a damaged file.
    """
    check_take(take)
    check_unchanged(take)
    view, style = framing_of(take, video_size or size), FINE_STYLE
    framing = replace(view, size=size)
    cut = min(round(take.training_frames * validation), _MOST_VALIDATION)
    shown = min(take.training_frames, max(cut, round(_SHOWN_SECONDS * take.fps)))
    appearance = _collect(take, framing) if sees_appearance else None
    return PreparedTake(
        framing=framing,
        style=style,
        skeleton=take.poses.skeleton,
        plate=framed_plate(take.plate, framing),
        shadow=None if take.shadow is None else take.shadow.framed(framing),
        body=take.body.framed(framing),
        appearance=appearance,
        samples=TakeDataset(
            take, framing, appearance, style, start=cut, seed=seed, augmentation=augmentation
        )
        if trains
        else None,
        watched=_watched(take, framing, appearance, style, cut) if cut else None,
        shown=_whole_frames(take, framing, appearance, style, shown),
        view=view,
        room=framed_plate(take.plate, view) if view.size != size else None,
    )


def check_take(take: Take) -> None:
    """Check that a take can be trained on.

    Raises:
        BadInput: too few frames, or joints that cannot be drawn.
    """
    if take.training_frames < _LEAST_FRAMES:
        raise BadInput(
            f"{take.path}: has {take.training_frames} frames to train on, expected at least "
            f"{_LEAST_FRAMES}; capture longer footage"
        )
    if not take.poses.skeleton.colours:
        raise BadInput(
            f"{take.path}: has poses of {take.poses.skeleton.name}, which cannot be drawn; "
            "capture it with this version"
        )


def check_unchanged(take: Take) -> None:
    """Check that frames, mattes and poses are still what was captured, byte by byte.

    A decoder hides a damaged frame, and a generator would learn it.

    Raises:
        BadInput: names the file that was damaged or changed.
    """
    files = read_manifest(take.path, "take").get("files", {})
    for name in (FRAMES, MATTES, POSES):
        wanted = files.get(name, {}).get("sha256")
        if wanted is not None and sha256(take.path / name) != wanted:
            raise BadInput(
                f"{take.path / name}: was damaged or changed since it was captured (another "
                "SHA-256 than in the manifest); copy it again, or capture again"
            )


def remarks(take: Take) -> list[str]:
    """Return what is to be said about training on a take that can be trained on."""
    points = take.poses.points[: take.training_frames]
    seen = points[:, np.isfinite(points).any((0, 2))]
    span = np.ptp(np.nanpercentile(seen, (5, 95), axis=0), axis=0)
    moved = float(np.hypot(*span.T).max(initial=0)) / take.body.height
    if moved >= _STILL:
        return []
    return [
        f"the frames of {take.path.name} are all alike: no joint moves by more than "
        f"{moved:.1%} of the person's height, so other poses will look poor; "
        "film the person dancing"
    ]


def framing_of(take: Take, size: tuple[int, int]) -> Framing:
    """Return the view of the take in the shape of `size` with the whole person in it.

    Raises:
        BadInput: too little of such a picture would be footage.
    """
    return frame_around(take.size, size, take.body.room)


def digest(take: Take) -> str:
    """Return hexadecimal digits that tell one take from another by what is trained on."""
    found = hashlib.sha256(f"{take.size} {take.frame_count} {take.training_frames}".encode())
    for source in take.sources:
        found.update(source.sha256.encode())
    found.update(np.ascontiguousarray(take.poses.points).tobytes())
    found.update(np.ascontiguousarray(take.plate).tobytes())
    return found.hexdigest()


def _collect(take: Take, framing: Framing) -> Appearance:
    stop, plate = take.training_frames, framed_plate(take.plate, framing)
    lost = set(take.report.get("frames_without_matte", ()))
    pictures = (  # a frame with an empty matte is not kept
        (
            framing.picture(frame, plate),
            framing.picture(np.zeros_like(matte) if number in lost else matte),
        )
        for number, (frame, matte) in enumerate(
            zip(take.frames(0, stop), take.mattes(0, stop), strict=True)
        )
    )
    shadow = None if take.shadow is None else take.shadow.framed(framing)
    light = None if take.room is None else take.room.light

    def own_colours(number: int, photo: Bytes, matte: Bytes) -> Bytes:
        behind = shown(plate, shadow, matte, None if light is None else light[number])
        return foreground(photo, matte, behind)

    poses = take.poses.part(0, stop).framed(framing)
    frames = tracked(pictures, "preparing", stop)
    return Appearance.fit(
        frames,
        poses.points,
        framing.size,
        poses.depth,
        poses.skeleton,
        own_colours=own_colours,
    )


def _watched(
    take: Take, framing: Framing, appearance: Appearance | None, style: StickStyle, stop: int
) -> dict[str, Tensor] | None:
    frames = _whole_frames(take, framing, appearance, style, stop)
    if frames is None:
        return None
    places = np.linspace(0, len(frames) - 1, min(len(frames), _WATCHED)).round().astype(int)
    return frames.samples(places.tolist())


def _whole_frames(
    take: Take, framing: Framing, appearance: Appearance | None, style: StickStyle, stop: int
) -> TakeDataset | None:
    try:
        return TakeDataset(take, framing, appearance, style, start=0, stop=stop, augment=False)
    except NobodySeen:  # nobody is there yet in the first frames
        return None

"""Keeping a take's training frames for playback, in the folder of a performer.

    1. take the frame's light and the person's shadow off the room around the person
    2. away from the person show the plate: noise and doors are not worth keeping. Beside them keep
       what was filmed: what the matte missed, and what the plate got wrong; but nothing of what
       goes on farther away, which is somebody else
    3. write what differs from the plate, frame after frame

Footage that would take more than `MOST_BYTES` is thinned out evenly; playback interpolates.
"""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np

from stickdance.capture.conditions.symmetry import left_right_difference
from stickdance.capture.matting.inpainting import dilated
from stickdance.capture.matting.outpainting import framed_plate
from stickdance.capture.matting.room import shown
from stickdance.capture.media.framing import Framing
from stickdance.capture.take.take import Take
from stickdance.checkpoints.progress import tracked
from stickdance.synth.appearance.frame_pool import encoded, person_box
from stickdance.synth.compute.array_types import Bools, Bytes, Floats, Integers
from stickdance.synth.playback.filmed_frames import PIXELS, of_room, write_index

MOST_BYTES = 400_000_000
"""Bytes that filmed frames may take in a performer's folder."""
_TRIED = 16  # frames whose bytes are measured first
_SEEN = 127  # matte value from which somebody is there
_SURE = 80  # matte value from which a pixel is the person's; fainter ones may be a shadow's edge
_AROUND = 0.03  # of the frame's height: half of the room around the person that is kept
_UNLIKE = 30.0  # grey values by which somebody else differs from the room
_SHADE = (0.35, 0.12)  # of the room's light at least, and how far its colours part: a shadow's


class _Kept(NamedTuple):
    number: int
    box: Integers
    picture: bytes
    matte: bytes


def keep_footage(take: Take, framing: Framing, folder: Path, most_bytes: int = MOST_BYTES) -> bool:
    """Write the training frames of a take into a folder; return whether there was one to keep.

    Args:
        take: only its first `training_frames` frames are kept, and only those with a person.
        framing: of the performer's pictures.
        folder: unfinished, of the performer.
        most_bytes: that the frames may take; more are thinned out.
    """
    stop = take.training_frames
    first = islice(_encoded(take, framing, range(stop)), _TRIED)
    tried = [len(one.picture) + len(one.matte) for one in first]
    if not tried:
        return False
    every = max(1, int(np.ceil(np.mean(tried) * stop / most_bytes)))
    wanted = range(0, stop, every)
    mattes, kept = [], []
    with (folder / PIXELS).open("wb") as file:
        for one in tracked(_encoded(take, framing, wanted), "keeping footage", len(wanted)):
            file.write(one.picture)
            mattes.append(one.matte)
            kept.append((one.number, one.box, len(one.picture)))
        file.writelines(mattes)
    lengths = [length for _, _, length in kept] + [len(matte) for matte in mattes]
    numbers = np.array([number for number, _, _ in kept])
    write_index(
        folder,
        np.array(lengths),
        np.array([box for _, box, _ in kept]),
        numbers,
        _scenes(take)[numbers],
        take.poses.framed(framing).points[numbers].astype(np.float32),
        take.fps,
        left_right_difference(take),
    )
    return True


def _scenes(take: Take) -> Integers:
    """Return for each frame of a take the number of the source that it was filmed in."""
    counts = [source.frames for source in take.sources]
    return np.repeat(np.arange(len(counts)), counts)


def _encoded(take: Take, framing: Framing, wanted: range) -> Iterator[_Kept]:
    """Yield the wanted frames on which a person is seen."""
    lost, stop = set(take.report.get("frames_without_matte", ())), take.training_frames
    posed = np.asarray(np.isfinite(take.poses.points).all(-1).any(-1))
    plate = framed_plate(take.plate, framing)
    pairs = zip(take.frames(0, stop), take.mattes(0, stop), strict=True)
    for number, (frame, matte) in enumerate(pairs):
        if number not in wanted or number in lost or not posed[number]:
            continue
        framed = framing.picture(matte)
        if (framed > _SEEN).any():
            bare, kept = _over_plate(take, framing, number, frame, framed, plate)
            yield _Kept(number, *encoded(bare, framed, person_box(kept, 1)))


def _over_plate(
    take: Take, framing: Framing, number: int, frame: Bytes, matte: Bytes, plate: Bytes
) -> tuple[Bytes, Bools]:
    """Return a frame with the plate as its room, and where it may differ from the plate."""
    picture = framing.picture(frame, plate).astype(np.float32)
    if take.room is not None:
        picture /= take.room.light[number].astype(np.float32)
    shadow = None if take.shadow is None else take.shadow.framed(framing)
    behind = shown(plate, shadow, matte).astype(np.float32)
    share = (1 - matte.astype(np.float32) / 255)[..., None]
    differs = picture + share * (plate - behind) - plate
    kept = _kept(differs, plate, matte)
    bare = plate + kept[..., None] * differs
    return np.rint(bare.clip(0, 255)).astype(np.uint8), np.asarray(kept > 0)


def _kept(differs: Floats, plate: Bytes, matte: Bytes) -> Floats:
    """Return float32 (height, width): 1 at the person and around them, falling softly to 0.

    What the matte missed of a person ends beside them; what differs from the room as far as beyond
    what is kept is somebody else, or a thing that moves, and is not kept. Shadows go on too, and
    are.

    Args:
        differs: (height, width, 3) from the plate.
        plate: uint8 RGB.
        matte: of the person.
    """
    reach = max(3, round(_AROUND * len(matte)))
    around = dilated(matte > _SURE, 2 * reach)
    soft = cv2.GaussianBlur(around.astype(np.float32), (0, 0), 0.7 * reach)
    kept = ((soft - 0.02) / 0.96).clip(0, 1)
    beside, unlike = of_room(matte), _unlike(differs, plate)
    unlike &= beside == 1
    spread = dilated(unlike, reach // 2)  # joins a head to its shoulders
    labels = cv2.connectedComponents(spread.view(np.uint8))[1]
    beyond = np.unique(labels[unlike & (kept == 0)])
    foreign = np.isin(labels, beyond[beyond > 0]).astype(np.float32) * beside
    foreign = cv2.GaussianBlur(foreign, (0, 0), 1.0) * beside
    return np.asarray(kept * (1 - foreign), np.float32)


def _unlike(differs: Floats, plate: Bytes) -> Bools:
    """Return (height, width): what differs from the plate, and not as a shadow does."""
    room = plate.astype(np.float32) + 1
    red, green, blue = cv2.split((room + differs) / room)
    least, most = cv2.min(cv2.min(red, green), blue), cv2.max(cv2.max(red, green), blue)
    shade = (most < 1) & (least > _SHADE[0]) & (most - least < _SHADE[1])
    red, green, blue = cv2.split(np.abs(differs))
    return np.asarray((cv2.max(cv2.max(red, green), blue) > _UNLIKE) & ~shade)

"""What rendering is timed on: a performer at twice its size, and dances of any length.

A network of other weights takes as long, so the larger performer has those of the smaller one; its
own pixels, plate and body are enlarged, as much work as if it had been filmed so.
"""

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import soundfile
from numpy.typing import NDArray

from stickdance.capture.media.framing import Framing
from stickdance.capture.pose.body_profile import BodyProfile
from stickdance.capture.pose.sequence import PoseSequence
from stickdance.checkpoints.manifest import read_manifest, result_folder
from stickdance.choreography.music_to_poses import music_to_poses
from stickdance.choreography.options import ChoreographyOptions
from stickdance.synth.appearance.appearance import Appearance
from stickdance.synth.appearance.frame_pool import FramePool
from stickdance.synth.performer.performer import Performer
from stickdance.tools.demo.song.compose import compose, write_song

_RATE = 44_100
_TEMPO = 118.0


def danced(body: BodyProfile, seconds: float, folder: Path) -> Path:
    """Return a dance of a composed song for a body, a folder within `folder`."""
    song = write_song(compose(0, seconds=seconds, tempo=_TEMPO), folder / "song.wav")
    music_to_poses(song, folder / "dance", ChoreographyOptions(preview=False), body=body)
    return folder / "dance"


def lengthened(dance: Path, seconds: float, to: Path) -> Path:
    """Write a dance there and back again and again for so many seconds, to silence."""
    read_manifest(dance, "dance")
    poses, body = PoseSequence.load(dance / "poses.npz"), BodyProfile.load(dance / "body.json")
    frames, turn = round(seconds * poses.fps), np.arange(2 * len(poses))
    there_and_back = np.where(turn < len(poses), turn, 2 * len(poses) - 1 - turn)
    chosen = np.resize(there_and_back, frames)
    depth = None if poses.depth is None else poses.depth[chosen]
    long = replace(
        poses.without_parts(),
        points=poses.points[chosen],
        confidence=poses.confidence[chosen],
        depth=depth,
    )
    with result_folder(to, "dance", {}) as folder:
        long.save(folder / "poses.npz")
        body.save(folder / "body.json")
        with soundfile.SoundFile(folder / "song.wav", "w", _RATE, 1, "PCM_16") as song:
            for _ in range(round(seconds)):
                song.write(np.zeros(_RATE, np.int16))
    return to


def doubled(performer: Performer, to: Path) -> Performer:
    """Write a performer at twice its size, and return it."""
    width, height = size = tuple(2 * side for side in performer.size)
    appearance = performer.appearance
    larger = replace(
        performer,
        path=to,
        framing=Framing((width, height), performer.framing.crop),
        plate=_enlarged(performer.plate, size),
        body=performer.body.framed(Framing((width, height), (0.0, 0.0, 1.0, 1.0))),
        appearance=None if appearance is None else _doubled(appearance, (width, height)),
    )
    larger.save(to)
    return larger


def _doubled(appearance: Appearance, size: tuple[int, int]) -> Appearance:
    pool = appearance.pool
    shots = (
        (_enlarged(pool.picture(place), size), _enlarged(pool.matte(place), size))
        for place in range(len(pool))
    )
    larger, kept = FramePool.collect(shots, np.arange(len(pool)), size, 1 << 30)
    depth = None if appearance.depth is None else 2 * appearance.depth[kept]
    points, frames = 2 * appearance.points[kept], appearance.frames[kept]
    return Appearance(larger, points, frames, depth, appearance.skeleton, appearance.facts)


def _enlarged(picture: NDArray[np.uint8], size: tuple[int, ...]) -> NDArray[np.uint8]:
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_CUBIC))

"""Dances with their songs, frame by frame, read once from any folder of movements and songs.

Sources are those of `stickdance.choreography.movement`: dances, takes, keypoint files, AIST++, BVH.
Missing joints are filled by Kalman smoothing; a stretch without a person begins a new clip. What
was read is kept as one file beside the model, since decoding and listening take longer than a
training step.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from stickdance.capture.media.audio import Sound, decode_sound, read_wav
from stickdance.checkpoints.errors import BadInput
from stickdance.checkpoints.files import whole_file
from stickdance.checkpoints.progress import tracked
from stickdance.checkpoints.scratch import scratch_folder
from stickdance.checkpoints.tensors import read_tensors, write_tensors
from stickdance.choreography.dance.folder import Dance
from stickdance.choreography.learned.music_to_dance.music_frames import beat_clock, song_samples
from stickdance.choreography.learned.music_to_dance.options import FPS, FRAMES, SAMPLES
from stickdance.choreography.learned.music_to_dance.window import to_window
from stickdance.choreography.listening import listen
from stickdance.choreography.movement.discovery import MovementEntry
from stickdance.choreography.movement.films import DANCES, Material, material_in
from stickdance.choreography.movement.missing import parts_with_person, without_missing
from stickdance.choreography.movement.movement import Movement
from stickdance.choreography.movement.options import SourceOptions
from stickdance.choreography.movement.sources import is_dance, read_movement

_LONGEST_GAP = 1.0  # seconds without a person that are filled
_FORM = 3  # of the cached file
_PARTS = ("poses", "samples", "heard")


@dataclass(frozen=True)
class SongClip:
    """One dance to one song."""

    name: str
    poses: np.ndarray
    """(frames, 18, 2) float32, window units."""
    samples: np.ndarray
    """(frames * 1600,) int16."""
    heard: np.ndarray
    """(frames, 12) float32: where each frame lies between beats and in its bar."""

    def __len__(self) -> int:
        """Return the number of frames."""
        return len(self.poses)


@dataclass(frozen=True)
class SongClips:
    """All that can be learnt from."""

    clips: tuple[SongClip, ...]
    warnings: tuple[str, ...]
    """What was left out, and why."""
    fingerprint: str
    """Of the files that they were read from."""

    @property
    def minutes(self) -> float:
        """Return the length of all clips."""
        return sum(map(len, self.clips)) / FPS / 60


def clips_in(folder: Path, kept: Path) -> SongClips:
    """Return the dances in a folder, from the file `kept` where that is of the same folder.

    What is danced in films is kept beside that file.

    Raises:
        BadInput: the folder holds no dance with a song that lasts a chunk.
        OutputFailed: `kept` cannot be written.
    """
    material = material_in(folder, kept.with_name(DANCES))
    fingerprint = _fingerprint(material.entries)
    found = _kept(kept, fingerprint)
    if found is None:
        found = _read(material, folder, fingerprint)
        _keep(found, kept)
    return found


def _read(material: Material, folder: Path, fingerprint: str) -> SongClips:
    clips: list[SongClip] = []
    warnings = [*material.refused, *material.notes]
    for entry in tracked(material.entries, "reading dances", unit="dance"):
        if entry.song is None:
            why = "is a film without a sound" if is_dance(entry.path) else "has no song of its name"
            warnings.append(f"{entry.name}: {why}, left out")
            continue
        try:
            clips += _clips_of(entry, entry.song)
        except BadInput as error:
            warnings.append(f"{entry.name}: left out: {error}")
    if not clips:
        why = f": {'; '.join(warnings)}" if warnings else ""
        raise BadInput(
            f"{folder}: holds no dance of {FRAMES / FPS:g} s or more with its song{why}; give "
            "dances, or movements and songs of the same names"
        )
    return SongClips(tuple(clips), tuple(warnings), fingerprint)


def _clips_of(entry: MovementEntry, song: Path) -> list[SongClip]:
    movement = read_movement(entry.path, entry.name, SourceOptions(axes=2))
    parts = [
        without_missing(part, "kalman").movement.resampled(FPS)
        for part in parts_with_person(movement, _LONGEST_GAP)
    ]
    parts = [part for part in parts if len(part) >= FRAMES]
    if not parts:
        raise BadInput(f"shows a person for less than {FRAMES / FPS:g} s on end")
    with scratch_folder() as temporary:
        dance = is_dance(entry.path)
        sound = read_wav(song) if dance else decode_sound(song, temporary / "song.wav")
        frames = round(movement.seconds * FPS) + 1
        samples = song_samples(sound, frames)
        heard = _clock_of_dance(entry.path, frames) if dance else _clock_of(sound, frames)
    return [clip for part in parts if (clip := _clip(part, samples, heard, sound)) is not None]


def _clip(
    movement: Movement, samples: np.ndarray, heard: np.ndarray, sound: Sound
) -> SongClip | None:
    """Return the part of a movement that its song lasts for; None where that is no chunk."""
    first = round(movement.start_seconds * FPS)
    frames = min(len(movement), len(heard) - first, int(sound.seconds * FPS) - first)
    if frames < FRAMES:
        return None
    hips = [movement.skeleton.index[f"{side}_hip"] for side in ("left", "right")]
    points = movement.points[:frames].copy()
    points[..., 0] -= points[0, hips, 0].mean()
    part = slice(first * SAMPLES, (first + frames) * SAMPLES)
    return SongClip(movement.name, to_window(points), samples[part], heard[first : first + frames])


def _clock_of_dance(path: Path, frames: int) -> np.ndarray:
    dance = Dance.load(path)
    plan = dance.choreography
    if not plan.beats:
        raise BadInput("no beat is heard in its sound")
    return beat_clock(frames, np.array(plan.beats), plan.downbeats, plan.metre, dance.start_seconds)


def _clock_of(sound: Sound, frames: int) -> np.ndarray:
    beats = listen(sound).beats
    return beat_clock(frames, beats.times, beats.downbeats, beats.metre)


def _fingerprint(entries: Sequence[MovementEntry]) -> str:
    digest = hashlib.sha256(f"{_FORM}".encode())
    for entry in entries:
        for path in (entry.path, entry.song):
            for file in [] if path is None else _files(path):
                about = file.stat()
                digest.update(
                    f"{entry.name} {file.name} {about.st_size} {about.st_mtime_ns}".encode()
                )
    return digest.hexdigest()[:16]


def _files(path: Path) -> list[Path]:
    return sorted(file for file in path.rglob("*") if file.is_file()) if path.is_dir() else [path]


def _keep(clips: SongClips, path: Path) -> None:
    tensors = {
        f"{number}.{part}": torch.from_numpy(getattr(clip, part))
        for number, clip in enumerate(clips.clips)
        for part in _PARTS
    }
    names = [clip.name for clip in clips.clips]
    about = {"fingerprint": clips.fingerprint, "names": names, "warnings": list(clips.warnings)}
    with whole_file(path) as temporary:
        write_tensors(temporary, tensors, about)


def _kept(path: Path, fingerprint: str) -> SongClips | None:
    if not path.is_file():
        return None
    try:
        tensors, about = read_tensors(path)
        if about.get("fingerprint") != fingerprint:
            return None
        clips = tuple(
            SongClip(
                name,
                *(tensors[f"{number}.{part}"].numpy() for part in ("poses", "samples", "heard")),
            )
            for number, name in enumerate(about["names"])
        )
    except (BadInput, KeyError, TypeError):
        return None  # it is only kept to save time
    return SongClips(clips, tuple(about["warnings"]), fingerprint)

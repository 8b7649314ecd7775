"""A song of any length -> a dance, chunk after chunk.

Stages
    1. Music features of every chunk of 5 s; a chunk begins `OVERLAP` frames before the one before
       it ends.
    2. Each chunk is danced from the pose that the chunk before has at that frame (Ban 2021), by a
       few random codes, of which the one is kept that keeps to the beats best (`choice`). What it
       is off from that pose at its start fades within the overlap, while one chunk fades into the
       next: place and speed go on, so no seam is seen.
    3. A cubic through the frames gives the frame rate that is wanted. Of dances of the rules, 98 %
       of the arrivals are within 0.15 s of a beat and 97 % within 0.07 s at 25 frames a second;
       with 10 of the frames kept and such a cubic, 98 % and 96 %.
"""

from collections.abc import Iterator

import numpy as np
import torch
from scipy.interpolate import CubicSpline
from torch import Tensor

from stickdance.capture.media.audio import Sound
from stickdance.capture.pose.sequence import PoseSequence
from stickdance.choreography.learned.music_to_dance.choice import keeps_best
from stickdance.choreography.learned.music_to_dance.dance_model import DanceModel
from stickdance.choreography.learned.music_to_dance.music_frames import (
    as_sound,
    beat_clock,
    song_samples,
)
from stickdance.choreography.learned.music_to_dance.options import FPS, FRAMES, SAMPLES
from stickdance.choreography.learned.music_to_dance.window import window_poses
from stickdance.choreography.music.beats import Beats

OVERLAP = 8
"""Frames that two chunks share."""
HOP = FRAMES - OVERLAP
WAYS = 24
"""Codes that are tried for each chunk; 1 takes the first, as published."""
_TOGETHER = 16  # chunks that are listened to at a time


def dance(
    model: DanceModel,
    sound: Sound,
    beats: Beats,
    fps: float = 25.0,
    seed: int = 0,
    ways: int = WAYS,
) -> PoseSequence:
    """Return a dance to a whole song, in the window of 640x320 pixels.

    Args:
        model: who dances.
        sound: the decoded song.
        beats: its beats, as `listening.listen` finds them.
        fps: frames a second of the result.
        seed: another number gives another dance, where the choreographer has a code.
        ways: to dance each chunk, of which the best is kept.
    """
    frames = round(sound.seconds * FPS) + 1
    samples = song_samples(sound, _padded(frames))
    heard = beat_clock(_padded(frames), beats.times, beats.downbeats.tolist(), beats.metre)
    points = chained(model, samples, heard, beats.times, seed, ways)[:frames]
    count = max(1, round(sound.seconds * fps))
    times = np.minimum(np.arange(count) / fps, (frames - 1) / FPS)
    return window_poses(CubicSpline(np.arange(frames) / FPS, points)(times), fps)


def borders(frames: int) -> np.ndarray:
    """Return the seconds at which one chunk goes over into the next, in so many frames at 10 fps.

    Each is the middle of an overlap of `OVERLAP` frames.
    """
    starts = np.arange(HOP, frames, HOP)
    return (starts + (OVERLAP - 1) / 2) / FPS


@torch.inference_mode()
def chained(
    model: DanceModel,
    samples: np.ndarray,
    heard: np.ndarray,
    beats: np.ndarray,
    seed: int = 0,
    ways: int = WAYS,
) -> np.ndarray:
    """Return poses (frames, 18, 2) in window units, at 10 a second.

    Args:
        model: who dances.
        samples: (frames * 1600,) int16, of whole chunks with their overlaps.
        heard: (frames, 12).
        beats: (beats,) seconds.
        seed: of the codes.
        ways: to dance each chunk, of which the best is kept.
    """
    ways = ways if model.generator.code else 1
    random = torch.Generator().manual_seed(seed)
    danced = np.zeros((len(heard), len(model.first_pose)))
    start = 0
    for music, clock in _listened(model, samples, heard):
        first = model.first_pose if start == 0 else _pose(danced[start])
        codes = torch.randn((ways, model.generator.code), generator=random)
        together = (each[None].expand(ways, *each.shape) for each in (music, clock, first))
        chunks = model.generator(*together, codes).double().numpy()
        part = danced[start : start + FRAMES]
        if start:
            chunks = [joined(part[:OVERLAP].copy(), chunk) for chunk in chunks]
        # Arrivals are looked for a little before the chunk too: its start may be one.
        early = max(0, start - OVERLAP)
        whole = [np.concatenate([danced[early:start], chunk]) for chunk in chunks]
        part[:] = chunks[keeps_best(whole, beats - early / FPS)]
        start += HOP
    return danced.reshape(len(danced), -1, 2)


def joined(before: np.ndarray, after: np.ndarray) -> np.ndarray:
    """Return a chunk (frames, values) whose start goes on from what was danced before.

    Args:
        before: (overlap, values), the end of the chunk before.
        after: (frames, values), of which the first frames show the same moments as `before`.
    """
    overlap = len(before)
    share = np.zeros((len(after), 1))
    share[:overlap, 0] = 0.5 + 0.5 * np.cos(np.pi * np.arange(overlap) / overlap)
    result = after + share * (before[0] - after[0])
    result[:overlap] = share[:overlap] * before + (1 - share[:overlap]) * result[:overlap]
    return result


def _listened(
    model: DanceModel, samples: np.ndarray, heard: np.ndarray
) -> Iterator[tuple[Tensor, Tensor]]:
    """Yield music features (50, U) and what was heard (50, 12) of chunk after chunk."""
    starts = list(range(0, len(heard) - FRAMES + 1, HOP))
    for some in (starts[at : at + _TOGETHER] for at in range(0, len(starts), _TOGETHER)):
        sounds = np.stack([samples[at * SAMPLES : (at + FRAMES) * SAMPLES] for at in some])
        clock = torch.from_numpy(np.stack([heard[at : at + FRAMES] for at in some]))
        music = model.generator.listen(torch.from_numpy(as_sound(sounds)), clock)
        yield from zip(music, clock, strict=True)


def _padded(frames: int) -> int:
    """Return the frames of as many whole chunks, overlapping, as `frames` need."""
    chunks = max(1, -(-(frames - OVERLAP) // HOP))
    return chunks * HOP + OVERLAP


def _pose(values: np.ndarray) -> Tensor:
    return torch.from_numpy(values.astype(np.float32))

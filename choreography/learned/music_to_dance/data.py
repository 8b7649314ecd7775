"""Chunks of dances, drawn by seed and number of the step."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch
from torch import Tensor

from stickdance.choreography.learned.music_to_dance.clips import SongClip
from stickdance.choreography.learned.music_to_dance.music_frames import as_sound
from stickdance.choreography.learned.music_to_dance.options import FRAMES, SAMPLES

_FEWEST = 4
"""SongClips from which on some are held out."""


@dataclass(frozen=True)
class ChunkBatch:
    """Chunks of 5 s."""

    samples: Tensor
    """(B, 50, 1600) in -1..1."""
    heard: Tensor
    """(B, 50, heard)."""
    poses: Tensor
    """(B, 50, 36), window units."""
    dances: Tensor | None = None
    """(B,) numbers of the clips that chunks were drawn from."""


def split(clips: Sequence[SongClip], held_out: float) -> tuple[list[SongClip], list[SongClip]]:
    """Return the clips to train on and those held out, spread evenly over their names.

    Fewer than four clips are all trained on.
    """
    if held_out <= 0 or len(clips) < _FEWEST:
        return list(clips), []
    ordered = sorted(clips, key=lambda clip: clip.name)
    count = max(1, round(held_out * len(ordered)))
    chosen = set(np.linspace(0, len(ordered) - 1, count + 2).round().astype(int)[1:-1].tolist())
    kept = [clip for place, clip in enumerate(ordered) if place not in chosen]
    return kept, [ordered[place] for place in sorted(chosen)]


def draw(clips: Sequence[SongClip], count: int, seed: int, number: int) -> ChunkBatch:
    """Return `count` chunks from anywhere in the clips; the same seed and number give the same."""
    random = np.random.default_rng((seed, number))
    places = np.array([len(clip) - FRAMES + 1 for clip in clips])
    chosen = random.choice(len(clips), count, p=places / places.sum())
    chunks = [(clips[clip], int(random.integers(places[clip]))) for clip in chosen]
    return replace(batch_of(chunks), dances=torch.from_numpy(chosen))


def grid(clips: Sequence[SongClip], most: int) -> list[tuple[SongClip, int]]:
    """Return at most so many chunks that follow each other, spread over the clips."""
    every = [(clip, at) for clip in clips for at in range(0, len(clip) - FRAMES + 1, FRAMES)]
    chosen = np.linspace(0, len(every) - 1, min(most, len(every))).round().astype(int)
    return [every[place] for place in chosen]


def batch_of(chunks: Sequence[tuple[SongClip, int]], with_sound: bool = True) -> ChunkBatch:
    """Return the chunks that begin at these frames, without their samples where not needed."""
    length = SAMPLES if with_sound else 0
    samples = [clip.samples[at * SAMPLES : at * SAMPLES + FRAMES * length] for clip, at in chunks]
    heard = [clip.heard[at : at + FRAMES] for clip, at in chunks]
    poses = [clip.poses[at : at + FRAMES].reshape(FRAMES, -1) for clip, at in chunks]
    return ChunkBatch(
        torch.from_numpy(as_sound(np.stack(samples))) if with_sound else torch.zeros(0),
        torch.from_numpy(np.stack(heard)),
        torch.from_numpy(np.stack(poses)),
    )

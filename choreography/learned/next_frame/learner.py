"""What one step of learning the next frame does, and the program that learns it.

    frames 0..n-1 of a piece of a clip in, frames 1..n wanted

Adam; the rate falls to nothing as a half cosine over the budget.
"""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from stickdance.checkpoints.errors import BadInput
from stickdance.choreography.learned.learning import Learner, cooled
from stickdance.choreography.learned.next_frame.clips import SmallClip, read_clip
from stickdance.choreography.learned.next_frame.network import NextFrameNetwork
from stickdance.choreography.learned.next_frame.options import NextFrameOptions
from stickdance.choreography.one_thread import one_thread

_LEAST_SHARE = 1e-6  # keeps the logarithms of the cross-entropy finite
_JUDGED = 24  # held-out frames of each clip that a validation looks at
_SETTLED = 0.2
"""Share of the budget after which batch normalisation keeps its means: a step's pieces are of one
clip, and what is usual in one is not in another, as the network has to know."""


class NextFrameLearner(Learner):
    """Network, optimiser and clips (see `learning.Learner`)."""

    def __init__(self, clips: Sequence[SmallClip], options: NextFrameOptions, seed: int) -> None:
        self.clips, self.options, self.seed = clips, options, seed
        self.network = NextFrameNetwork(
            options.filters, options.patch, options.output, options.colour
        )
        optimiser = torch.optim.Adam(self.network.parameters(), options.rate)
        self.parts = {"network": (self.network, optimiser)}

    def step(self, number: int, share: float) -> dict[str, float]:
        """Learn from pieces of one clip."""
        frames = drawn(self.clips, self.options, self.seed, number)
        self.network.train()
        if share >= _SETTLED:
            self.network.norms.eval()
        with one_thread():
            predicted, _ = self.network(frames[:, :-1])
            loss = self._loss(predicted, frames[:, 1:])
            rate = cooled(self.options.rate, share, last=0.0)
            self.descend("network", loss, rate, largest=1.0)
        return {self.options.loss: float(loss.detach())}

    def validate(self) -> dict[str, float]:
        """Return the squared error on held-out frames, as a share of the copied last frame's."""
        self.network.eval()
        ours = copied = 0.0
        for clip in self.clips:
            frames = as_shares(clip.held_out[: _JUDGED + 1])[None]
            with torch.inference_mode(), one_thread():
                predicted, _ = self.network(frames[:, :-1])
            ours += float((predicted - frames[:, 1:]).square().mean())
            copied += float((frames[:, :-1] - frames[:, 1:]).square().mean())
        return {"held_out_of_copied": ours / max(copied, 1e-12)}

    def _loss(self, predicted: Tensor, wanted: Tensor) -> Tensor:
        if self.options.loss == "squared":
            # In grey values: of shares it would be too small for the clipped gradients to matter.
            return functional.mse_loss(255 * predicted, 255 * wanted)
        if self.options.loss == "categorical":
            return categorical(predicted, wanted)
        inside = predicted.clamp(_LEAST_SHARE, 1 - _LEAST_SHARE)
        return functional.binary_cross_entropy(inside, wanted)


def categorical(predicted: Tensor, wanted: Tensor) -> Tensor:
    """Return the cross-entropy of pixels' colours, taken for distributions as Keras does.

    What is predicted is divided by its sum, what is wanted is not: only the ratio of a pixel's
    colours counts, so that no brightness is learnt.

    Args:
        predicted: (batch, time, 3 * height, width) in 0..1.
        wanted: likewise.
    """
    ours, theirs = (each.unflatten(2, (3, -1)) for each in (predicted, wanted))
    shares = ours / ours.sum(dim=2, keepdim=True).clamp_min(_LEAST_SHARE)
    return -(theirs * shares.clamp(_LEAST_SHARE, 1 - _LEAST_SHARE).log()).sum(dim=2).mean()


def drawn(clips: Sequence[SmallClip], options: NextFrameOptions, seed: int, number: int) -> Tensor:
    """Return the pieces that step `number` learns from: (batch, frames + 1, height, width)."""
    draw = np.random.default_rng((seed, number))
    lengths = np.array([clip.training_frames for clip in clips], float)
    frames = clips[draw.choice(len(clips), p=lengths / lengths.sum())].training
    count = min(options.frames + 1, len(frames))
    pieces = []
    for _ in range(options.batch):
        start = int(draw.integers(len(frames) - count + 1))
        piece = frames[start : start + count]
        pieces.append(piece[..., ::-1] if draw.random() < 0.5 else piece)
    return as_shares(np.stack(pieces))


def as_shares(frames: np.ndarray) -> Tensor:
    """Return uint8 frames as float32 in 0..1."""
    return torch.from_numpy(np.ascontiguousarray(frames)).float() / 255


def about(options: NextFrameOptions) -> dict[str, Any]:
    """Return what is needed to build the network again, and how it was trained."""
    return {
        "network": {k: asdict(options)[k] for k in ("filters", "patch", "output", "colour")}
    } | {"options": asdict(options)}


def digest_of(clips: Sequence[SmallClip]) -> list[str]:
    """Return a line for each clip that changes when its frames do."""
    import hashlib

    return [
        f"{clip.name}: {clip.training_frames} of {len(clip.frames)} frames, "
        f"{hashlib.sha256(clip.frames.tobytes()).hexdigest()[:16]}"
        for clip in clips
    ]


def clips_of(sources: Sequence[Path], options: NextFrameOptions) -> list[SmallClip]:
    """Read all footage.

    Raises:
        BadInput: one of them cannot be used.
    """
    if not sources:
        raise BadInput("name at least one video, folder of pictures, or take to learn from")
    return [
        read_clip(path, options.fps, options.held_out, options.patch, options.colour)
        for path in sources
    ]

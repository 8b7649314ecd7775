"""What one step of learning silhouettes does: pictures first, then what follows.

Until its share of the budget is used the auto-encoder learns (binary cross-entropy). Then it stays
as it is, all silhouettes are told in its vectors once, and the LSTM and the feed-forward network
learn what follows (mean squared error).
"""

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from stickdance.checkpoints.errors import BadInput
from stickdance.checkpoints.networks import Trained
from stickdance.choreography.learned.learning import Learner, cooled
from stickdance.choreography.learned.silhouettes.auto_encoder import (
    CODE,
    SilhouetteAutoEncoder,
    as_shares,
    encoded,
    standards,
)
from stickdance.choreography.learned.silhouettes.dynamics import FeedForward, SilhouetteLstm
from stickdance.choreography.learned.silhouettes.options import SilhouetteOptions
from stickdance.choreography.learned.silhouettes.pictures import SilhouetteClip

_LARGEST_STEP = 1.0  # norm of a gradient
_SURPRISING = 24  # pieces of real dance whose surprises are kept
_FIRST_OF_PUBLISHED = 1 / 15  # 10,000 of 150,000 steps at the larger rate
_SURE = 1e-3  # as a share of a code's range: further out nobody is surer
_STARTS = 16  # pieces of real dance that are kept to begin free runs with


class SilhouetteLearner(Learner):
    """Three networks, their optimisers, and silhouettes drawn by seed and step.

    Held-out silhouettes are looked at once, at the end, by `evaluate`.
    """

    def __init__(
        self, clips: Sequence[SilhouetteClip], options: SilhouetteOptions, seed: int
    ) -> None:
        """Prepare pictures and networks.

        Raises:
            BadInput: none is as long as a piece.
        """
        self.options, self.seed = options, seed
        self.length = options.seen + options.told
        self.clips = [clip.pictures[: clip.split] for clip in clips if clip.split > self.length]
        if not self.clips:
            raise BadInput(
                f"no take has {self.length / options.fps:.1f} s to learn from; give longer ones, "
                "or shorten --seen-seconds and --told-seconds"
            )
        self.pictures = np.concatenate(self.clips)
        self.auto_encoder = SilhouetteAutoEncoder()
        self.lstm = SilhouetteLstm(options.units)
        self.feed_forward = FeedForward()
        networks: dict[str, nn.Module] = {
            "auto_encoder": self.auto_encoder,
            "lstm": self.lstm,
            "feed_forward": self.feed_forward,
        }
        self.parts: Trained = {
            name: (network, torch.optim.Adam(network.parameters()))
            for name, network in networks.items()
        }
        self._vectors: list[Tensor] | None = None

    def step(self, number: int, share: float) -> dict[str, float]:
        """Learn pictures or what follows, by the `share` of the budget that is used."""
        random = np.random.default_rng((self.seed, number))
        first = self.options.pictures_share
        if share < first:
            self._vectors = None
            return self._pictures_step(random, share / first)
        return self._following_step(random, (share - first) / (1 - first))

    def weights(self) -> dict[str, Tensor]:
        """Return all three networks, mean and spread of the vectors, and starts of free runs."""
        out = {
            f"{part}.{name}": value
            for part, (network, _) in self.parts.items()
            for name, value in network.state_dict().items()
        }
        mean, spread = self._standards()
        random = np.random.default_rng((self.seed, _STARTS))
        starts = self._pieces(random, _STARTS)[:, : self.options.seen].contiguous()
        surprises = self._surprises(random)
        return out | {"mean": mean, "spread": spread, "starts": starts, "surprises": surprises}

    def _pictures_step(self, random: np.random.Generator, share: float) -> dict[str, float]:
        chosen = random.integers(len(self.pictures), size=self.options.pictures)
        pictures = as_shares(self.pictures[chosen])
        vectors = self.auto_encoder.encode(pictures)
        vectors = vectors + self.options.code_noise * _noise(random, vectors.shape)
        loss = functional.binary_cross_entropy_with_logits(
            self.auto_encoder.logits(vectors), pictures
        )
        self.descend("auto_encoder", loss, self._pictures_rate(share), _LARGEST_STEP)
        return {"pictures": loss.item()}

    def _following_step(self, random: np.random.Generator, share: float) -> dict[str, float]:
        pieces = self._pieces(random, self.options.batch)
        seen, rate = self.options.seen, self._following_rate(share)
        known = pieces[:, :seen] + self.options.input_noise * _noise(
            random, (len(pieces), seen, CODE)
        )
        after, _ = self.lstm(known[:, :-1])
        own = torch.stack(list(self.lstm.free_run(known, self.options.told)), dim=1)
        told = torch.cat([after, own], dim=1)
        loss = functional.mse_loss(told, pieces[:, 1:])
        self.descend("lstm", loss, rate, _LARGEST_STEP)
        baseline = self._baseline_loss(pieces)
        self.descend("feed_forward", baseline, rate, _LARGEST_STEP)
        return {"lstm": loss.item(), "feed_forward": baseline.item()}

    def _baseline_loss(self, pieces: Tensor) -> Tensor:
        told = self.feed_forward(pieces[:, :-2], pieces[:, 1:-1])
        if self.options.baseline_loss == "squared":
            return functional.mse_loss(told, pieces[:, 2:])
        mean, spread = self._standards()
        ours, wanted = ((each * spread + mean + 1) / 2 for each in (told, pieces[:, 2:]))
        sure = ours.clamp(_SURE, 1 - _SURE)
        beyond = (ours - sure).square().mean()  # or what left the range would never come back
        return functional.binary_cross_entropy(sure, wanted.clamp(0, 1)) + beyond

    def _pictures_rate(self, share: float) -> float:
        """Return the auto-encoder's rate at a share, 0..1, of its training."""
        rate = self.options.rate
        if self.options.as_published:
            return rate if share < _FIRST_OF_PUBLISHED else rate / 10
        return cooled(rate, share)

    def _following_rate(self, share: float) -> float:
        rate = self.options.dance_rate
        return rate if self.options.as_published else cooled(rate, share)

    def _pieces(self, random: np.random.Generator, count: int) -> Tensor:
        """Return standardised vectors (count, frames, 128)."""
        mean, spread = self._standards()
        assert self._vectors is not None
        lengths = np.array([len(clip) - self.length + 1 for clip in self._vectors], float)
        pieces = []
        for which in random.choice(len(lengths), count, p=lengths / lengths.sum()):
            start = random.integers(int(lengths[which]))
            piece = self._vectors[which][start : start + self.length]
            pieces.append((piece - mean) / spread)
        return torch.stack(pieces)

    @torch.no_grad()
    def _surprises(self, random: np.random.Generator) -> Tensor:
        """Return (surprises, 128): how far real vectors lie from those that were told."""
        pieces = self._pieces(random, _SURPRISING)
        told, _ = self.lstm(pieces[:, :-1])
        known = self.options.seen // 2  # before that the LSTM hardly knows where it is
        return (pieces[:, 1:] - told)[:, known:].flatten(0, 1)

    def _standards(self) -> tuple[Tensor, Tensor]:
        """Return mean and spread of all vectors; they are told anew when pictures were learnt."""
        if self._vectors is None:
            self._vectors = [encoded(self.auto_encoder, clip) for clip in self.clips]
        return standards(torch.cat(self._vectors))


def _noise(random: np.random.Generator, shape: Sequence[int]) -> Tensor:
    return torch.from_numpy(random.standard_normal(tuple(shape), np.float32))

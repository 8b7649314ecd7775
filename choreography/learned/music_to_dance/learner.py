"""One step of learning to dance: the discriminators first, then all that generates.

Two dances are generated for each chunk where there is a code: one by the real dance's code, which
is held to that dance, and one by a random code, which only has to pass for a dance to this music.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from stickdance.checkpoints.networks import Trained
from stickdance.choreography.learned.learning import Learner
from stickdance.choreography.learned.music_to_dance.basis import Components, fitted
from stickdance.choreography.learned.music_to_dance.clips import SongClip
from stickdance.choreography.learned.music_to_dance.dance_model import DanceGenerator, shape_of
from stickdance.choreography.learned.music_to_dance.data import (
    ChunkBatch,
    batch_of,
    draw,
    grid,
    split,
)
from stickdance.choreography.learned.music_to_dance.discriminators import (
    DiscriminatorAnswer,
    GlobalDiscriminator,
    LocalDiscriminator,
)
from stickdance.choreography.learned.music_to_dance.generators import (
    DanceCoder,
    MusicFeatureGenerator,
)
from stickdance.choreography.learned.music_to_dance.losses import (
    PENALTY,
    features_apart,
    gradient_penalty,
    slipping,
    taken_for_real,
    told_apart,
    told_by_code,
)
from stickdance.choreography.learned.music_to_dance.options import FRAMES, MusicToDanceOptions
from stickdance.choreography.learned.music_to_dance.st_gcn import (
    StGcn,
    perceptual_distance,
    published_st_gcn,
)

_GLOBAL_RATE = 5 / 3  # of the other rate: 5e-4 beside 3e-4 as published
_PERCEIVER_RATE = 1e-3
_VALIDATED = 64  # chunks
_MOST_COMPARED = 2000


@dataclass(frozen=True)
class _Danced:
    """What is generated for one batch."""

    music: Tensor
    near: Tensor
    """By the code of the real dance, or without a code."""
    free: Tensor
    """By a random code; `near` itself where there is none or no judge yet."""
    nats: Tensor | None


class DanceLearner(Learner):
    """Networks, optimisers and data of a learned choreographer; a `learning.Learner`."""

    def __init__(self, clips: Sequence[SongClip], options: MusicToDanceOptions, seed: int) -> None:
        """Build the networks; torch's seed decides their weights."""
        self.options, self.seed = options, seed
        self.trained_on, self.held_out = split(clips, options.held_out)
        shape = shape_of(options)
        self.generator = DanceGenerator(shape)
        self.local = LocalDiscriminator()
        self.whole = GlobalDiscriminator(shape.features)
        self.back = MusicFeatureGenerator(shape.features) if shape.music_features else None
        self.coder = self._coder(shape.code) if shape.code else None
        dancing = [net for net in (self.generator, self.back, self.coder) if net is not None]
        self.dancing = nn.ModuleList(dancing)
        self.parts: Trained = {
            "dancing": (self.dancing, _adam(self.dancing, options.rate)),
            "local": (self.local, _adam(self.local, options.rate)),
            "global": (self.whole, _adam(self.whole, options.rate * _GLOBAL_RATE)),
        }
        self.taught = 0
        self.perceiver = (
            self._perceiver() if options.perceptual and not shape.initial_pose else None
        )

    def _perceiver(self) -> StGcn:
        """Return what the pose perceptual loss looks through, which learns first if untaught."""
        if self.options.st_gcn is not None:
            return published_st_gcn(self.options.st_gcn)
        network = StGcn(len(self.trained_on))
        self.parts = {**self.parts, "st_gcn": (network, _adam(network, _PERCEIVER_RATE))}
        self.taught = self.options.st_gcn_steps
        return network

    def _coder(self, code: int) -> DanceCoder:
        """Return the coder, and let codes mean the principal components of the real dances."""
        some = batch_of(grid(self.trained_on, _MOST_COMPARED), with_sound=False)
        heard = self.generator.told(some.heard)
        components = Components(fitted(some.poses, heard), code)
        coder = DanceCoder(code, FRAMES, heard.shape[-1])
        coder.begin_with(components)
        self.generator.poses.begin_with(components)
        return coder

    def step(self, number: int, share: float) -> dict[str, float]:
        """Train on the chunks that `number` draws; return the losses by name."""
        batch = draw(self.trained_on, self.options.batch, self.seed, number)
        if self.perceiver is not None and number < self.taught:
            return self._teach(self.perceiver, batch)
        random = torch.Generator().manual_seed(self.seed * 1_000_003 + number)
        judged = number - self.taught >= self.options.head_start
        danced = self._dance(batch, random, judged)
        losses, judges = self._own_losses(batch, danced), {}
        if judged:
            judges = self._judge_losses(batch, danced, random)
            self._update(("local", "global"), sum(judges.values(), torch.zeros(())))
            losses |= self._judged_losses(batch, danced)
        weights = self._weights()
        total = sum((weights[name] * loss for name, loss in losses.items()), torch.zeros(()))
        self._update(("dancing",), total)
        return {name: float(loss.detach()) for name, loss in {**losses, **judges}.items()}

    def _teach(self, perceiver: StGcn, batch: ChunkBatch) -> dict[str, float]:
        """Let the ST-GCN learn which dance each chunk is of."""
        assert batch.dances is not None
        loss = functional.cross_entropy(perceiver.train()(batch.poses), batch.dances)
        self._update(("st_gcn",), loss)
        return {"st_gcn": float(loss.detach())}

    def validate(self) -> dict[str, float]:
        """Return, on held-out songs, the joints' distance and how much of the movement there is."""
        if not self.held_out:
            return {}
        batch = batch_of(grid(self.held_out, _VALIDATED))
        random = torch.Generator().manual_seed(self.seed)
        self.dancing.eval()
        with torch.inference_mode():
            danced = self._dance(batch, random, True)
        self.dancing.train()
        return {
            "held_out_distance": float(functional.l1_loss(danced.near, batch.poses)),
            "held_out_movement": float(
                _steps(danced.free).abs().mean() / _steps(batch.poses).abs().mean()
            ),
        }

    def weights(self) -> dict[str, Tensor]:
        """Return what dances, and the mean of the poses that dances begin from."""
        firsts = [torch.from_numpy(clip.poses[0].reshape(-1)) for clip in self.trained_on]
        return {**self.generator.state_dict(), "first_pose": torch.stack(firsts).mean(dim=0)}

    def _dance(self, batch: ChunkBatch, random: torch.Generator, freely: bool) -> _Danced:
        music = self.generator.listen(batch.samples, batch.heard)
        first, count = batch.poses[:, 0], len(batch.poses)
        if self.coder is None:
            near = self.generator(music, batch.heard, first, torch.zeros(count, 0))
            return _Danced(music, near, near, None)
        mean, spread = self.coder(batch.poses, self.generator.told(batch.heard))
        noise = torch.randn((2, *mean.shape), generator=random)
        code = mean + noise[0] * (spread / 2).exp()
        near = self.generator(music, batch.heard, first, code)
        free = self.generator(music, batch.heard, first, noise[1]) if freely else near
        return _Danced(music, near, free, told_by_code(mean, spread))

    def _judge_losses(
        self, batch: ChunkBatch, danced: _Danced, random: torch.Generator
    ) -> dict[str, Tensor]:
        music, free, real = danced.music.detach(), danced.free.detach(), batch.poses

        def judge(poses: Tensor) -> DiscriminatorAnswer:
            judgement: DiscriminatorAnswer = self.whole(poses, music)
            return judgement

        penalty = gradient_penalty(judge, real, free, random)
        return {
            "local_judge": told_apart(self.local(real), self.local(free)),
            "global_judge": told_apart(judge(real), judge(free)) + PENALTY * penalty,
        }

    def _own_losses(self, batch: ChunkBatch, danced: _Danced) -> dict[str, Tensor]:
        losses = {"distance": functional.l1_loss(danced.near, batch.poses)}
        if self.options.movement:
            losses["movement"] = functional.l1_loss(_steps(danced.near), _steps(batch.poses))
        if self.options.contact:
            losses["contact"] = slipping(danced.near, batch.poses)
        if danced.nats is not None:
            losses["nats"] = danced.nats
        if self.perceiver is not None:
            losses["perceptual"] = perceptual_distance(
                self.perceiver.eval().requires_grad_(False), danced.near, batch.poses
            )
        if self.back is not None:
            losses["music"] = functional.l1_loss(self.back(danced.near), danced.music)
        return losses

    def _judged_losses(self, batch: ChunkBatch, danced: _Danced) -> dict[str, Tensor]:
        # The judge must not teach the encoder what it wants to hear.
        heard = danced.music.detach()
        verdict = self.whole(danced.free, heard)
        near = verdict if danced.free is danced.near else self.whole(danced.near, heard)
        return {
            "local": taken_for_real(self.local(danced.free)),
            "global": taken_for_real(verdict),
            "matching": features_apart(self.whole(batch.poses, heard), near),
        }

    def _weights(self) -> dict[str, float]:
        options = self.options
        return {
            "distance": options.distance, "movement": options.movement, "contact": options.contact,
            "nats": options.freedom, "matching": options.matching, "local": 1.0, "global": 1.0,
            "music": 1.0, "perceptual": options.perceptual,
        }  # fmt: skip

    def _update(self, names: Sequence[str], loss: Tensor) -> None:
        for name in names:
            self.parts[name][1].zero_grad()
        loss.backward()
        for name in names:
            self.parts[name][1].step()


def _adam(network: nn.Module, rate: float) -> torch.optim.Adam:
    return torch.optim.Adam(network.parameters(), rate)


def _steps(poses: Tensor) -> Tensor:
    return poses[:, 1:] - poses[:, :-1]

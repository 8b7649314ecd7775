"""Adversarial training: discriminators, their optimiser, and what both sides lose.

Three published losses, chosen by name:

    least_squares   LSGAN (Mao et al., ICCV 2017), as in pix2pixHD: how far logits are from 1 or 0
    hinge           Lim and Ye (2017), as in imaginaire: no reward beyond a margin of 1
    log             Goodfellow et al. (2014) on logits, which is equation (5) of Islam, Rahman and
                    Amin, "Beat Based Realistic Dance Video Generation using Deep Learning"; the
                    generator's side is the one that does not saturate, -log D(x, G(x))

Conventions
    Losses are scalars, summed over the discriminators' scales, not yet weighted; the
    discriminator's is half the sum of its two sides. Their names are those of `gan_loss_names`;
    discriminators all of whose weights are 0 are not made.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor

from stickdance.synth.generators.discriminator import DiscriminatorOutput, MultiScaleDiscriminator
from stickdance.synth.generators.pix2pixhd import initialise
from stickdance.synth.generators.recipe import Recipe, gan_loss_names
from stickdance.synth.training.losses import feature_matching

_Term = Callable[[Tensor], Tensor]


@dataclass(frozen=True)
class GanLoss:
    """What a logit costs, element by element."""

    real: _Term
    """The discriminator's cost of a real picture's logits."""
    fake: _Term
    """The discriminator's cost of a painted picture's logits."""
    fooled: _Term
    """The generator's cost of a painted picture's logits."""

    def generator_loss(self, fake: Sequence[DiscriminatorOutput]) -> Tensor:
        """Return the generator's loss: high where painted pictures are recognised."""
        return _summed(self.fooled, fake)

    def discriminator_loss(
        self, fake: Sequence[DiscriminatorOutput], real: Sequence[DiscriminatorOutput]
    ) -> Tensor:
        """Return the discriminator's loss: high where it takes one for the other."""
        return (_summed(self.fake, fake) + _summed(self.real, real)) / 2


GAN_LOSSES: dict[str, GanLoss] = {
    "least_squares": GanLoss(
        real=lambda logits: (logits - 1).square(),
        fake=torch.square,
        fooled=lambda logits: (logits - 1).square(),
    ),
    "hinge": GanLoss(
        real=lambda logits: F.relu(1 - logits),
        fake=lambda logits: F.relu(1 + logits),
        fooled=torch.neg,
    ),
    "log": GanLoss(
        real=lambda logits: F.softplus(-logits),
        fake=F.softplus,
        fooled=lambda logits: F.softplus(-logits),
    ),
}


class AdversarialLosses(NamedTuple):
    """What both sides lose on a batch."""

    generator: dict[str, Tensor]
    """By name, not weighted."""
    discriminator: Tensor

    def scaled(self, share: float) -> "AdversarialLosses":
        """Return the losses where only a share of the samples was judged."""
        losses = {name: share * loss for name, loss in self.generator.items()}
        return AdversarialLosses(losses, share * self.discriminator)


class DiscriminatorTrainer:
    """Discriminators of condition and picture together, which learn to tell painted from real."""

    def __init__(self, prefix: str, inputs: int, recipe: Recipe, device: torch.device) -> None:
        """Draw the weights and make the optimiser.

        Args:
            prefix: of the losses' names, e.g. "face_"; "" for whole pictures.
            inputs: channels of condition and picture together.
            recipe: widths, scales, rates, weights and the kind of loss.
            device: where they compute.
        """
        self.prefix, self.recipe = prefix, recipe
        self.loss = GAN_LOSSES[recipe.adversary]
        self.discriminator = MultiScaleDiscriminator(
            inputs, recipe.discriminator_channels, recipe.discriminator_scales
        )
        initialise(self.discriminator)
        self.discriminator.to(device)
        self.optimiser = torch.optim.Adam(
            self.discriminator.parameters(), recipe.discriminator_rate, recipe.betas, fused=True
        )

    @staticmethod
    def is_wanted(prefix: str, weights: Mapping[str, float]) -> bool:
        """Return whether a recipe's weights call for the discriminators of that prefix."""
        return any(weights.get(name, 0) > 0 for name in gan_loss_names(prefix))

    def losses(self, condition: Tensor, real: Tensor, fake: Tensor) -> AdversarialLosses:
        """Judge real and painted pictures.

        Args:
            condition: (B, channels, H, W) what both were made for.
            real: (B, channels, H, W) in [-1, 1].
            fake: as `real`, with the generator's graph.
        """
        seen = self.discriminator(torch.cat([condition, real], 1))
        painted = self.discriminator(torch.cat([condition, fake], 1))
        losses, weights = {}, self.recipe.weights
        adversarial, matching = gan_loss_names(self.prefix)
        if weights.get(adversarial, 0) > 0:
            losses[adversarial] = self.loss.generator_loss(painted)
        if weights.get(matching, 0) > 0:
            losses[matching] = feature_matching(painted, seen)
        return AdversarialLosses(losses, self.loss.discriminator_loss(painted, seen))


def _summed(term: _Term, outputs: Sequence[DiscriminatorOutput]) -> Tensor:
    return torch.stack([term(each.logits.float()).mean() for each in outputs]).sum()

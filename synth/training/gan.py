"""A rival of the generator: discriminators of one kind of picture, their optimiser, their losses.

The losses are named by what is judged: "adversarial", "feature_matching" and "discriminator" for
whole pictures, with the rival's prefix for others, e.g. "face_adversarial". The recipe's weights
have the same names; a rival all of whose weights are 0 does not play.
"""

from collections.abc import Mapping
from typing import NamedTuple

import torch
from torch import Tensor

from stickdance.synth.generators.discriminator import Judgement, MultiScaleDiscriminator
from stickdance.synth.generators.pix2pixhd import initialise
from stickdance.synth.generators.recipe import Recipe
from stickdance.synth.training.gan_losses import ADVERSARIES
from stickdance.synth.training.losses import feature_matching

FACE = "face_"
"""Prefix of the losses' names where heads are judged."""


class Play(NamedTuple):
    """What one round costs both sides."""

    ours: dict[str, Tensor]
    """The generator's losses by name, not weighted."""
    theirs: Tensor
    """The discriminators' loss."""

    def scaled(self, share: float) -> "Play":
        """Return what it costs where only a share of the samples plays."""
        return Play({name: share * loss for name, loss in self.ours.items()}, share * self.theirs)


class Rival:
    """Judges condition and picture together, and learns to tell painted ones from real ones."""

    def __init__(self, prefix: str, inputs: int, recipe: Recipe, device: torch.device) -> None:
        """Draw the weights and make the optimiser.

        Args:
            prefix: of its losses' names, e.g. "face_"; "" for whole pictures.
            inputs: channels of condition and picture together.
            recipe: widths, scales, rates, weights and the game.
            device: where it plays.
        """
        self.prefix, self.recipe = prefix, recipe
        self.adversary = ADVERSARIES[recipe.adversary]
        self.discriminator = MultiScaleDiscriminator(
            inputs, recipe.discriminator_channels, recipe.discriminator_scales
        )
        initialise(self.discriminator)
        self.discriminator.to(device)
        self.optimiser = torch.optim.Adam(
            self.discriminator.parameters(), recipe.discriminator_rate, recipe.betas, fused=True
        )

    @staticmethod
    def plays(prefix: str, weights: Mapping[str, float]) -> bool:
        """Return whether the recipe's weights call for this rival."""
        return any(weights.get(name, 0) > 0 for name in loss_names(prefix))

    def play(self, condition: Tensor, real: Tensor, fake: Tensor) -> Play:
        """Judge real and painted pictures.

        Args:
            condition: (B, channels, H, W) what both were made for.
            real: (B, channels, H, W) in [-1, 1].
            fake: as `real`, with the generator's graph.
        """
        seen = self.discriminator(torch.cat([condition, real], 1))
        painted = self.discriminator(torch.cat([condition, fake], 1))
        return Play(self._ours(painted, seen), self.adversary.discriminator_loss(painted, seen))

    def set_rate(self, factor: float) -> None:
        """Set the learning rate to a share of the recipe's."""
        for group in self.optimiser.param_groups:
            group["lr"] = self.recipe.discriminator_rate * factor

    def _ours(self, painted: list[Judgement], seen: list[Judgement]) -> dict[str, Tensor]:
        losses, weights = {}, self.recipe.weights
        game, matching = loss_names(self.prefix)
        if weights.get(game, 0) > 0:
            losses[game] = self.adversary.generator_loss(painted)
        if weights.get(matching, 0) > 0:
            losses[matching] = feature_matching(painted, seen)
        return losses


def loss_names(prefix: str) -> tuple[str, str]:
    """Return the names of the generator's two losses against a rival."""
    return f"{prefix}adversarial", f"{prefix}feature_matching"

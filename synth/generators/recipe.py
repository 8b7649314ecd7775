"""Recipes: the numbers that a generator is trained by.

A recipe is kept with the performer and with the training's state; carrying on with another one is
refused.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace


@dataclass(frozen=True)
class Recipe:
    """Learning rates, loss weights and when they apply; shares are of the whole budget, 0..1."""

    weights: Mapping[str, float] = field(default_factory=dict)
    """Weight of each loss by name; a loss of weight 0 is not computed."""
    batch: int = 4
    """Samples a step."""
    generator_rate: float = 2e-4
    """Learning rate of the generator (Adam)."""
    discriminator_rate: float = 2e-4
    """Learning rate of the discriminators (Adam)."""
    betas: tuple[float, float] = (0.5, 0.999)
    """Adam's decay rates."""
    coarse_until: float = 0.0
    """Share of the budget for the coarse picture alone, where a generator has one."""
    held_until: float = 0.0
    """Share of the budget up to which the coarse part is then held while the fine one learns."""
    adversary: str = "least_squares"
    """The game of generator and discriminators: a key of `ADVERSARIES`."""
    adversary_from: float = 0.0
    """Share of the budget after which the discriminators take part."""
    adversary_ramp: float = 0.0
    """Share of the budget over which their losses then grow to full weight."""
    clip: float = 0.0
    """Largest norm of the generator's gradient; a longer one is scaled down. 0 lets all pass."""
    decay_from: float = 0.5
    """Share of the budget after which the learning rates fall linearly to 0."""
    average: float = 0.999
    """Decay of the moving average of the generator's weights, which is what is rendered with."""
    discriminator_channels: int = 64
    """Width of the discriminators' first layer."""
    discriminator_scales: int = 3
    """Number of discriminators."""

    def adversary_factor(self, share: float) -> float:
        """Return what the adversary's losses are multiplied by at a share of the budget."""
        if self.adversary_ramp <= 0:
            return float(share >= self.adversary_from)
        return min(1.0, max(0.0, (share - self.adversary_from) / self.adversary_ramp))

    def rate_factor(self, share: float) -> float:
        """Return what the learning rates are multiplied by at a share of the budget."""
        if share <= self.decay_from:
            return 1.0
        return max(0.0, (1.0 - share) / (1.0 - self.decay_from))


COMPACT = Recipe(
    weights={
        "l1": 12.0,
        "structure": 2.0,
        "texture": 40.0,
        "smoothness": 1.0,
        "matte": 2.0,
        "adversarial": 0.5,
        "feature_matching": 5.0,
    },
    batch=4,
    generator_rate=5e-4,
    betas=(
        0.5,
        0.99,
    ),  # with 0.999 a rare gradient makes a step 16 times as long, and once too long
    # Late, when pictures are good already: before, it costs half of each step and gains nothing.
    adversary_from=0.5,
    adversary_ramp=0.1,
    clip=5.0,
    discriminator_channels=32,
    discriminator_scales=2,
)

PIX2PIXHD = Recipe(
    weights={"adversarial": 1.0, "feature_matching": 10.0, "perceptual": 10.0},
    batch=1,
)

PIX2PIXHD_FINE = replace(PIX2PIXHD, coarse_until=0.5, held_until=0.65, decay_from=0.8)

"""Recipes: the numbers that a generator is trained by, and the names of its losses.

Recipe and augmentation are kept with the training's state; carrying on with others is refused.

A loss, its weight in the recipe and its curve have one name. What discriminators judge is named by
a prefix: "adversarial" and "feature_matching" of whole pictures, "face_adversarial" of heads.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

FACE = "face_"
"""Prefix of the losses by discriminators of heads."""
TEMPORAL = "temporal_"
"""Prefix of the losses by discriminators of pairs of frames."""
TEACHER = "teacher_"
"""Prefix of the losses that compare with a teacher's pictures."""


def gan_loss_names(prefix: str) -> tuple[str, str]:
    """Return the names of the generator's two losses by the discriminators of that prefix."""
    return f"{prefix}adversarial", f"{prefix}feature_matching"


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
    """The adversarial loss: a key of `GAN_LOSSES`."""
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


@dataclass(frozen=True)
class Augmentation:
    """How samples are varied; each chance is of one sample, 0..1."""

    gap_seconds: tuple[float, float] = (0.25, 1.5)
    """Warped pixels come from frames at least this far in time (drawn between the two)."""
    reshape: float = 1.0
    """Chance of a small turn, shift and change of size of pose and picture."""
    scale: float = 0.06
    """Largest change of size."""
    turn: float = 3.0
    """Largest turn in degrees."""
    shift: float = 0.02
    """Largest shift as a share of the frame's height."""
    light: float = 0.3
    """Chance of another brightness and colour."""
    gain: float = 0.08
    """Largest change of brightness; of each colour half as much."""
    gamma: float = 0.0
    """Largest change of the exponent of brightness."""
    saturation: float = 0.0
    """Largest change of saturation."""
    flip: float = 0.0
    """Chance of a mirrored picture, left and right joints exchanged; for people alike on both
    sides."""
    lost_limb: float = 0.1
    """Chance that the warped pixels lack part of a limb, which the generator then has to paint."""
    joints: float = 0.004
    """Usual shift of each joint of the stick figure, as a share of the frame's height: no frame is
    known again by the exact place of its joints, so the warped pixels must be looked at."""
    source_noise: float = 0.3
    """Usual change, as a logarithm, of what it costs to take a part's pixels from a filmed frame:
    the warped pixels of one frame come from other frames each time, so that what is wrong with them
    is looked for, not remembered."""
    placed: float = 0.7
    """Chance that the warped pixels lie where the photo has them, by `training.placement`, so that
    the generator learns to trust them instead of hedging."""
    lost_fine: float = 0.3
    """Chance that the stick figure lacks hands and face, as it does in a dance of named actions."""
    lost_stick: float = 0.0
    """Chance that the stick figure lacks part of a limb."""
    windows: bool = True
    """Train on windows around the person instead of whole frames."""
    pairs: bool = False
    """Train on pairs of frames that follow one another, varied alike."""


COMPACT = Recipe(
    weights={
        "l1": 12.0,
        "structure": 2.0,
        "detail": 36.0,
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

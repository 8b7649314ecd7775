"""What generator and discriminator play for: three published games, chosen by name.

    least_squares   LSGAN (Mao et al., ICCV 2017), as in pix2pixHD: how far logits are from 1 or 0
    hinge           Lim and Ye (2017), as in imaginaire: no reward beyond a margin of 1
    log             Goodfellow et al. (2014), the dance paper's equation (5), on logits; the
                    generator's side is the one that does not saturate, -log D(x, G(x))

Conventions
    Every function returns one scalar, summed over the discriminators' scales, not yet weighted. The
    discriminator's is half the sum of its two sides.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

from stickdance.synth.generators.discriminator import Judgement

_Term = Callable[[Tensor], Tensor]


@dataclass(frozen=True)
class Adversary:
    """One game: what a logit costs, element by element."""

    real: _Term
    """The discriminator's cost of a real picture's logits."""
    fake: _Term
    """The discriminator's cost of a painted picture's logits."""
    fooled: _Term
    """The generator's cost of a painted picture's logits."""

    def generator_loss(self, fake: Sequence[Judgement]) -> Tensor:
        """Return what the generator pays for pictures that are seen through."""
        return _summed(self.fooled, fake)

    def discriminator_loss(self, fake: Sequence[Judgement], real: Sequence[Judgement]) -> Tensor:
        """Return what the discriminator pays for taking one for the other."""
        return (_summed(self.fake, fake) + _summed(self.real, real)) / 2


ADVERSARIES: dict[str, Adversary] = {
    "least_squares": Adversary(
        real=lambda logits: (logits - 1).square(),
        fake=torch.square,
        fooled=lambda logits: (logits - 1).square(),
    ),
    "hinge": Adversary(
        real=lambda logits: F.relu(1 - logits),
        fake=lambda logits: F.relu(1 + logits),
        fooled=torch.neg,
    ),
    "log": Adversary(
        real=lambda logits: F.softplus(-logits),
        fake=F.softplus,
        fooled=lambda logits: F.softplus(-logits),
    ),
}
"""Name -> game."""


def _summed(term: _Term, judgements: Sequence[Judgement]) -> Tensor:
    return torch.stack([term(each.logits.float()).mean() for each in judgements]).sum()

"""What the networks learn from, each loss a mean over all its numbers.

Source: Ban 2021, equations 3 to 7: the logarithmic losses of both discriminators, a gradient
penalty (Gulrajani et al. 2017) on the global one, feature matching, L1 and the music features'.
Feet that slip where real ones stand are not in it.
"""

from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn import functional

from stickdance.capture.pose.skeleton import OPENPOSE_18
from stickdance.choreography.learned.music_to_dance.discriminators import DiscriminatorAnswer
from stickdance.choreography.learned.music_to_dance.options import FPS
from stickdance.choreography.learned.music_to_dance.window import HEIGHT, UNIT

PENALTY = 1.0
"""Weight of the gradient penalty."""

_ANKLES = [OPENPOSE_18.index[f"{side}_ankle"] for side in ("left", "right")]
_STANDS = 0.25 * HEIGHT / UNIT / FPS  # window units a frame: a quarter of a height a second
_GROUND = 0.035 * HEIGHT / UNIT


def told_apart(real: DiscriminatorAnswer, generated: DiscriminatorAnswer) -> Tensor:
    """Return a discriminator's loss: -log D(real) - log(1 - D(generated))."""
    taken = functional.softplus(-real.logits).mean()
    refused = functional.softplus(generated.logits).mean()
    return taken + refused


def taken_for_real(generated: DiscriminatorAnswer) -> Tensor:
    """Return the generator's loss before a discriminator: -log D(generated)."""
    return functional.softplus(-generated.logits).mean()


def gradient_penalty(
    judge: Callable[[Tensor], DiscriminatorAnswer],
    real: Tensor,
    generated: Tensor,
    random: torch.Generator,
) -> Tensor:
    """Return how far the judge's slope between real and generated dances is from 1, squared.

    Args:
        judge: judges poses (B, T, 36).
        real: (B, T, 36).
        generated: (B, T, 36).
        random: where between the two it is measured.
    """
    share = torch.rand((len(real), 1, 1), generator=random)
    between = (real + share * (generated - real)).requires_grad_()
    (slope,) = torch.autograd.grad(judge(between).logits.sum(), between, create_graph=True)
    return ((slope.flatten(1).norm(dim=1) - 1) ** 2).mean()


def features_apart(real: DiscriminatorAnswer, generated: DiscriminatorAnswer) -> Tensor:
    """Return the feature matching loss: L1 between what the judge sees in both."""
    pairs = zip(real.features, generated.features, strict=True)
    return torch.stack([functional.l1_loss(ours, theirs.detach()) for theirs, ours in pairs]).sum()


def slipping(generated: Tensor, real: Tensor) -> Tensor:
    """Return how far feet of a dance move, from frame to frame, where those of the real one stand.

    A foot stands while it is slow and near its lowest of the chunk.

    Args:
        generated: (B, T, 36) window units.
        real: (B, T, 36), the dance that is answered.
    """
    ours, theirs = (each.unflatten(-1, (-1, 2))[..., _ANKLES, :] for each in (generated, real))
    moved = (theirs[:, 1:] - theirs[:, :-1]).norm(dim=-1)
    low = theirs[..., 1] > theirs[..., 1].amax(dim=1, keepdim=True) - _GROUND
    stands = (moved < _STANDS) & low[:, 1:] & low[:, :-1]
    away = (ours[:, 1:] - ours[:, :-1]).abs().sum(dim=-1)
    return (away * stands).sum() / stands.sum().clamp(min=1)


def told_by_code(mean: Tensor, spread: Tensor) -> Tensor:
    """Return the nats that codes tell: their divergence from a normal distribution, a chunk's mean.

    Args:
        mean: (B, code).
        spread: (B, code), log variances.
    """
    each = mean.square() + spread.exp() - 1 - spread
    return 0.5 * each.sum(dim=1).mean()

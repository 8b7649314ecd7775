"""Learning rates that fall to almost nothing along half a cosine (Loshchilov and Hutter, 2017)."""

import math

import torch

_LAST = 0.01  # share of the rate that is left at the end


def cool(optimiser: torch.optim.Optimizer, rate: float, share: float, last: float = _LAST) -> None:
    """Set an optimiser's rate to what is left of `rate` at a share of the budget, 0..1.

    At the end `last` of it is left, as a share.
    """
    for group in optimiser.param_groups:
        group["lr"] = rate * max(last, (1 + math.cos(math.pi * share)) / 2)

"""A compact generator as it is computed at rendering: the same answer from fewer, cheaper steps.

    1. enlarging a coarse picture and convolving it with a finer one beside it is a transposed
       convolution of the coarse one plus a convolution of the fine one: 4 of 9 multiplications of
       the coarse part, and nothing is enlarged or laid side by side
    2. enlarging the movement between pixels is repeating it and smoothing with (1, 2, 1) / 4, as is
       done to the colours anyway: one convolution, one shuffle and one smoothing for both

Both hold exactly, at the edges too, but for rounding. Training has no use for them: weights that
stand in several places would be learned apart.
"""

import copy
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from stickdance.synth.generators.compact import CompactGenerator, Halving, Joining, smoothed

_MEETING = ((0, 0, 1), (0, 1, 1), (1, 1, 0), (1, 0, 0))
"""Which of 3 weights meet the same pixel of a picture that is enlarged twice, for 4 of it."""


def folded(generator: nn.Module) -> nn.Module:
    """Return a generator that answers the same, faster; one that is not compact is itself.

    Args:
        generator: with the weights that it keeps; it is left as it is.
    """
    if not isinstance(generator, CompactGenerator):
        return generator
    out = copy.deepcopy(generator)
    out.down_half = _Halved(generator.down_half)  # type: ignore[assignment]
    for name in ("up_eighth", "up_quarter", "up_half"):
        setattr(out, name, _Joined(getattr(generator, name)))
    out.both = _Both(generator.colours, generator.movement)
    return out.requires_grad_(False).eval()


class _Halved(nn.Module):
    """What `Halving` answers, its channels in the order that graphs have an operator for."""

    def __init__(self, halving: Halving) -> None:
        super().__init__()
        convolution, self.activation = halving
        assert isinstance(convolution, nn.Conv2d)
        weight = convolution.weight.detach().unflatten(1, (-1, 4)).transpose(1, 2).flatten(1, 2)
        self.convolution = nn.Conv2d(weight.shape[1], len(weight), 3, padding=1)
        self.convolution.weight = _kept(weight)
        self.convolution.bias = _kept(convolution.bias)

    def forward(self, seen: Tensor) -> Tensor:
        out: Tensor = self.activation(self.convolution(_SpaceToDepth.apply(seen)))
        return out


class _SpaceToDepth(torch.autograd.Function):
    """The four pixels of each block one after the other, each with all of its channels."""

    @staticmethod
    def forward(ctx: object, seen: Tensor) -> Tensor:
        return torch.cat([seen[..., row::2, column::2] for row in (0, 1) for column in (0, 1)], 1)

    @staticmethod
    def symbolic(graph: Any, seen: Any) -> Any:
        return graph.op("SpaceToDepth", seen, blocksize_i=2)


class _Joined(nn.Module):
    """What `Joining` answers, without enlarging."""

    def __init__(self, joining: Joining) -> None:
        super().__init__()
        convolution, self.activation = joining
        assert isinstance(convolution, nn.Conv2d)
        weight, fine = convolution.weight.detach(), convolution.out_channels
        coarse = weight.shape[1] - fine
        meeting = weight.new_tensor(_MEETING)
        spread = torch.einsum("yi,xj,ocij->coyx", meeting, meeting, weight[:, :coarse])
        self.coarse = nn.ConvTranspose2d(coarse, fine, 4, 2, 1, bias=False)
        self.fine = nn.Conv2d(fine, fine, 3, padding=1)
        self.coarse.weight = _kept(spread)
        self.fine.weight, self.fine.bias = _kept(weight[:, coarse:]), _kept(convolution.bias)

    def forward(self, coarse: Tensor, fine: Tensor) -> Tensor:
        out: Tensor = self.activation(self.fine(fine) + self.coarse(coarse))
        return out


class _Both(nn.Module):
    """Colours and movement, between pixels too, by one convolution."""

    def __init__(self, colours: nn.Conv2d, movement: nn.Conv2d) -> None:
        super().__init__()
        self.count = colours.out_channels // 4
        weights = [colours.weight, movement.weight.repeat_interleave(4, 0)]
        biases = [_bias(colours), _bias(movement).repeat_interleave(4, 0)]
        weight = torch.cat(weights)
        self.convolution = nn.Conv2d(weight.shape[1], len(weight), 3, padding=1)
        self.convolution.weight, self.convolution.bias = _kept(weight), _kept(torch.cat(biases))

    def forward(self, features: Tensor) -> tuple[Tensor, Tensor]:
        values = F.pixel_shuffle(self.convolution(features).float(), 2)
        values = smoothed(values, self.convolution.out_channels // 4)
        return values[:, : self.count], values[:, self.count :]


def _bias(convolution: nn.Conv2d) -> Tensor:
    assert convolution.bias is not None
    return convolution.bias


def _kept(values: Tensor | None) -> nn.Parameter:
    assert values is not None
    return nn.Parameter(values.detach().contiguous(), requires_grad=False)

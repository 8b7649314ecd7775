"""Dances as waves on the beat: what a code tells before a network has learnt anything.

The poses of a chunk are approximated by the waves of the beat clock (see `music_frames.beat_clock`)
with a constant, by least squares; the principal components of their coefficients over all chunks
are what dances differ by, and a code's first meaning is its scores in them. A code drawn from a
normal distribution so gives a dance on the beat from the first step of training on; the networks
learn what waves cannot tell: where steps change, how the dance goes on from its initial pose.

Source: principal components of Fourier coefficients of movement, after Unuma et al. 1995 and Troje
2002 (walks); not in Ban 2021.
"""

import torch
from torch import Tensor, nn

_RIDGE = 2.0
"""Frames' worth of nothing that the fit is pulled to, for waves that a chunk hardly shows."""
_LEAST = 1e-4


class DanceBasis(nn.Module):
    """Codes -> dances of waves."""

    def __init__(self, heard: int, pose: int, code: int) -> None:
        """Build the basis.

        Args:
            heard: waves beside the constant.
            pose: numbers of a pose.
            code: numbers of a code.
        """
        super().__init__()
        self.pose = pose
        self.coefficients = nn.Linear(code, (heard + 1) * pose)

    def forward(self, heard: Tensor, code: Tensor) -> Tensor:
        """Return poses (B, T, pose) of waves (B, T, heard) by codes (B, code)."""
        coefficients = self.coefficients(code).reshape(len(code), -1, self.pose)
        poses: Tensor = _with_constant(heard) @ coefficients
        return poses

    def begin_with(self, components: "Components") -> None:
        """Take the principal components of real dances for a start."""
        with torch.no_grad():
            self.coefficients.bias.copy_(components.mean)
            self.coefficients.weight.copy_(components.directions.T * components.spreads)


class Components:
    """Principal components of coefficients (chunks, values)."""

    def __init__(self, coefficients: Tensor, count: int) -> None:
        """Find at most `count`; where chunks have fewer, the rest tell nothing."""
        self.mean = coefficients.mean(dim=0)
        _, values, directions = torch.linalg.svd(coefficients - self.mean, full_matrices=False)
        found = min(count, len(values))
        self.spreads = torch.zeros(count)
        self.spreads[:found] = values[:found] / len(coefficients) ** 0.5
        self.directions = torch.zeros(count, coefficients.shape[1])
        self.directions[:found] = directions[:found]


class Scores(nn.Module):
    """Dances -> their scores in the components, the code's first meaning."""

    def __init__(self, heard: int, pose: int, code: int) -> None:
        """Build it; see `DanceBasis`."""
        super().__init__()
        self.linear = nn.Linear((heard + 1) * pose, code)

    def forward(self, poses: Tensor, heard: Tensor) -> Tensor:
        """Return scores (B, code) of poses (B, T, pose) to waves (B, T, heard)."""
        scores: Tensor = self.linear(fitted(poses, heard))
        return scores

    def begin_with(self, components: Components) -> None:
        """Take the principal components of real dances for a start."""
        there = components.spreads > _LEAST
        shares = torch.where(there, 1 / components.spreads.clamp(min=_LEAST), 0.0)
        with torch.no_grad():
            self.linear.weight.copy_(components.directions * shares[:, None])
            self.linear.bias.copy_(-self.linear.weight @ components.mean)


def fitted(poses: Tensor, heard: Tensor) -> Tensor:
    """Return the coefficients (B, (heard + 1) * pose) of the waves that come nearest to poses."""
    waves = _with_constant(heard)
    ridge = _RIDGE * torch.eye(waves.shape[-1])
    ridge[0, 0] = 1e-6  # the constant is a dance's mean pose, and free
    across = waves.transpose(1, 2)
    return torch.linalg.solve(across @ waves + ridge, across @ poses).flatten(1)


def _with_constant(heard: Tensor) -> Tensor:
    return torch.cat([heard.new_ones((*heard.shape[:-1], 1)), heard], dim=-1)

"""Music features to poses, poses back to music features, and dances to codes.

The pose generator is a linear layer, three residual blocks and a linear layer; the music-feature
generator is the same reversed (paper 001, sections 4.2.2 and 4.2.3). The residual blocks convolve
over the frames, as He et al.'s do over the pixels.

To one music many dances fit, and a network that must name one answers with their average, which
hardly moves. So a code, a few numbers for each chunk, can tell which dance is meant: while training
it is read from the real dance, and kept near a normal distribution, so that a code drawn from that
tells a dance too. Source: Zhu et al. 2017 (BicycleGAN), Kingma and Welling 2014; not in paper 001.
"""

import torch
from torch import Tensor, nn

JOINTS = 18
POSE = 2 * JOINTS


class ResidualBlock(nn.Module):
    """Two convolutions over the frames, added to what comes in."""

    def __init__(self, width: int, kernel: int = 3) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            nn.Conv1d(width, width, kernel, padding=kernel // 2),
            nn.LeakyReLU(0.1),
            nn.Conv1d(width, width, kernel, padding=kernel // 2),
        )

    def forward(self, values: Tensor) -> Tensor:
        """Return (B, width, T)."""
        return values + self.layers(nn.functional.leaky_relu(values, 0.1))


class _FrameNetwork(nn.Module):
    """Linear, three residual blocks, linear: (B, T, inputs) -> (B, T, outputs)."""

    def __init__(self, inputs: int, outputs: int, width: int) -> None:
        super().__init__()
        self.first = nn.Linear(inputs, width)
        self.blocks = nn.Sequential(*(ResidualBlock(width) for _ in range(3)))
        self.last = nn.Linear(width, outputs)

    def forward(self, values: Tensor) -> Tensor:
        inside = self.blocks(self.first(values).transpose(1, 2))
        outputs: Tensor = self.last(inside.transpose(1, 2))
        return outputs


class PoseGenerator(nn.Module):
    """Music features -> poses."""

    def __init__(
        self, features: int, initial_pose: bool = True, code: int = 0, width: int = 128
    ) -> None:
        """Build the generator.

        Args:
            features: of the music, for each frame.
            initial_pose: whether the pose to begin with is given.
            code: numbers that tell which dance is meant.
            width: of the residual blocks.
        """
        super().__init__()
        self.initial = nn.Linear(POSE, features) if initial_pose else None
        inputs = features * (2 if initial_pose else 1) + code
        self.network = _FrameNetwork(inputs, POSE, width)

    def forward(self, music: Tensor, initial: Tensor, code: Tensor) -> Tensor:
        """Return poses (B, T, 36).

        Args:
            music: (B, T, features).
            initial: (B, 36), the pose to begin with.
            code: (B, code).
        """
        told = [music]
        if self.initial is not None:
            told.append(_at_every_frame(self.initial(initial), music))
        if code.shape[1]:
            told.append(_at_every_frame(code, music))
        poses: Tensor = self.network(torch.cat(told, dim=-1))
        return poses


class MusicFeatureGenerator(nn.Module):
    """Poses -> the music features that they dance to."""

    def __init__(self, features: int, width: int = 128) -> None:
        super().__init__()
        self.network = _FrameNetwork(POSE, features, width)

    def forward(self, poses: Tensor) -> Tensor:
        """Return features (B, T, U) of poses (B, T, 36)."""
        features: Tensor = self.network(poses)
        return features


class DanceCoder(nn.Module):
    """A dance of one chunk -> mean and log variance of its code."""

    def __init__(self, code: int, frames: int, width: int = 64) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            nn.Conv1d(POSE, width, 5, stride=2, padding=2),
            nn.LeakyReLU(0.1),
            nn.Conv1d(width, width, 5, stride=2, padding=2),
            nn.LeakyReLU(0.1),
            nn.Conv1d(width, width, 5, stride=2, padding=2),
            nn.LeakyReLU(0.1),
            nn.Flatten(),
            nn.Linear(width * -(-frames // 8), 2 * code),
        )

    def forward(self, poses: Tensor) -> tuple[Tensor, Tensor]:
        """Return mean (B, code) and log variance (B, code) of poses (B, T, 36)."""
        mean, spread = self.layers(poses.transpose(1, 2)).chunk(2, dim=1)
        return mean, spread


def _at_every_frame(values: Tensor, music: Tensor) -> Tensor:
    return values[:, None].expand(-1, music.shape[1], -1)

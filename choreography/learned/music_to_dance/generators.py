"""Music features to poses, poses back to music features, and dances to codes.

The pose generator is a linear layer, three residual blocks and a linear layer; the music-feature
generator is the same reversed (Ban 2021, sections 4.2.2 and 4.2.3). The residual blocks convolve
over the frames, as He et al.'s do over the pixels.

To one music many dances fit, and a network that must name one answers with their average, which
hardly moves: steps to the left and to the right cancel out, and what is left, the bounce common to
all, stops twice a beat. So a code, a few numbers for each chunk, can tell which dance is meant:
while training it is read from the real dance and kept near a normal distribution, so that a code
drawn from that tells a dance too. It begins with the meaning that `basis` gives it, and amplifies
and shifts the channels of the residual blocks, since it tells how the music is danced, not more
music. Sources: Zhu et al. 2017 (BicycleGAN), Kingma and Welling 2014, Perez et al. 2018 (FiLM); not
in Ban 2021.
"""

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from stickdance.choreography.learned.music_to_dance.basis import Components, DanceBasis, Scores

JOINTS = 18
POSE = 2 * JOINTS
BLOCKS = 3
_RATHER_SURE = -2.0  # log variance


class FrameResidualBlock(nn.Module):
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
        self.blocks = nn.ModuleList(FrameResidualBlock(width) for _ in range(BLOCKS))
        self.last = nn.Linear(width, outputs)

    def forward(self, values: Tensor, changes: Sequence[Tensor] = ()) -> Tensor:
        """Return (B, T, outputs).

        Args:
            values: (B, T, inputs).
            changes: (B, 2 * width) before each block: how much its channels are amplified, and what
                is added to them.
        """
        inside = self.first(values).transpose(1, 2)
        for number, block in enumerate(self.blocks):
            if changes:
                more, added = changes[number][..., None].chunk(2, dim=1)
                inside = inside * (1 + more) + added
            inside = block(inside)
        outputs: Tensor = self.last(inside.transpose(1, 2))
        return outputs


class PoseGenerator(nn.Module):
    """Music features -> poses."""

    def __init__(
        self,
        features: int,
        initial_pose: bool = True,
        code: int = 0,
        heard: int = 0,
        width: int = 128,
    ) -> None:
        """Build the generator.

        Args:
            features: of the music, for each frame.
            initial_pose: whether the pose to begin with is given.
            code: numbers that tell which dance is meant.
            heard: waves of the beat clock that codes tell dances in.
            width: of the residual blocks.
        """
        super().__init__()
        self.initial = nn.Linear(POSE, features) if initial_pose else None
        self.basis = DanceBasis(heard, POSE, code) if code else None
        self.changes = nn.Linear(code, BLOCKS * 2 * width) if code else None
        self.network = _FrameNetwork(features * (2 if initial_pose else 1), POSE, width)

    def begin_with(self, components: Components) -> None:
        """Have an untrained generator answer with what the code tells in waves."""
        if self.basis is not None:
            self.basis.begin_with(components)
            with torch.no_grad():
                self.network.last.weight.zero_()
                self.network.last.bias.zero_()

    def forward(self, music: Tensor, heard: Tensor, initial: Tensor, code: Tensor) -> Tensor:
        """Return poses (B, T, 36).

        Args:
            music: (B, T, features).
            heard: (B, T, heard).
            initial: (B, 36), the pose to begin with.
            code: (B, code).
        """
        told = [music]
        if self.initial is not None:
            told.append(self.initial(initial)[:, None].expand(-1, music.shape[1], -1))
        changes = () if self.changes is None else self.changes(code).chunk(BLOCKS, dim=1)
        poses: Tensor = self.network(torch.cat(told, dim=-1), changes)
        return poses if self.basis is None else poses + self.basis(heard, code)


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

    def __init__(self, code: int, frames: int, heard: int = 0, width: int = 64) -> None:
        super().__init__()
        self.scores = Scores(heard, POSE, code)
        self.layers = nn.Sequential(
            nn.Conv1d(POSE, width, 5, stride=2, padding=2),
            nn.LeakyReLU(0.1),
            nn.Conv1d(width, width, 5, stride=2, padding=2),
            nn.LeakyReLU(0.1),
            nn.Conv1d(width, width, 5, stride=2, padding=2),
            nn.LeakyReLU(0.1),
            nn.Flatten(),
        )
        self.last = nn.Linear(width * -(-frames // 8), 2 * code)

    def begin_with(self, components: Components) -> None:
        """Have an untrained coder answer with the dances' scores, and be rather sure of them."""
        self.scores.begin_with(components)
        with torch.no_grad():
            self.last.weight.zero_()
            self.last.bias.zero_()
            self.last.bias.chunk(2)[1].fill_(_RATHER_SURE)

    def forward(self, poses: Tensor, heard: Tensor) -> tuple[Tensor, Tensor]:
        """Return mean (B, code) and log variance (B, code) of poses (B, T, 36)."""
        more, spread = self.last(self.layers(poses.transpose(1, 2))).chunk(2, dim=1)
        return self.scores(poses, heard) + more, spread

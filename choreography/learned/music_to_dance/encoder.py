"""The music encoder: frames of sound in, music features out.

Convolutions over the samples of each frame, a bidirectional recurrent network of two layers over
the frames, one linear layer, which sees once more what was heard beside the samples.

Source: Ban 2021, section 4.2.1, which leaves the convolutions open; ours have strides 32, 5 and 5
over the 1600 samples of a frame.
"""

from collections.abc import Mapping

import torch
from torch import Tensor, nn

RECURRENT: Mapping[str, type[nn.GRU] | type[nn.LSTM]] = {"gru": nn.GRU, "lstm": nn.LSTM}


class MusicEncoder(nn.Module):
    """Sound, and what was heard in it, frame by frame -> features."""

    def __init__(self, features: int, recurrent: str, heard: int, channels: int = 64) -> None:
        """Build the encoder.

        Args:
            features: numbers for each frame that come out.
            recurrent: a key of RECURRENT.
            heard: numbers for each frame that come in beside the samples.
            channels: of the last convolution.
        """
        super().__init__()
        self.convolutions = nn.Sequential(
            _convolution(1, channels // 4, 64, 32, 16),
            _convolution(channels // 4, channels // 2, 5, 5, 0),
            _convolution(channels // 2, channels, 5, 5, 0),
            nn.AdaptiveMaxPool1d(1),
        )
        self.recurrent = RECURRENT[recurrent](
            channels + heard, features // 2, num_layers=2, bidirectional=True, batch_first=True
        )
        self.linear = nn.Linear(features + heard, features)

    def forward(self, samples: Tensor, heard: Tensor) -> Tensor:
        """Return features (B, T, U).

        Args:
            samples: (B, T, S) in -1..1.
            heard: (B, T, heard).
        """
        batch, frames, length = samples.shape
        sounds = self.convolutions(samples.reshape(batch * frames, 1, length))
        both = torch.cat([sounds.reshape(batch, frames, -1), heard], dim=-1)
        remembered = self.recurrent(both)[0]
        features: Tensor = self.linear(torch.cat([remembered, heard], dim=-1))
        return features


def _convolution(inputs: int, outputs: int, width: int, stride: int, padding: int) -> nn.Module:
    return nn.Sequential(
        nn.Conv1d(inputs, outputs, width, stride, padding),
        nn.BatchNorm1d(outputs),
        nn.LeakyReLU(0.1),
    )

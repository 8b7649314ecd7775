"""pix2pixHD's discriminators: 70x70 patches judged at several scales.

Source: Wang et al. (CVPR 2018), shapes and counts of NVIDIA/pix2pixHD. Five layers a scale; a side
of 256 becomes 129, 65, 33, 34, 35. The next scale sees the input at half the resolution.
"""

from dataclasses import dataclass

from torch import Tensor, nn

from stickdance.synth.generators.pix2pixhd import halved


@dataclass(frozen=True)
class DiscriminatorOutput:
    """What one scale answers."""

    logits: Tensor
    """(B, 1, h, w): 1 for real, 0 for generated."""
    features: tuple[Tensor, ...]
    """Activations of the layers before the logits, first to last."""


class Discriminator(nn.Module):
    """One scale: condition and picture together in, one judgement per patch out."""

    def __init__(self, inputs: int = 6, channels: int = 64) -> None:
        """Build the network.

        Args:
            inputs: channels of condition and picture together.
            channels: width of the first layer.
        """
        super().__init__()
        self.layers = nn.ModuleList(
            [
                _layer(inputs, channels, stride=2, normalise=False),
                _layer(channels, 2 * channels, stride=2),
                _layer(2 * channels, 4 * channels, stride=2),
                _layer(4 * channels, 8 * channels, stride=1),
                nn.Conv2d(8 * channels, 1, 4, stride=1, padding=2),
            ]
        )

    def forward(self, inputs: Tensor) -> DiscriminatorOutput:
        """Judge inputs (B, inputs, H, W)."""
        outputs = []
        for layer in self.layers:
            inputs = layer(inputs)
            outputs.append(inputs)
        return DiscriminatorOutput(outputs[-1], tuple(outputs[:-1]))


class MultiScaleDiscriminator(nn.Module):
    """Discriminators of equal shape at full, half, quarter ... resolution."""

    def __init__(self, inputs: int = 6, channels: int = 64, scales: int = 3) -> None:
        """Build `scales` discriminators; see `Discriminator` for the rest."""
        super().__init__()
        self.scales = nn.ModuleList(Discriminator(inputs, channels) for _ in range(scales))

    def forward(self, inputs: Tensor) -> list[DiscriminatorOutput]:
        """Judge inputs (B, inputs, H, W) at every scale, the finest first."""
        outputs = []
        for place, scale in enumerate(self.scales):
            if place:
                inputs = halved(inputs)
            outputs.append(scale(inputs))
        return outputs


def _layer(inputs: int, outputs: int, stride: int, normalise: bool = True) -> nn.Sequential:
    convolution = nn.Conv2d(inputs, outputs, 4, stride=stride, padding=2)
    norm = [nn.InstanceNorm2d(outputs)] if normalise else []
    return nn.Sequential(convolution, *norm, nn.LeakyReLU(0.2, inplace=True))

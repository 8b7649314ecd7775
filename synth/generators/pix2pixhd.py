"""pix2pixHD's generators, layer by layer as published.

Source: Wang et al., "High-Resolution Image Synthesis and Semantic Manipulation with Conditional
GANs" (CVPR 2018); shapes and parameter counts of NVIDIA/pix2pixHD. Every convolution has a bias;
instance normalisation has no parameters and no running statistics.

Conventions
    Input and output are (batch, channels, height, width); pictures in [-1, 1]. Height and width
    must be multiples of `stride`; `WholeFrame` pads what is not.
"""

from collections.abc import Iterator

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from stickdance.synth.generators.compact import Painted


class GlobalGenerator(nn.Module):
    """Down, residual blocks, up: the coarse generator, or the only one."""

    def __init__(
        self,
        inputs: int = 3,
        outputs: int = 3,
        channels: int = 64,
        downsamplings: int = 4,
        blocks: int = 9,
    ) -> None:
        """Build the network.

        Args:
            inputs: channels of the input.
            outputs: channels of the picture.
            channels: width at full resolution; doubled at each downsampling.
            downsamplings: how many times resolution is halved.
            blocks: residual blocks at the lowest resolution.
        """
        super().__init__()
        self.stride = 1 << downsamplings
        self.features = nn.Sequential(
            *_encoder(inputs, channels, downsamplings),
            *(InstanceNormResidual(channels << downsamplings) for _ in range(blocks)),
            *_decoder(channels, downsamplings),
        )
        self.picture = _to_picture(channels, outputs)

    def forward(self, inputs: Tensor) -> Tensor:
        """Return the picture (B, outputs, H, W) in [-1, 1] for inputs (B, inputs, H, W)."""
        return self.picture(self.features(inputs))


class LocalEnhancer(nn.Module):
    """Doubles the resolution of a global generator, whose features it takes in; 3 channels."""

    def __init__(self, channels: int = 32, downsamplings: int = 4, blocks: int = 9) -> None:
        """Build it over a `GlobalGenerator` of these numbers, with half as many channels."""
        super().__init__()
        self.stride = 2 << downsamplings
        coarse = GlobalGenerator(3, 3, 2 * channels, downsamplings, blocks)
        self.global_features = coarse.features
        self.encoder = nn.Sequential(*_encoder(3, channels, 1))
        self.decoder = nn.Sequential(
            *(InstanceNormResidual(2 * channels) for _ in range(3)),
            *_decoder(channels, 1),
            _to_picture(channels, 3),
        )

    def forward(self, inputs: Tensor) -> Tensor:
        """Return the picture (B, 3, H, W) in [-1, 1] for inputs (B, 3, H, W)."""
        coarse = self.global_features(halved(inputs))
        return self.decoder(self.encoder(inputs) + coarse)


class WholeFrame(nn.Module):
    """A published generator as a painter: stick figure in, the whole frame out, room included."""

    def __init__(
        self,
        channels: int = 64,
        downsamplings: int = 4,
        blocks: int = 9,
        enhance: bool = False,
        temporal: bool = False,
        face: nn.Module | None = None,
    ) -> None:
        """Build the network.

        Args:
            channels: width of the global generator at its full resolution.
            downsamplings: how many times the global generator halves the resolution.
            blocks: residual blocks of the global generator.
            enhance: put the local enhancer on top, for frames of 512 pixels and more.
            temporal: look at the frame before too, as in "Everybody Dance Now"; not with an
                enhancer.
            face: mends the head of what is painted, as `FaceRefiner` does.
        """
        super().__init__()
        if enhance and temporal:
            raise ValueError("a temporal generator cannot have a local enhancer")
        self.face, self.temporal = face, temporal
        self.inputs = ("stick", "warped", "plate", *(["before"] if temporal else []))
        self.coarse_picture: nn.Module | None = None
        if enhance:
            self.network: GlobalGenerator | LocalEnhancer = LocalEnhancer(
                channels=channels // 2, downsamplings=downsamplings, blocks=blocks
            )
            # The global generator's own last layers, which the enhancer does without: they are
            # needed to train it on its own.
            self.coarse_picture = _to_picture(channels, 3)
            initialise(self.coarse_picture)
        else:
            self.network = GlobalGenerator(
                6 if temporal else 3, channels=channels, downsamplings=downsamplings, blocks=blocks
            )
        initialise(self.network)

    def forward(
        self,
        stick: Tensor,
        warped: Tensor,
        plate: Tensor,
        head: Tensor | None = None,
        before: Tensor | None = None,
    ) -> Painted:
        """Paint frames (B, 3, H, W) from stick figures alone; the matte is 1 everywhere.

        `warped` and `plate` are taken in for the sake of a common signature and not looked at;
        `head` (B, 4), boxes of `head_boxes`, is for a network that has a face refiner; `before`
        (B, 3, H, W), the frame painted before, for a temporal one; None: there is none.
        """
        seen = stick
        if self.temporal:
            seen = torch.cat([stick, torch.zeros_like(stick) if before is None else before], 1)
        painted = _whole(self.network, seen, self.network.stride)
        if self.face is None or head is None:
            return painted
        return painted._replace(picture=self.face(painted.picture, stick, warped, head))

    def first_before(self, warped: Tensor, plate: Tensor) -> Tensor:
        """Return what stands for the frame before the first: zeros, as published."""
        return torch.zeros_like(warped[:, :3])

    def coarse(self, stick: Tensor) -> Painted:
        """Paint with the global generator alone, as it learns before the enhancer does.

        Args:
            stick: (B, 3, H, W) stick figures at half the size of the finished picture.

        Raises:
            ValueError: there is no enhancer, so nothing is coarse.
        """
        return _whole(self._coarse_network(), stick, self.network.stride // 2)

    def coarse_parameters(self) -> Iterator[nn.Parameter]:
        """Return the weights that `coarse` uses."""
        return self._coarse_network().parameters()

    def _coarse_network(self) -> nn.Sequential:
        if self.coarse_picture is None or not isinstance(self.network, LocalEnhancer):
            raise ValueError("a generator without a local enhancer paints no coarse picture")
        return nn.Sequential(self.network.global_features, self.coarse_picture)


def _whole(network: nn.Module, seen: Tensor, stride: int) -> Painted:
    height, width = seen.shape[-2:]
    padding = (0, -width % stride, 0, -height % stride)
    picture = network(F.pad(seen, padding, value=-1.0))[..., :height, :width]
    return Painted(picture, torch.ones_like(picture[:, :1]))


class InstanceNormResidual(nn.Module):
    """x + two 3x3 convolutions, without an activation after the sum."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.branch = nn.Sequential(
            nn.ReflectionPad2d(1),
            nn.Conv2d(channels, channels, 3),
            nn.InstanceNorm2d(channels),
            nn.ReLU(inplace=True),
            nn.ReflectionPad2d(1),
            nn.Conv2d(channels, channels, 3),
            nn.InstanceNorm2d(channels),
        )

    def forward(self, inputs: Tensor) -> Tensor:
        """Return the input plus what the branch makes of it, same shape."""
        return inputs + self.branch(inputs)


def halved(pictures: Tensor) -> Tensor:
    """Return pictures at half the resolution, averaged over 3x3 pixels without the border."""
    return F.avg_pool2d(pictures, 3, stride=2, padding=1, count_include_pad=False)


def initialise(network: nn.Module) -> None:
    """Draw all convolution weights from N(0, 0.02), as published; biases keep their default."""
    for module in network.modules():
        # Weights that come from a file are not drawn: torch would load its compiler for it.
        if isinstance(module, nn.Conv2d | nn.ConvTranspose2d) and not module.weight.is_meta:
            nn.init.normal_(module.weight, 0.0, 0.02)


def _encoder(inputs: int, channels: int, downsamplings: int) -> list[nn.Module]:
    layers: list[nn.Module] = [
        nn.ReflectionPad2d(3),
        nn.Conv2d(inputs, channels, 7),
        nn.InstanceNorm2d(channels),
        nn.ReLU(inplace=True),
    ]
    for level in range(downsamplings):
        wide = channels << (level + 1)
        layers += [
            nn.Conv2d(wide // 2, wide, 3, stride=2, padding=1),
            nn.InstanceNorm2d(wide),
            nn.ReLU(inplace=True),
        ]
    return layers


def _decoder(channels: int, downsamplings: int) -> list[nn.Module]:
    layers: list[nn.Module] = []
    for level in reversed(range(downsamplings)):
        narrow = channels << level
        layers += [
            nn.ConvTranspose2d(2 * narrow, narrow, 3, stride=2, padding=1, output_padding=1),
            nn.InstanceNorm2d(narrow),
            nn.ReLU(inplace=True),
        ]
    return layers


def _to_picture(channels: int, outputs: int) -> nn.Sequential:
    return nn.Sequential(nn.ReflectionPad2d(3), nn.Conv2d(channels, outputs, 7), nn.Tanh())

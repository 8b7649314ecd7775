"""CompactGenerator: a real-time renderer for CPUs; a person and a matte over the plate.

    1. the warped pixels are laid over the plate: a first guess of the picture
    2. an encoder and decoder with skips, from half size (pixel-unshuffle) down to a sixteenth
    3. it says for each pixel how far to move the warped pixels, a colour of its own, and how much
       of the three to take: moved pixels, own colour, plate

So known pixels stay sharp and only what is wrong or missing in them is painted. There is no
normalisation over the picture: a pixel depends on its surroundings alone, the network may be
trained on windows, and at rendering it runs only on the box around the person.

Pixel-unshuffle and sub-pixel output: Shi et al. (CVPR 2016), initialised against checkerboards
as in Aitken et al. (2017) and smoothed over their period after Sugawara et al. (2018); upsampling
by resize and convolution: Odena et al. (2016).
"""

from collections.abc import Sequence
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from stickdance.synth.generators.crop_window import GRID, CropWindow, window_around

_COARSEST = GRID  # sides of what the network sees are multiples of this
_SOURCES = 3  # moved pixels, own colour, plate; a fourth is the frame before
_RGB = 3
IGNORED, SEEN, BLENDED = range(3)
"""What warped pixels can be for."""


class Painted(NamedTuple):
    """What a generator answers."""

    picture: Tensor
    """(B, 3, H, W) in [-1, 1]."""
    matte: Tensor
    """(B, 1, H, W) in [0, 1]: how much of the person covers the plate."""
    movement: Tensor | None = None
    """(B, 2, H, W) pixels to the right and down of each pixel, from where the warped pixels were
    fetched; a temporal generator adds two for the frame before. Given while training."""


class CompactGenerator(nn.Module):
    """Stick figure, warped pixels and plate in; the person over the plate out."""

    def __init__(
        self,
        channels: Sequence[int] = (32, 64, 128, 192),
        blocks: int = 3,
        reach: float = 8.0,
        temporal: bool = False,
        warped: int = BLENDED,
        face: nn.Module | None = None,
    ) -> None:
        """Build the network; the default has 2.9 million parameters.

        Args:
            channels: feature maps at a half, a quarter, an eighth and a sixteenth of the size.
            blocks: residual blocks at a sixteenth.
            reach: how many pixels, at most, a warped pixel can be moved.
            temporal: look at the frame before too, and take pixels from it.
            warped: what the warped pixels are for: `IGNORED`, `SEEN`, or `BLENDED` into the picture
                too; less is there to be measured.
            face: mends the head of what is painted, as `FaceRefiner` does.
        """
        super().__init__()
        half, quarter, eighth, sixteenth = channels
        self.reach, self.temporal, self.warped = reach, temporal, warped
        self.inputs = ("stick", "warped", "plate", *(["before"] if temporal else []))
        self.down_half = Halving(3 + 3 + 1 + 3 + 3 * temporal, half)
        self.down_quarter = convolution(half, quarter, stride=2)
        self.down_eighth = convolution(quarter, eighth, stride=2)
        self.down_sixteenth = convolution(eighth, sixteenth, stride=2)
        self.blocks = nn.Sequential(*[_Residual(sixteenth) for _ in range(blocks)])
        self.up_eighth = Joining(sixteenth, eighth)
        self.up_quarter = Joining(eighth, quarter)
        self.up_half = Joining(quarter, half)
        self.colours = nn.Conv2d(half, 4 * (_RGB + _SOURCES + temporal), 3, padding=1)
        self.movement = nn.Conv2d(half, 2 * (1 + temporal), 3, padding=1)
        # colours and movement at once, as `fused_convolutions` computes
        self.both: nn.Module | None = None
        self.reset()
        self.face = face

    def reset(self) -> None:
        """Draw the weights anew: at first it shows the warped pixels where they are, unmoved."""
        if self.colours.weight.is_meta:
            return  # weights come from a file; to draw none, torch would load its compiler: 1.5 s
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight, a=_SLOPE)
                _zero(module.bias)
        for module in self.modules():
            if isinstance(module, _Residual):
                module.second.weight.data.mul_(0.1)
        _zero(self.movement.weight)
        # The four pixels of each output block start alike, so that there is no checkerboard.
        weight = self.colours.weight.data
        weight.copy_(0.1 * weight[::4].repeat_interleave(4, 0))

    def forward(
        self,
        stick: Tensor,
        warped: Tensor,
        plate: Tensor,
        head: Tensor | None = None,
        before: Tensor | None = None,
    ) -> Painted:
        """Paint.

        Args:
            stick: (B, 3, H, W) stick figures in [-1, 1].
            warped: (B, 4, H, W) the target's own pixels: RGB in [-1, 1], alpha in [0, 1].
            plate: (1 or B, 3, H, W) the room in [-1, 1].
            head: (B, 4) boxes of `head_boxes`, for a network that has a face refiner.
            before: (B, 3, H, W) in [-1, 1], the frame painted before, moved along with the body,
                for a temporal network; None: there is none.
        """
        painted = self._person(stick, warped, plate, before)
        if self.face is None or head is None:
            return painted
        return painted._replace(picture=self.face(painted.picture, stick, warped, head))

    def first_before(self, warped: Tensor, plate: Tensor) -> Tensor:
        """Return what stands for the frame before the first: the warped pixels over the plate."""
        alpha = warped[:, 3:]
        return warped[:, :3] * alpha + (1 - alpha) * plate

    def _person(
        self, stick: Tensor, warped: Tensor, plate: Tensor, before: Tensor | None
    ) -> Painted:
        plate = plate.expand(len(stick), -1, -1, -1)
        if self.training:
            return self.paint(stick, warped, plate, before)
        place = (..., *_window_around(stick, warped).place)
        recalled = None if before is None else before[place]
        part = self.paint(stick[place], warped[place], plate[place], recalled)
        picture, matte = plate.float().clone(), torch.zeros_like(plate[:, :1], dtype=torch.float32)
        picture[place] = part.picture
        matte[place] = part.matte
        return Painted(picture, matte)

    def paint(
        self, stick: Tensor, warped: Tensor, plate: Tensor, before: Tensor | None = None
    ) -> Painted:
        """Paint all of what is given; arguments are those of `forward`, one plate for each."""
        height, width = stick.shape[-2:]
        margin = (0, -width % _COARSEST, 0, -height % _COARSEST)
        if any(margin):
            stick, warped, plate = (
                F.pad(each, margin, mode="replicate") for each in (stick, warped, plate)
            )
            before = None if before is None else F.pad(before, margin, mode="replicate")
        if self.warped == IGNORED:
            warped = torch.zeros_like(warped)
        alpha = warped[:, 3:]
        own = torch.cat([warped[:, :3] * alpha, alpha], 1)
        guess = own[:, :3] + (1 - alpha) * plate
        recalled = [guess if before is None else before] if self.temporal else []
        features = self._features(torch.cat([stick, guess, alpha * 2 - 1, plate, *recalled], 1))
        colours, shares_of_reach = self._outputs(features)
        movement = self.reach * torch.tanh(shares_of_reach)
        moved = _moved(own, movement[:, :2])
        recalled = [_moved(each, movement[:, 2:]) for each in recalled]
        answers = _blend(moved, self._weighed(colours), plate, *recalled)
        picture, matte, movement = (each[..., :height, :width] for each in (*answers, movement))
        return Painted(picture, matte, movement if self.training else None)

    def _outputs(self, features: Tensor) -> tuple[Tensor, Tensor]:
        """Return colours and shares (B, 6 or 7, H, W), and movement (B, 2 or 4, H, W)."""
        if self.both is not None:
            together: tuple[Tensor, Tensor] = self.both(features)
            return together
        colours = F.pixel_shuffle(self.colours(features).float(), 2)
        colours = smoothed(colours, self.colours.out_channels // 4)
        movement = F.interpolate(self.movement(features).float(), scale_factor=2.0, mode="bilinear")
        return colours, movement

    def _weighed(self, colours: Tensor) -> Tensor:
        """Return what is painted without the warped pixels as a source, where they are none."""
        if self.warped == BLENDED:
            return colours
        # Without them nothing says where the person is, so the room must not be preferred.
        sources = torch.zeros_like(colours[:1, :, :1, :1])
        sources[:, _RGB] = _NEVER
        if self.warped == IGNORED:
            sources[:, _RGB + 2] = -_LEANING
        return colours + sources

    def _features(self, seen: Tensor) -> Tensor:
        half = self.down_half(seen)
        quarter = self.down_quarter(half)
        eighth = self.down_eighth(quarter)
        deepest = self.blocks(self.down_sixteenth(eighth))
        eighth = self.up_eighth(deepest, eighth)
        quarter = self.up_quarter(eighth, quarter)
        return self.up_half(quarter, half)


_SLOPE = 0.1
_LEANING = 4.0  # of the logits towards the warped pixels, or else the plate, before training
_NEVER = -1e4  # logit of what is not taken


class Halving(nn.Sequential):
    """Looks at each block of 2x2 pixels as one pixel of four times as many channels."""

    def __init__(self, inside: int, outside: int) -> None:
        """Take the channels of what comes in and of the answer."""
        super().__init__(*convolution(4 * inside, outside))

    def forward(self, seen: Tensor) -> Tensor:
        """Return (B, outside, H / 2, W / 2) of (B, inside, H, W)."""
        half: Tensor = super().forward(F.pixel_unshuffle(seen, 2))
        return half


class Joining(nn.Sequential):
    """Enlarges a coarse picture twice and convolves it with a finer one."""

    def __init__(self, coarse: int, fine: int) -> None:
        """Take the channels of both; the finer one's are also those of the answer."""
        super().__init__(*convolution(coarse + fine, fine))

    def forward(self, coarse: Tensor, fine: Tensor) -> Tensor:  # type: ignore[override]
        """Return (B, fine, H, W) of (B, coarse, H / 2, W / 2) and (B, fine, H, W)."""
        wide = F.interpolate(coarse, scale_factor=2.0, mode="nearest")
        joined: Tensor = super().forward(torch.cat([wide, fine], 1))
        return joined


class _Residual(nn.Module):
    def __init__(self, channels: int) -> None:
        super().__init__()
        self.first = convolution(channels, channels)
        self.second = nn.Conv2d(channels, channels, 3, padding=1)

    def forward(self, features: Tensor) -> Tensor:
        return features + self.second(self.first(features))


def convolution(inside: int, outside: int, stride: int = 1) -> nn.Sequential:
    """Return a convolution of 3x3 pixels and a leaky ReLU."""
    return nn.Sequential(
        nn.Conv2d(inside, outside, 3, stride, 1), nn.LeakyReLU(_SLOPE, inplace=True)
    )


def _zero(values: Tensor | None) -> None:
    if values is not None:
        nn.init.zeros_(values)


def smoothed(values: Tensor, count: int) -> Tensor:
    """Return the values without what alternates from pixel to pixel: no checkerboard can stay.

    The binomial kernel (1, 2, 1) / 4 answers 0 to the period of two pixels that sub-pixel output
    leaves (cf. Sugawara et al., 2018); fine detail comes from the warped pixels, not from here.
    `count` is how many channels there are: a traced graph has to know.
    """
    line = values.new_tensor([0.25, 0.5, 0.25])
    kernel = (line[:, None] * line).expand(count, 1, 3, 3)
    return F.conv2d(F.pad(values, (1, 1, 1, 1), mode="replicate"), kernel, groups=count)


def _moved(own: Tensor, movement: Tensor) -> Tensor:
    """Return pictures, or premultiplied RGBA, fetched from some pixels away.

    Args:
        own: (B, channels, H, W).
        movement: (B, 2, H, W) pixels to the right and down.
    """
    height, width = own.shape[-2:]
    rows = torch.arange(height, device=own.device, dtype=torch.float32) + 0.5
    columns = torch.arange(width, device=own.device, dtype=torch.float32) + 0.5
    here = torch.stack(torch.meshgrid(columns, rows, indexing="xy"), -1)
    grid = (here + movement.permute(0, 2, 3, 1)) * (2 / (here[-1, -1] + 0.5)) - 1
    return F.grid_sample(own.float(), grid, padding_mode="border", align_corners=False)


def _blend(
    moved: Tensor, colours: Tensor, plate: Tensor, before: Tensor | None = None
) -> tuple[Tensor, Tensor]:
    alpha = moved[:, 3:].clamp(0, 1)
    # Before training: warped pixels where there are any, the plate elsewhere.
    trust = 2 * alpha - 1
    leanings = [_LEANING * trust + 1, torch.zeros_like(trust), -_LEANING * trust]
    if before is not None:
        leanings.append(_LEANING * trust - 0.5)  # less than the warped pixels of this pose
    share = torch.softmax(colours[:, 3:] + torch.cat(leanings, 1), 1)
    own = moved[:, :3] / alpha.clamp(min=0.05)
    picture = share[:, :1] * own + share[:, 1:2] * torch.tanh(colours[:, :3])
    if before is not None:
        picture = picture + share[:, 3:] * before
    return picture + share[:, 2:3] * plate, 1 - share[:, 2:3]


def _window_around(stick: Tensor, warped: Tensor) -> CropWindow:
    """Return the window that holds the person of every sample."""
    there = (stick > -0.98).any(1).any(0) | (warped[:, 3] > 0.02).any(0)
    return window_around(there.cpu().numpy())

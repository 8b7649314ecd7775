"""What a generator is judged by, beside its adversary.

Sources: feature matching and the perceptual loss as in pix2pixHD (Wang et al., CVPR 2018), VGG-19
(Simonyan and Zisserman, 2015).

Conventions
    Every function returns one scalar, not yet weighted. Pictures are (B, 3, H, W) in [-1, 1],
    mattes (B, 1, H, W) in [0, 1].
"""

from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from stickdance.synth.generators.discriminator import DiscriminatorOutput

_PEAK = 2.0  # of pictures in [-1, 1]
_WINDOW = 7  # pixels, of the structure loss
_PERCEPTUAL_LAYERS = {1: 1 / 32, 6: 1 / 16, 11: 1 / 8, 20: 1 / 4, 29: 1.0}  # relu1_1 ... relu5_1


def feature_matching(
    fake: Sequence[DiscriminatorOutput], real: Sequence[DiscriminatorOutput]
) -> Tensor:
    """Return the mean absolute difference of the discriminators' features.

    Summed over scales and layers; each scale weighs 1 / scales and each layer 4 / layers, as
    published.
    """
    terms = [
        F.l1_loss(ours.float(), theirs.detach().float()) * 4 / len(one.features)
        for one, other in zip(fake, real, strict=True)
        for ours, theirs in zip(one.features, other.features, strict=True)
    ]
    return torch.stack(terms).sum() / len(fake)


def matte_loss(matte: Tensor, wanted: Tensor) -> Tensor:
    """Return the binary cross-entropy between a painted matte and the measured one."""
    painted = matte.float().clamp(1e-4, 1 - 1e-4)
    return F.binary_cross_entropy(painted, wanted)


def structure_loss(picture: Tensor, wanted: Tensor) -> Tensor:
    """Return 1 - SSIM over windows of 7x7 pixels, uniformly weighted (Wang et al., 2004)."""
    return 1 - _alike(picture.float(), wanted.float()).mean()


def detail_loss(picture: Tensor, wanted: Tensor, where: Tensor) -> Tensor:
    """Return L1 and a sixth of `structure_loss` in some parts of the picture, over all of it.

    A head and two hands are few pixels, which a mean over the picture hardly sees, and the first
    that people look at.

    Args:
        picture: (B, 3, H, W) in [-1, 1].
        wanted: as `picture`.
        where: (B, 1, H, W) 1 in these parts, 0 elsewhere.
    """
    ours, theirs = picture.float(), wanted.float()
    apart = ((ours - theirs).abs() * where).mean()
    inner = where[..., _WINDOW // 2 : -(_WINDOW // 2), _WINDOW // 2 : -(_WINDOW // 2)]
    return apart + ((1 - _alike(ours, theirs)) * inner).mean() / 6


def _alike(ours: Tensor, theirs: Tensor) -> Tensor:
    """Return SSIM of each window of 7x7 pixels that lies whole in the pictures."""
    mean, other_mean = _mean(ours), _mean(theirs)
    variance, other_variance = _mean(ours**2) - mean**2, _mean(theirs**2) - other_mean**2
    covariance = _mean(ours * theirs) - mean * other_mean
    near, steady = (_PEAK * 0.01) ** 2, (_PEAK * 0.03) ** 2
    alike = (2 * mean * other_mean + near) * (2 * covariance + steady)
    most = (mean**2 + other_mean**2 + near) * (variance + other_variance + steady)
    return alike / most


def texture_loss(picture: Tensor, wanted: Tensor) -> Tensor:
    """Return how far the amount of detail is off: mean gradients of grey over 9x9 pixels.

    It asks how much detail there is, not where, so a picture cannot please it by blur, as it can
    please L1 and SSIM.
    """
    terms = []
    for axis in (-1, -2):
        ours, theirs = (
            F.avg_pool2d(each.float().mean(1, keepdim=True).diff(dim=axis).abs(), 9, 3)
            for each in (picture, wanted)
        )
        terms.append(F.l1_loss(ours, theirs))
    return torch.stack(terms).sum()


def smoothness_loss(movement: Tensor) -> Tensor:
    """Return how much a movement (B, 2, H, W) differs from pixel to pixel: its total variation.

    In pixels, the mean absolute difference across and down, summed. What is moved as a whole costs
    nothing but its border, while a face whose pixels are sent each another way does; without it a
    long training learns such movements by heart and twists what was never filmed.

    Source: the total variation of Rudin, Osher and Fatemi (1992), on the field of a spatial
    transformer (Jaderberg et al., NeurIPS 2015).
    """
    terms = [movement.diff(dim=axis).abs().mean() for axis in (-1, -2)]
    return torch.stack(terms).sum()


class PerceptualLoss(nn.Module):
    """Difference of VGG-19 features of two pictures.

    As in pix2pixHD the pictures go in as they are, in [-1, 1], without ImageNet's normalisation.
    """

    def __init__(self, vgg19_features: nn.Sequential) -> None:
        """Take the convolutions of a trained VGG-19, as of `checkpoints.public.pretrained`."""
        super().__init__()
        last = max(_PERCEPTUAL_LAYERS)
        self.layers = nn.ModuleList(list(vgg19_features.children())[: last + 1])
        for layer in self.layers:
            if isinstance(layer, nn.ReLU):
                layer.inplace = False  # features are kept while later layers run
        self.requires_grad_(False).eval()

    def forward(self, picture: Tensor, wanted: Tensor) -> Tensor:
        """Return the weighted mean absolute differences at five depths, summed."""
        with torch.no_grad():
            targets = self._features(wanted)
        terms = [
            weight * F.l1_loss(ours.float(), theirs.float())
            for ours, theirs, weight in zip(
                self._features(picture), targets, _PERCEPTUAL_LAYERS.values(), strict=True
            )
        ]
        return torch.stack(terms).sum()

    def _features(self, pictures: Tensor) -> list[Tensor]:
        found = []
        for place, layer in enumerate(self.layers):
            pictures = layer(pictures)
            if place in _PERCEPTUAL_LAYERS:
                found.append(pictures)
        return found


def _mean(pictures: Tensor) -> Tensor:
    """Return the means over 7x7 pixels; shifted pictures add up ten times as fast as pools do."""
    return _sums(_sums(pictures.contiguous(), -2), -1) / _WINDOW**2


def _sums(values: Tensor, axis: int) -> Tensor:
    """Return the sums of so many neighbours along an axis."""
    length = values.shape[axis] - _WINDOW + 1
    parts = [values.narrow(axis, first, length) for first in range(_WINDOW)]
    return sum(parts[1:], start=parts[0])

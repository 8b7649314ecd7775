"""LPIPS v0.1 (Zhang et al., 2018): the distance of two pictures in the features of a network.

The linear weights come with the package `lpips`; the backbone's are torchvision's, used where they
are on this computer (see `checkpoints.public.pretrained`). Without them there is no score:
random features are not what the score is defined by.
"""

import hashlib
import threading
import warnings
from collections import OrderedDict
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import torch
from torch import Tensor, nn

from stickdance.checkpoints.errors import BadInput, WeightsAbsent
from stickdance.checkpoints.progress import note
from stickdance.checkpoints.public import pretrained
from stickdance.synth.compute.array_types import Levels
from stickdance.synth.quality.frame_pair import FramePair
from stickdance.synth.quality.metrics import LPIPS_SIDES as SMALLEST_SIDES
from stickdance.synth.quality.psnr import check_same_shape

_BACKBONES = {"alex": "alexnet", "vgg": "vgg16", "squeeze": "squeezenet"}
_REMEMBERED = 4  # pictures whose features are kept: a few frames scored side by side
_TINY = 1e-10  # as in the package, so that a pixel without features is no division by zero

Features = tuple[Tensor, ...]
"""Of one picture: by layer (h * w, channels) float32, each row of length one."""


class Lpips:
    """The distance, or the reason why there is none."""

    def __init__(
        self,
        network: nn.Module | None,
        absent: str = "",
        backbone: str = "alex",
        bfloat16: bool = False,
        device: str = "cpu",
    ) -> None:
        """Keep the network of `lpips_network`, or say why it is absent."""
        self.absent = absent
        """Why there is no score; empty where there is."""
        self.smallest_side = SMALLEST_SIDES[backbone]
        """Pixels; a smaller picture has no score."""
        self._type = torch.bfloat16 if bfloat16 else torch.float32
        self._device = torch.device(device)
        self._network = None if network is None else _prepared(network, self._type, self._device)
        self._remembered: OrderedDict[bytes, Features] = OrderedDict()
        self._lock = threading.Lock()

    def of(self, pair: FramePair) -> float | None:
        """Return the distance of a pair of frames; see `distance`."""
        return self.distance(pair.real, pair.rendered)

    def distance(self, a: Levels, b: Levels) -> float | None:
        """Return the distance (0 = alike) of two uint8 RGB pictures (h, w, 3).

        The features of `a` are remembered for a while: give the picture that many others are
        compared with first.

        Returns:
            None where the weights are absent or a side is below `smallest_side`.

        Raises:
            BadInput: the shapes differ.
        """
        check_same_shape(a, b)
        if self._network is None or min(a.shape[:2]) < self.smallest_side:
            return None
        with torch.inference_mode():
            name = _digest(a)
            known = self._known(name)
            if known is None:
                (known,) = self._features(a)
                self._remember(name, known)
            # never both in one batch: its sums differ in the last digit from those of one picture,
            # and a score must not depend on what was scored before
            (other,) = self._features(b)
            return self._between(known, other)

    def distances(self, a: Sequence[Levels], b: Sequence[Levels]) -> list[float | None]:
        """Return the distances of pairs of one size in one batch, for a GPU; see `distance`."""
        for one, other in zip(a, b, strict=True):
            check_same_shape(one, other)
        if self._network is None or not a or min(a[0].shape[:2]) < self.smallest_side:
            return [None] * len(a)
        with torch.inference_mode():
            features = self._features(*a, *b)
            halves = features[: len(a)], features[len(a) :]
            return [self._between(*pair) for pair in zip(*halves, strict=True)]

    def _features(self, *pictures: Levels) -> list[Features]:
        assert self._network is not None
        shown = _tensor(pictures).to(self._device)
        batch = self._network.scaling_layer(shown).to(self._type)  # type: ignore[operator]
        layers = [_lines(layer) for layer in self._network.net(batch)]  # type: ignore[operator]
        return [tuple(layer[place] for layer in layers) for place in range(len(pictures))]

    def _between(self, a: Features, b: Features) -> float:
        assert self._network is not None
        distance = 0.0
        for first, second, linear in zip(a, b, self._network.lins, strict=True):  # type: ignore[arg-type]
            weights = linear.model[-1].weight.flatten()
            distance += float((first - second).square_().mean(0) @ weights)
        return distance

    def _known(self, name: bytes) -> Features | None:
        with self._lock:
            return self._remembered.get(name)

    def _remember(self, name: bytes, features: Features) -> None:
        with self._lock:
            self._remembered[name] = features
            while len(self._remembered) > _REMEMBERED:
                self._remembered.popitem(last=False)


@lru_cache(maxsize=4)
def load_lpips(backbone: str = "alex", bfloat16: bool = False, device: str = "cpu") -> Lpips:
    """Return LPIPS with its published weights, or why they are absent, which is noted once.

    Raises:
        BadInput: no such backbone.
    """
    if backbone not in _BACKBONES:
        raise BadInput(f"LPIPS has no backbone {backbone!r}; known: {', '.join(_BACKBONES)}")
    try:
        features = pretrained.backbone(_BACKBONES[backbone])
    except WeightsAbsent as error:
        note(f"LPIPS is left out: {error}")
        reason = str(error).partition(";")[0]  # results name no folder of this machine
        return Lpips(None, reason, backbone)
    return Lpips(lpips_network(features, backbone), "", backbone, bfloat16, device)


def check_weights(backbone: str) -> None:
    """Refuse to go on without LPIPS's weights, before any work.

    Raises:
        WeightsAbsent: the backbone's weights are not on this computer.
    """
    pretrained.backbone(_BACKBONES[backbone])


def lpips_network(features: nn.Sequential, backbone: str = "alex") -> nn.Module:
    """Return the network of LPIPS: its linear weights over the layers of torchvision's backbone."""
    import lpips

    # `pnet_rand` keeps the package from downloading the backbone; its weights are set right below
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # it calls torchvision in an older way
        network = lpips.LPIPS(net=backbone, version="0.1", pnet_rand=True, verbose=False)
    trained = features.state_dict()
    # "slice2.3.weight" there is "3.weight" of the layers here
    values = {name: trained[name.split(".", 1)[1]] for name in network.net.state_dict()}
    network.net.load_state_dict(values, strict=True)
    ready: nn.Module = network.eval().requires_grad_(False)
    return ready


def _prepared(network: nn.Module, kind: torch.dtype, device: torch.device) -> nn.Module:
    network = network.to(device, memory_format=torch.channels_last)  # type: ignore[call-overload]
    network.net.to(kind)
    return network


def _lines(layer: Tensor) -> Tensor:
    """Return (pictures, h * w, channels) float32, the features of each pixel of length one."""
    values = layer.float().permute(0, 2, 3, 1).flatten(1, 2)
    lines: Tensor = values / (torch.linalg.vector_norm(values, dim=2, keepdim=True) + _TINY)
    return lines


def _digest(picture: Levels) -> bytes:
    shape = np.array(picture.shape, np.int64).tobytes()
    return hashlib.blake2b(np.ascontiguousarray(picture).data, key=shape, digest_size=16).digest()


def _tensor(pictures: tuple[Levels, ...]) -> Tensor:
    channels = torch.from_numpy(np.stack(pictures)).permute(0, 3, 1, 2)
    return (channels.float() / 127.5 - 1).contiguous(memory_format=torch.channels_last)

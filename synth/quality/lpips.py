"""LPIPS v0.1 (Zhang et al., 2018): the distance of two pictures in the features of AlexNet.

The linear weights come with the package `lpips`; the backbone's are torchvision's, fetched once
(see `checkpoints.pretrained`). Where they cannot be had there is no score: random features are not
what the score is defined by.
"""

import sys
import warnings
from functools import lru_cache

import numpy as np
import torch
from torch import nn

from checkpoints import pretrained
from checkpoints.errors import WeightsAbsent
from synth.quality.psnr import check_same_shape

SMALLEST_SIDE = 32
"""Pixels; fewer vanish in AlexNet's poolings."""


class Lpips:
    """The distance, or the reason why there is none."""

    def __init__(self, network: nn.Module | None, absent: str = "") -> None:
        """Keep the network of `lpips_network`, or say why it is absent."""
        self._network = network
        self.absent = absent
        """Why there is no score; empty where there is."""

    def distance(self, a: np.ndarray, b: np.ndarray) -> float | None:
        """Return the distance (0 = alike) of two uint8 RGB pictures (h, w, 3).

        Returns:
            None where the weights are absent or a side is below 32 pixels.

        Raises:
            BadInput: the shapes differ.
        """
        check_same_shape(a, b)
        if self._network is None or min(a.shape[:2]) < SMALLEST_SIDE:
            return None
        with torch.inference_mode():
            return float(self._network(_tensor(a), _tensor(b)))


@lru_cache(maxsize=1)
def load_lpips() -> Lpips:
    """Return LPIPS with its published weights; their absence is said once, on standard error."""
    try:
        return Lpips(lpips_network(pretrained.alexnet()))
    except WeightsAbsent as error:
        print(f"LPIPS is left out: {error}", file=sys.stderr)
        return Lpips(None, str(error).partition(" (")[0])  # results name no folder of this machine


def lpips_network(features: nn.Sequential) -> nn.Module:
    """Return the network of LPIPS: its linear weights over the layers of torchvision's AlexNet."""
    import lpips

    # `pnet_rand` keeps the package from downloading the backbone; its weights are set right below
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # it calls torchvision in an older way
        network = lpips.LPIPS(net="alex", version="0.1", pnet_rand=True, verbose=False)
    trained = features.state_dict()
    # "slice2.3.weight" there is "3.weight" of the layers here
    values = {name: trained[name.split(".", 1)[1]] for name in network.net.state_dict()}
    network.net.load_state_dict(values, strict=True)
    return network.eval().requires_grad_(False)


def _tensor(picture: np.ndarray) -> torch.Tensor:
    """Return (1, 3, h, w) float32 in [-1, 1]."""
    channels = torch.from_numpy(np.ascontiguousarray(picture)).permute(2, 0, 1)[None]
    return (channels.float() / 127.5 - 1).contiguous(memory_format=torch.channels_last)

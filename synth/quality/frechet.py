"""The distance of two sets of frames in the features of Inception-v3: Fréchet's, and the kernel's.

`fid`, `kid`          with the network that the whole field uses (`fid_inception`): comparable with
                      the numbers of papers, for as many frames
`frechet_inception`, `kid_inception`
                      with torchvision's own training of Inception-v3, pictures scaled by area
                      averaging or bicubically: compare these only with themselves

Frechet's distance (Heusel et al., 2017) is that of the two Gaussians of the features, 2048 numbers
of the last pooling. The kernel's (Binkowski et al., 2018) is the unbiased squared MMD with the
kernel (x . y / 2048 + 1)^3, over all pairs of at most 1,000 frames of each side.
Fewer frames than a few thousand make the Fréchet distance larger than it is; the kernel's is right
on average for any number. Both are given with the number of frames, 32 MB a side at most are kept.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from stickdance.checkpoints.errors import WeightsAbsent
from stickdance.checkpoints.progress import note
from stickdance.synth.compute.array_types import Floats, Levels
from stickdance.synth.quality.metrics import FRECHET, OF_SETS

if TYPE_CHECKING:
    from torch import Tensor, nn

FEATURES = 2048
_FEWEST = 2
_IN_KERNEL = 1000  # frames of a side that the kernel looks at


class Features:
    """Vectors that are seen one by one; once there are as many as numbers in each, their sums."""

    def __init__(self, length: int) -> None:
        self.count = 0
        self._rows: list[Floats] = []
        self._sum = np.zeros(length)
        self._products: Floats | None = None
        self._evenly: list[Floats] = []
        self._step = 1

    def add(self, vector: Floats) -> None:
        """Count a vector (length,)."""
        if self.count % self._step == 0:
            self._evenly.append(vector)
            if len(self._evenly) > _IN_KERNEL:
                self._evenly, self._step = self._evenly[::2], 2 * self._step
        self.count += 1
        self._sum += vector
        if self._products is not None:
            self._products += np.outer(vector, vector)
            return
        self._rows.append(vector)
        if len(self._rows) > len(vector):
            rows = np.stack(self._rows)
            self._products, self._rows = rows.T @ rows, []

    @property
    def mean(self) -> Floats:
        """Return (length,)."""
        return self._sum / self.count

    @property
    def kept(self) -> Floats:
        """Return vectors evenly over all, at most 1,000: (n, length)."""
        return np.stack(self._evenly)

    @property
    def root(self) -> Floats:
        """Return A (length, n) with A A' the covariance, divided by the count less one."""
        if self._products is None:
            centred = np.stack(self._rows) - self.mean
            return np.asarray(centred.T / np.sqrt(self.count - 1))
        scatter = self._products - self.count * np.outer(self.mean, self.mean)
        values, vectors = np.linalg.eigh(scatter / (self.count - 1))
        return np.asarray(vectors * np.sqrt(values.clip(min=0)))


def frechet_distance(a: Features, b: Features) -> float:
    """Return |m1 - m2|^2 + tr(C1 + C2 - 2 (C1 C2)^(1/2)), never below 0.

    With C1 = A A' and C2 = B B' the trace of the root is the sum of the singular values of A' B: a
    small matrix where there are few frames, and no root of rounding errors.
    """
    apart, first, second = a.mean - b.mean, a.root, b.root
    shared = np.linalg.svd(first.T @ second, compute_uv=False).sum()
    distance = apart @ apart + np.square(first).sum() + np.square(second).sum() - 2 * shared
    return max(0.0, float(distance))


def kernel_distance(a: Features, b: Features) -> float:
    """Return the unbiased squared maximum mean discrepancy, which may be a little below 0."""
    x, y = a.kept, b.kept

    def kernel(one: Floats, other: Floats) -> Floats:
        return np.asarray((one @ other.T / one.shape[1] + 1) ** 3)

    def within(one: Floats) -> float:
        values, count = kernel(one, one), len(one)
        return float((values.sum() - np.trace(values)) / (count * (count - 1)))

    return within(x) + within(y) - 2 * float(kernel(x, y).mean())


Network = tuple["nn.Module", "Callable[[Any], Tensor]"]
"""What gives (n, 2048) features, and what makes its input of a picture."""


def network_of(key: str) -> Network:
    """Return the network of a distance, a key of `OF_SETS`.

    Raises:
        WeightsAbsent: its weights are not on this computer.
    """
    if key == FRECHET:
        from stickdance.checkpoints.public import pretrained

        return pretrained.inception(), pretrained.inception_input
    from stickdance.checkpoints.public.fid_inception import fid_inception, fid_input

    return fid_inception(), fid_input


def check_weights(key: str) -> None:
    """Refuse to go on without a distance's weights, before any work.

    Raises:
        WeightsAbsent: they are not on this computer.
    """
    network_of(key)


class FrechetDistance:
    """Gathers the features of both sides while frames are scored."""

    def __init__(self, key: str = FRECHET) -> None:
        """Load the network of a key of `OF_SETS`, or remember why it is absent."""
        self._sides = Features(FEATURES), Features(FEATURES)
        self._keys = key, OF_SETS[key]
        self._network: Network | None = None
        self._absent = ""
        try:
            self._network = network_of(key)
        except WeightsAbsent as error:
            note(f"{key} is left out: {error}")
            self._absent = str(error).partition(";")[0]

    def add(self, real: Levels, rendered: Levels) -> None:
        """Count a pair of RGB frames, uint8 or float32 in 0..255."""
        if self._network is None:
            return
        for side, picture in zip(self._sides, (real, rendered), strict=True):
            side.add(_features(self._network, picture))

    def distances(self) -> tuple[dict[str, float | None], str]:
        """Return both distances, and why they are None where they are."""
        nothing = dict.fromkeys(self._keys)
        if self._absent:
            return nothing, self._absent
        if self._sides[0].count < _FEWEST:
            return nothing, f"needs at least {_FEWEST} frames"
        found = frechet_distance(*self._sides), kernel_distance(*self._sides)
        return dict(zip(self._keys, found, strict=True)), ""

    @property
    def count(self) -> int:
        """Return how many frames of each side were counted."""
        return self._sides[0].count


def _features(network: Network, picture: Levels) -> Floats:
    import torch

    with torch.inference_mode():
        features: Floats = network[0](network[1](picture)[None])[0].double().numpy()
        return features

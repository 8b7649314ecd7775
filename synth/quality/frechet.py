"""The distance of two sets of frames in the features of Inception-v3: Fréchet's, and the kernel's.

`frechet_inception`   Heusel et al. (2017): of the two Gaussians of the features
`kid_inception`       Binkowski et al. (2018): the unbiased squared MMD with the kernel
                      (x . y / 2048 + 1)^3, over all pairs of at most 1,000 frames of each side

The backbone is torchvision's Inception-v3, trained on ImageNet, its last pooling (2048 numbers);
pictures are scaled to 299x299 by area averaging or bicubically and normalised as it was trained.
The original FID and KID use another training of that network: compare these only with themselves.
Fewer frames than a few thousand make the Fréchet distance larger than it is; the kernel's is right
on average for any number. Both are given with the number of frames, 32 MB a side at most are kept.
"""

import numpy as np

from stickdance.checkpoints.errors import WeightsAbsent
from stickdance.checkpoints.progress import note
from stickdance.checkpoints.public import pretrained
from stickdance.synth.compute.array_types import Floats, Levels
from stickdance.synth.quality.metrics import FRECHET, KID

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


class FrechetDistance:
    """Gathers the features of both sides while frames are scored."""

    def __init__(self) -> None:
        """Load the network, or remember why it is absent."""
        self._sides = Features(FEATURES), Features(FEATURES)
        self._absent = ""
        try:
            self._network = pretrained.inception()
        except WeightsAbsent as error:
            note(f"the Frechet distance is left out: {error}")
            self._absent = str(error).partition(";")[0]

    def add(self, real: Levels, rendered: Levels) -> None:
        """Count a pair of uint8 RGB frames."""
        if self._absent:
            return
        for side, picture in zip(self._sides, (real, rendered), strict=True):
            side.add(self._features(picture))

    def distances(self) -> tuple[dict[str, float | None], str]:
        """Return both distances, and why they are None where they are."""
        nothing = dict.fromkeys((FRECHET, KID))
        if self._absent:
            return nothing, self._absent
        if self._sides[0].count < _FEWEST:
            return nothing, f"needs at least {_FEWEST} frames"
        return {FRECHET: frechet_distance(*self._sides), KID: kernel_distance(*self._sides)}, ""

    @property
    def count(self) -> int:
        """Return how many frames of each side were counted."""
        return self._sides[0].count

    def _features(self, picture: Levels) -> Floats:
        import torch

        with torch.inference_mode():
            batch = pretrained.inception_input(picture)[None]
            features: Floats = self._network(batch)[0].double().numpy()
            return features

"""The Fréchet distance of two sets of frames in the features of Inception-v3 (Heusel et al., 2017).

The backbone is torchvision's Inception-v3, trained on ImageNet, its last pooling (2048 numbers);
pictures are scaled to 299x299 by area averaging or bicubically and normalised as it was trained.
The original FID uses another training of that network: compare `frechet_inception` only with
itself. Fewer frames than a few thousand make it larger than it is. Only means and sums of products
are kept, 64 MB however many frames there are.
"""

import numpy as np

from stickdance.checkpoints.errors import WeightsAbsent
from stickdance.checkpoints.progress import note
from stickdance.checkpoints.public import pretrained
from stickdance.synth.compute.array_types import Floats, Levels

FEATURES = 2048
_FEWEST = 2


class Gaussian:
    """Mean and covariance of vectors that are seen one by one."""

    def __init__(self, length: int) -> None:
        self.count = 0
        self._sum = np.zeros(length)
        self._products = np.zeros((length, length))

    def add(self, vector: Floats) -> None:
        """Count a vector (length,)."""
        self.count += 1
        self._sum += vector
        self._products += np.outer(vector, vector)

    @property
    def mean(self) -> Floats:
        """Return (length,)."""
        return self._sum / self.count

    @property
    def covariance(self) -> Floats:
        """Return (length, length), divided by the count less one."""
        return (self._products - self.count * np.outer(self.mean, self.mean)) / (self.count - 1)


def frechet_distance(a: Gaussian, b: Gaussian) -> float:
    """Return |m1 - m2|^2 + tr(C1 + C2 - 2 (C1 C2)^(1/2)), never below 0."""
    apart = a.mean - b.mean
    first, second = a.covariance, b.covariance
    # the trace of a root is the sum of the roots of the eigenvalues, real and not negative but for
    # rounding, as both are covariances
    values = np.linalg.eigvals(first @ second).real.clip(min=0)
    distance = apart @ apart + np.trace(first) + np.trace(second) - 2 * np.sqrt(values).sum()
    return max(0.0, float(distance))


class FrechetDistance:
    """Gathers the features of both sides while frames are scored."""

    def __init__(self) -> None:
        """Load the network, or remember why it is absent."""
        self._sides = Gaussian(FEATURES), Gaussian(FEATURES)
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

    def distance(self) -> tuple[float | None, str]:
        """Return the distance or None, and in that case why."""
        if self._absent:
            return None, self._absent
        if self._sides[0].count < _FEWEST:
            return None, f"needs at least {_FEWEST} frames"
        return frechet_distance(*self._sides), ""

    def _features(self, picture: Levels) -> Floats:
        import torch

        with torch.inference_mode():
            batch = pretrained.inception_input(picture)[None]
            features: Floats = self._network(batch)[0].double().numpy()
            return features

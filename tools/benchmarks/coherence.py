"""Coherence: whether every small piece of a picture looks like a piece of real ones.

A face whose eyes are askew can score well by PSNR and SSIM, which compare pixel by pixel and are
pleased by each pixel that is nearly right. But no piece of a real face looks like its eyes. So each
patch of a picture is compared with the real patch that is most like it, wherever that one lies: the
"coherence" half of the bidirectional similarity of Simakov et al. (CVPR 2008).

Beside real pictures never seen, scored the same way, the figure tells what is invented. A patch of
a blurred picture is like no real one either, but one of a plain wall always is: compare pictures of
the same thing.
"""

from collections.abc import Iterable, Sequence

import numpy as np

PATCH = 9
"""Side of a patch in pixels."""
_STEP = 3  # pixels between the patches that are judged
_MOST = 60_000  # real patches compared with, about
_NOTHING = np.zeros((0, 0, 3), np.uint8)
_AT_ONCE = 256  # patches judged at once


class Coherence:
    """Judges pictures by the patches of real ones."""

    def __init__(self, real: Sequence[np.ndarray], seed: int = 0) -> None:
        """Keep the patches of real pictures, or a random share of those of each.

        Args:
            real: uint8 RGB (height, width, 3) each, of any sizes.
            seed: of what is kept, where there are more than 60,000 patches.

        Raises:
            ValueError: no picture is as large as a patch.
        """
        random, most = np.random.default_rng(seed), -(-_MOST // max(1, len(real)))
        kept = [_some(_patches(picture), most, random) for picture in real]
        self._real = np.concatenate([_patches(_NOTHING), *kept]).astype(np.float32)
        if not len(self._real):
            raise ValueError(f"coherence: expected a picture of {PATCH}x{PATCH} pixels or more")
        self._squares = np.einsum("ij,ij->i", self._real, self._real)

    def distance(self, pictures: Iterable[np.ndarray]) -> float:
        """Return how far patches are from the likest real ones: root mean square, grey levels.

        Args:
            pictures: uint8 RGB (height, width, 3) each; smaller ones than a patch do not count.

        Returns:
            0 where every patch is a real one; NaN where there is none.
        """
        sums, count = 0.0, 0
        for picture in pictures:
            patches = _patches(picture, _STEP).astype(np.float32)
            for start in range(0, len(patches), _AT_ONCE):
                sums += float(self._least(patches[start : start + _AT_ONCE]).sum(dtype=np.float64))
            count += patches.size
        return float(np.sqrt(sums / count)) if count else float("nan")

    def _least(self, patches: np.ndarray) -> np.ndarray:
        squares = np.einsum("ij,ij->i", patches, patches)
        products = patches @ self._real.T
        apart: np.ndarray = (self._squares - 2 * products).min(1) + squares
        return apart.clip(0)


def _some(patches: np.ndarray, most: int, random: np.random.Generator) -> np.ndarray:
    return patches[random.permutation(len(patches))[:most]]


def _patches(picture: np.ndarray, step: int = 1) -> np.ndarray:
    if min(picture.shape[:2]) < PATCH:
        return np.zeros((0, PATCH**2 * 3), picture.dtype)
    windows = np.lib.stride_tricks.sliding_window_view(picture, (PATCH, PATCH, 3))
    return windows[::step, ::step].reshape(-1, PATCH**2 * 3)

import numpy as np
import pytest
import torch

from stickdance.checkpoints.errors import BadInput
from stickdance.synth.quality.batches import batch_mse, batch_similarities
from stickdance.synth.quality.psnr import mse
from stickdance.synth.quality.ssim import similarities


def batch(seed, shape=(3, 180, 171, 3)):
    random = np.random.default_rng(seed)
    a = np.clip(np.cumsum(random.normal(0, 4, shape), axis=2) + 120, 0, 255)
    b = np.clip(a + random.normal(0, 15, shape), 0, 255)
    return a.astype(np.uint8), b.astype(np.uint8)


def tensors(*batches):
    return tuple(torch.from_numpy(x).permute(0, 3, 1, 2) for x in batches)


def test_each_pair_scores_as_the_kernels_do():
    a, b = batch(0)
    found = batch_similarities(*tensors(a, b))
    for x, y, one in zip(a, b, found, strict=True):
        alone = similarities(x, y)
        assert one.ssim_gaussian == pytest.approx(alone.ssim_gaussian, abs=1e-6)
        assert one.ssim_skimage == pytest.approx(alone.ssim_skimage, abs=1e-6)
        assert one.ms_ssim == pytest.approx(alone.ms_ssim, abs=1e-6)
    assert batch_mse(*tensors(a, b)) == [mse(x, y) for x, y in zip(a, b, strict=True)]


def test_what_is_too_small_or_not_wanted_is_none():
    a, b = batch(1, (2, 40, 40, 3))
    found = batch_similarities(*tensors(a, b), ("ssim_gaussian", "ms_ssim"))
    assert all(one.ms_ssim is None and one.ssim_skimage is None for one in found)
    assert all(one.ssim_gaussian is not None for one in found)


def test_other_shapes_are_refused():
    with pytest.raises(BadInput, match="expected the same"):
        batch_similarities(torch.zeros(1, 3, 20, 20), torch.zeros(1, 3, 20, 21))

import numpy as np
import pytest
import torch
from skimage.metrics import peak_signal_noise_ratio, structural_similarity

from stickdance.checkpoints.errors import BadInput, WeightsAbsent
from stickdance.checkpoints.public import pretrained
from stickdance.synth.quality import functional
from stickdance.synth.quality.lpips import load_lpips


def pair(seed=0, shape=(170, 190, 3)):
    random = np.random.default_rng(seed)
    a = np.cumsum(random.normal(0, 4, shape), axis=1) + 120
    b = a + random.normal(0, 12, shape)
    return tuple(np.clip(x, 0, 255).astype(np.uint8) for x in (a, b))


def as_tensor(*arrays):
    return tuple(torch.from_numpy(x).permute(2, 0, 1) for x in arrays)


def test_arrays_agree_with_scikit_image():
    a, b = pair()
    assert functional.psnr(a, b) == pytest.approx(peak_signal_noise_ratio(a, b), abs=1e-9)
    assert functional.ssim(a, b, "skimage") == pytest.approx(
        structural_similarity(a, b, channel_axis=2), abs=1e-6
    )


@pytest.mark.parametrize("score", ["mse", "psnr", "ssim", "ms_ssim"])
def test_arrays_tensors_and_floats_of_the_same_pictures_score_the_same(score):
    a, b = pair()
    function = getattr(functional, score)
    whole, tensors = function(a, b), as_tensor(a, b)
    assert function(*tensors) == whole
    assert function(*(x / 255 for x in tensors)) == pytest.approx(whole, rel=1e-5)
    assert function(*(x.float() for x in tensors), data_range=255) == pytest.approx(whole, rel=1e-6)


@pytest.mark.parametrize("score", ["mse", "psnr", "ssim", "ms_ssim"])
@pytest.mark.parametrize("kind", [np.int64, np.int32, np.int16, np.uint32])
def test_whole_numbers_of_any_width_are_levels_of_eight_bits(score, kind):
    a, b = pair()
    function = getattr(functional, score)
    assert function(a.astype(kind), b.astype(kind)) == function(a, b)
    if kind is not np.uint32:
        assert function(*as_tensor(a.astype(kind), b.astype(kind))) == function(a, b)


def test_sixteen_bits_are_compared_at_sixteen_bits():
    random = np.random.default_rng(1)
    a = random.integers(0, 65000, (40, 50, 3)).astype(np.uint16)
    b = a + np.uint16(210)
    expected = 20 * np.log10(65535 / 210)
    assert functional.psnr(a, b, data_range=65535) == pytest.approx(expected, abs=1e-4)
    tensors = as_tensor(a, b)
    assert functional.psnr(*tensors, data_range=65535) == pytest.approx(expected, abs=1e-4)


def test_many_pairs_give_the_mean_of_their_scores():
    pairs = [pair(seed) for seed in range(3)]
    a, b = (np.stack(side) for side in zip(*pairs, strict=True))
    each = [functional.ssim(x, y) for x, y in pairs]
    assert functional.ssim(a, b) == pytest.approx(np.mean(each), abs=1e-12)


def test_luma_is_that_of_rounded_pictures():
    a, b = as_tensor(*pair())
    assert functional.ssim(a / 255, b / 255, "luma") == functional.ssim(a, b, "luma")


@pytest.mark.parametrize(
    ("a", "b", "message"),
    [
        (np.zeros((9, 9)), torch.zeros(9, 9), "one is an array"),
        (np.zeros((9, 9)), np.zeros((9, 8)), "expected the same"),
        (np.full((9, 9), 7.0), np.zeros((9, 9)), "data_range"),
        (np.full((9, 9), np.nan), np.zeros((9, 9)), "expected 0 to 1"),
        (np.zeros(9), np.zeros(9), "2 to 4 dimensions"),
        (np.zeros((9, 9), np.uint16), np.zeros((9, 9), np.uint16), "uint16 may mean"),
        (torch.zeros((9, 9), dtype=torch.uint16), torch.zeros((9, 9)), "uint16 may mean"),
        (np.full((9, 9), 256), np.zeros((9, 9)), "values from 256 to 256, expected 0 to 255"),
        (np.full((9, 9), -1), np.zeros((9, 9)), "values from -1 to -1"),
        (np.zeros((9, 9), bool), np.zeros((9, 9), bool), "bool values"),
        (np.zeros((9, 9), complex), np.zeros((9, 9)), "complex128 values"),
    ],
)
def test_what_does_not_fit_is_refused_with_what_was_found(a, b, message):
    with pytest.raises(BadInput, match=message):
        functional.psnr(a, b)


def test_lpips_without_weights_is_an_error_and_never_a_number(monkeypatch):
    def absent(_):
        raise WeightsAbsent("not at hand")

    monkeypatch.setattr(pretrained, "backbone", absent)
    load_lpips.cache_clear()
    with pytest.raises(WeightsAbsent, match="not at hand"):
        functional.lpips(*pair())
    load_lpips.cache_clear()

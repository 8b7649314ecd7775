import numpy as np
import pytest
import torch
from torchvision.models import alexnet

from stickdance.checkpoints.errors import UsageError
from stickdance.synth.quality import comparison
from stickdance.synth.quality.compare import compare
from stickdance.synth.quality.frame_pair import FramePair
from stickdance.synth.quality.lpips import Lpips, lpips_network
from stickdance.synth.quality.on_device import AT_ONCE, with_device_scores
from stickdance.synth.quality.options import CompareOptions
from stickdance.synth.quality.scores import Scorer

METRICS = ("mse", "psnr", "ssim_gaussian", "ssim_skimage", "ms_ssim", "lpips")


def pair(seed, shape):
    random = np.random.default_rng(seed)
    real = random.integers(0, 256, shape, np.uint8)
    noise = random.integers(-20, 21, shape)
    return FramePair(real, np.clip(real + noise, 0, 255).astype(np.uint8))


@pytest.fixture(scope="module")
def scorer():
    torch.manual_seed(0)
    network = Lpips(lpips_network(alexnet(weights=None).features))
    return Scorer(METRICS, {"lpips": network})


def test_scores_of_batches_are_those_of_single_frames(scorer):
    shapes = [(170, 164, 3)] * 3 + [None] + [(40, 50, 3)] * 2 + [(170, 164, 3)]
    items = [shape and pair(seed, shape) for seed, shape in enumerate(shapes)]
    device = torch.device("cpu")
    batched = list(
        with_device_scores(items, scorer, device, lambda item: item, lambda _, pair: pair)
    )
    assert [item is None for item in batched] == [item is None for item in items]
    for one, other in zip(items, batched, strict=True):
        if one is None:
            continue
        assert other.known
        expected, found = scorer.score(one), scorer.score(other)
        assert found["mse"] == expected["mse"]
        assert found == {
            name: None if value is None else pytest.approx(value, abs=2e-6)
            for name, value in expected.items()
        }


def test_only_a_batch_is_held_at_a_time(scorer):
    taken = []

    def stream():
        for number in range(3 * AT_ONCE):
            taken.append(number)
            yield pair(number, (12, 14, 3))

    device = torch.device("cpu")
    batched = with_device_scores(stream(), scorer, device, lambda item: item, lambda _, p: p)
    next(batched)
    assert len(taken) == AT_ONCE


def test_a_comparison_on_a_device_gives_the_same_table(tmp_path, monkeypatch):
    for side, place in (("real", "real"), ("rendered", "rendered")):
        frames = np.stack([getattr(pair(seed, (30, 34, 3)), place) for seed in range(5)])
        np.savez(tmp_path / f"{side}.npz", frames=frames)
    sides, options = (tmp_path / "real.npz", tmp_path / "rendered.npz"), CompareOptions("psnr,ssim")
    expected = compare(*sides, options)
    moved = []

    def tensor(pictures, device):
        moved.append(device.type)
        return torch.from_numpy(np.stack(pictures)).permute(0, 3, 1, 2)

    monkeypatch.setattr(comparison, "device_name", lambda _: "meta")
    monkeypatch.setattr("stickdance.synth.quality.on_device._tensor", tensor)
    found = compare(*sides, options)
    assert set(moved) == {"meta"}
    assert found["psnr"] == expected["psnr"]
    assert found["ssim_gaussian"] == pytest.approx(expected["ssim_gaussian"], abs=1e-6)


def test_a_device_that_is_not_there_is_refused(tmp_path):
    if torch.cuda.is_available():
        pytest.skip("there is a CUDA device")
    np.savez(tmp_path / "real.npz", frames=np.zeros((1, 20, 20, 3), np.uint8))
    with pytest.raises(UsageError, match="--device cuda"):
        compare(tmp_path / "real.npz", tmp_path / "real.npz", CompareOptions(device="cuda"))

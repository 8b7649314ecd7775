import pytest
import torch

from stickdance.checkpoints.errors import BadInput
from stickdance.synth.quality import functional

torchmetrics = pytest.importorskip("torchmetrics")

from stickdance.synth.quality.metric_modules import FrameScore  # noqa: E402


def pictures(seed, count):
    generator = torch.Generator().manual_seed(seed)
    real = torch.rand(count, 3, 30, 34, generator=generator)
    return real, (real + 0.1 * torch.rand(real.shape, generator=generator)).clamp(0, 1)


def test_updates_add_up_to_the_mean_over_all_pairs():
    (a, b), (c, d) = pictures(0, 3), pictures(1, 1)
    score = FrameScore("psnr")
    score.update(b, a)
    score.update(d, c)
    expected = functional.psnr(torch.cat([a, c]), torch.cat([b, d]))
    assert float(score.compute()) == pytest.approx(expected, rel=1e-6)
    score.reset()
    score.update(d[0], c[0])
    assert float(score.compute()) == pytest.approx(functional.psnr(c, d), rel=1e-6)


def test_it_lives_in_a_collection_and_agrees_with_torchmetrics():
    real, rendered = pictures(2, 2)
    ours = torchmetrics.MetricCollection({"psnr": FrameScore("psnr"), "mse": FrameScore("mse")})
    ours.update(rendered, real)
    theirs = torchmetrics.image.PeakSignalNoiseRatio(
        data_range=1.0, dim=(1, 2, 3), reduction="elementwise_mean"
    )
    assert float(ours.compute()["psnr"]) == pytest.approx(float(theirs(rendered, real)), rel=1e-5)
    assert ours["psnr"].higher_is_better
    assert not ours["mse"].higher_is_better


def test_an_unknown_score_is_refused_with_those_there_are():
    with pytest.raises(BadInput, match="known: mse, psnr"):
        FrameScore("vmaf")

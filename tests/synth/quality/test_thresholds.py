import pytest

from stickdance.checkpoints.errors import UsageError
from stickdance.synth.quality.thresholds import parse_limits

KEYS = ("mse", "psnr", "ssim_gaussian", "lpips", "face.psnr")
SUMMARY = {
    "psnr": 25.0, "ssim_gaussian": 0.9, "lpips": None, "face.psnr": 20.0, "psnr_of_mean_mse": 24.0,
    "statistics": {"ssim_gaussian": {"percentile_5": 0.7}}, "reasons": {"lpips": "no weights"},
}  # fmt: skip


def broken(under=(), over=()):
    limits = parse_limits(under, over, KEYS, "gaussian", "alex")
    return [line for line in (limit.broken(SUMMARY) for limit in limits) if line]


def test_limits_that_are_kept_say_nothing():
    assert broken(["ssim=0.85,psnr=24", "face.psnr=20"]) == []
    assert broken(["psnr-of-mean-mse=24", "ssim:percentile_5=0.7"]) == []


def test_a_broken_limit_says_what_was_found_and_expected():
    assert broken(["ssim=0.95, psnr=24"]) == ["ssim_gaussian is 0.9, expected at least 0.95"]
    assert broken(["ssim:percentile_5=0.8"]) == [
        "ssim_gaussian:percentile_5 is 0.7, expected at least 0.8"
    ]


def test_a_score_that_is_absent_breaks_its_limit():
    assert broken(over=["lpips=0.3"]) == ["lpips has no value (no weights), expected at most 0.3"]


@pytest.mark.parametrize(
    ("under", "over", "reason"),
    [
        (["lpips=0.2"], [], "of lpips less is better; use --fail-over"),
        ([], ["ssim=0.9"], "of ssim_gaussian more is better; use --fail-under"),
        (["ssim"], [], "expected NAME=NUMBER"),
        (["ssim=good"], [], "expected NAME=NUMBER"),
        (["ssim=nan"], [], "expected NAME=NUMBER"),
        (["hands.psnr=3"], [], "no score 'hands.psnr' is taken, there will be mse, psnr"),
        (["psnr:best=3"], [], "'best' is none of mean"),
        (["psnr_of_mean_mse:median=3"], [], "'median' is none of mean"),
    ],
)
def test_words_that_cannot_be_checked_are_refused(under, over, reason):
    with pytest.raises(UsageError, match=reason):
        broken(under, over)

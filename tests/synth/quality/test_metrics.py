import pytest

from stickdance.checkpoints.errors import UsageError
from stickdance.synth.quality.metrics import chosen_metrics, metric_of, title_of


def chosen(words, ssim="gaussian", lpips="alex"):
    return chosen_metrics(words, ssim, lpips)


def test_the_default_is_the_usual_five():
    assert chosen("default") == ("mse", "psnr", "ssim_gaussian", "ms_ssim", "lpips")


def test_words_mean_what_the_flags_say():
    assert chosen("ssim", ssim="luma") == ("ssim_luma",)
    assert chosen("lpips", lpips="vgg") == ("lpips_vgg",)
    assert chosen("ssim,lpips", lpips="none") == ("ssim_gaussian",)


def test_scores_that_belong_together_come_together():
    assert chosen("flicker") == ("flicker", "flicker_real")
    assert chosen("keypoints") == ("keypoint_mse", "akd", "keypoints_lost")
    assert chosen("psnr") == ("mse", "psnr")


def test_hyphens_and_capitals_are_forgiven_and_doubles_counted_once():
    assert chosen("MS-SSIM, ms_ssim") == ("ms_ssim",)


def test_all_is_everything_that_can_be_asked_for_by_word():
    keys = chosen("all")
    assert {"sharpness", "flicker", "keypoint_mse", "frechet_inception"} <= set(keys)
    assert len(keys) == len(set(keys))


def test_an_unknown_word_is_refused_with_those_known():
    with pytest.raises(UsageError, match=r"'visqol' is no score; known: .*ms_ssim"):
        chosen("psnr,visqol")
    with pytest.raises(UsageError, match="names no score"):
        chosen("lpips", lpips="none")


def test_a_key_of_a_region_has_its_metric_and_its_title():
    assert metric_of("face.psnr").unit == "dB"
    assert title_of("face.psnr") == "face: PSNR"

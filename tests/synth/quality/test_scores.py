import cv2
import numpy as np
import pytest

from stickdance.checkpoints.errors import BadInput
from stickdance.synth.quality.frame_pair import FramePair
from stickdance.synth.quality.lpips import Lpips
from stickdance.synth.quality.psnr import mse, psnr
from stickdance.synth.quality.regions import Guide
from stickdance.synth.quality.scores import MeanScores, Scorer
from stickdance.synth.quality.ssim import ssim_gaussian, ssim_skimage

ALL = (
    "mse", "psnr", "ssim_gaussian", "ssim_skimage", "ssim_luma", "ms_ssim", "sharpness", "flicker",
    "flicker_real",
)  # fmt: skip


def pair(seed=0, size=(180, 190)):
    random = np.random.default_rng(seed)
    coarse = random.integers(0, 256, (9, 9, 3), np.uint8)
    real = cv2.resize(coarse, size, interpolation=cv2.INTER_CUBIC)
    rendered = np.clip(real + random.normal(0, 9, real.shape), 0, 255).astype(np.uint8)
    matte = np.zeros(real.shape[:2], np.uint8)
    matte[40:140, 50:110] = 255
    return FramePair(real, rendered, Guide(matte))


def test_each_score_is_that_of_its_own_function():
    one = pair()
    found = Scorer(ALL).score(one)
    assert found["mse"] == mse(one.real, one.rendered)
    assert found["psnr"] == psnr(one.real, one.rendered)
    assert found["ssim_gaussian"] == pytest.approx(ssim_gaussian(one.real, one.rendered))
    assert found["ssim_skimage"] == pytest.approx(ssim_skimage(one.real, one.rendered))
    assert found["flicker"] is None  # there is no frame before
    assert tuple(found) == Scorer(ALL).columns


def test_only_what_is_wanted_is_there():
    assert set(Scorer(("psnr",)).score(pair())) == {"psnr"}


def test_regions_that_share_the_frame_share_its_error():
    one = pair()
    found = Scorer(("mse", "psnr"), regions=("person", "background")).score(one)
    share = (one.guide.matte > 0).mean()
    together = share * found["person.mse"] + (1 - share) * found["background.mse"]
    assert together == pytest.approx(found["mse"], rel=1e-6)
    assert found["person.psnr"] == pytest.approx(10 * np.log10(255**2 / found["person.mse"]))


def test_the_similarity_of_regions_is_that_of_the_frame_by_their_pixels():
    one = pair()
    found = Scorer(("ssim_gaussian",), regions=("person", "background")).score(one)
    share = (one.guide.matte[5:-5, 5:-5] > 0).mean()
    together = (
        share * found["person.ssim_gaussian"] + (1 - share) * found["background.ssim_gaussian"]
    )
    assert together == pytest.approx(found["ssim_gaussian"], abs=1e-6)


def test_an_error_in_a_region_is_that_regions_alone():
    one = pair()
    rendered = one.real.copy()
    rendered[60:120, 60:100] += 3
    found = Scorer(("mse",), regions=("person", "background")).score(
        FramePair(one.real, rendered, one.guide)
    )
    assert found["background.mse"] == 0
    assert found["person.mse"] == pytest.approx(found["mse"] * 180 * 190 / (100 * 60), rel=1e-5)


def test_a_region_that_is_not_there_has_no_scores():
    one = pair()
    found = Scorer(ALL, regions=("face", "person")).score(FramePair(one.real, one.rendered))
    assert all(value is None for key, value in found.items() if "." in key)
    assert "needs frames in which the face" in Scorer(ALL, regions=("face",)).reason("face.psnr")


def test_flicker_is_taken_from_the_frame_before():
    one = pair()
    darker = FramePair(one.real, one.rendered // 2, one.guide)
    scorer = Scorer(("flicker", "flicker_real"), regions=("person",))
    found = scorer.score(darker, FramePair(one.real, one.rendered, one.guide))
    assert found["flicker_real"] == 0
    assert found["flicker"] > 100
    assert found["person.flicker"] > 100


def test_small_pictures_keep_the_scores_that_they_can_have():
    random = np.random.default_rng(1)
    tiny = [random.integers(0, 256, (9, 12, 3), np.uint8) for _ in range(2)]
    found = Scorer(ALL, regions=("person",)).score(FramePair(*tiny))
    assert found["psnr"] is not None
    assert found["ssim_skimage"] is not None
    assert found["ssim_gaussian"] is found["ssim_luma"] is found["ms_ssim"] is None


def test_other_shapes_are_refused():
    with pytest.raises(BadInput, match="differ"):
        Scorer(("psnr",)).score(
            FramePair(np.zeros((4, 4, 3), np.uint8), np.zeros((4, 5, 3), np.uint8))
        )


def test_means_leave_out_what_is_absent_and_tell_why():
    scorer = Scorer(("mse", "psnr", "lpips"), {"lpips": Lpips(None, "no weights here")})
    means = MeanScores(scorer)
    means.add({"mse": 4.0, "psnr": 40.0, "lpips": None})
    means.add({"mse": 2.0, "psnr": None, "lpips": None})
    found = means.summary()
    assert (found["frames"], found["mse"], found["psnr"], found["lpips"]) == (2, 3.0, 40.0, None)
    assert found["psnr_of_mean_mse"] == pytest.approx(10 * np.log10(255**2 / 3))
    assert found["reasons"]["lpips"] == "no weights here"

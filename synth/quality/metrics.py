"""Which scores there are, by the names that flags, tables and results use.

A score's key names its definition. Inside a region it stands behind the region's name, e.g.
`face.psnr`. Short words stand for one definition each: `ssim` for the one that is chosen by
`--ssim`, `lpips` for the network chosen by `--lpips`, `keypoints` for `keypoint_mse`.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from stickdance.checkpoints.errors import UsageError
from stickdance.synth.faults.kinds import KINDS

REGIONS = ("person", "face", "hands", "background")


CSIM = "csim"
"""The score of identity, which needs people found in both frames."""


@dataclass(frozen=True)
class Metric:
    """One score of a frame."""

    name: str
    title: str
    """As people read it."""
    unit: str
    higher_is_better: bool
    in_regions: bool = False
    """Whether it is also taken inside regions."""


METRICS = {
    metric.name: metric
    for metric in (
        Metric("mse", "MSE", "levels²", False, True),
        Metric("l1", "L1", "", False),
        Metric("psnr", "PSNR", "dB", True, True),
        Metric("psnr_luma", "PSNR (luma)", "dB", True),
        Metric("psnr_y", "PSNR (stored luma)", "dB", True),
        Metric("ssim_gaussian", "SSIM (Gaussian window)", "", True, True),
        Metric("ssim_skimage", "SSIM (scikit-image's default)", "", True, True),
        Metric("ssim_luma", "SSIM (luma)", "", True, True),
        Metric("ssim_wang", "SSIM (luma, downsampled)", "", True),
        Metric("ssim_y", "SSIM (stored luma)", "", True),
        Metric("ms_ssim", "MS-SSIM", "", True),
        Metric("ms_ssim_luma", "MS-SSIM (luma)", "", True),
        Metric("ms_ssim_y", "MS-SSIM (stored luma)", "", True),
        Metric("psnr_ffmpeg", "PSNR (ffmpeg, all planes)", "dB", True),
        Metric("ssim_ffmpeg", "SSIM (ffmpeg, all planes)", "", True),
        Metric("vmaf", "VMAF", "", True),
        Metric("xpsnr", "XPSNR (luma)", "dB", True),
        Metric("cambi", "CAMBI: banding", "", False),
        Metric("lpips", "LPIPS (AlexNet)", "", False),
        Metric("lpips_vgg", "LPIPS (VGG)", "", False),
        Metric("lpips_squeeze", "LPIPS (SqueezeNet)", "", False),
        Metric(CSIM, "identity: CSIM (SFace)", "", True),
        Metric("sharpness", "sharpness, rendered over real", "", True, True),
        Metric("flicker", "flicker: warping error", "levels²", False, True),
        Metric("flicker_real", "flicker of the reference", "levels²", False, True),
        Metric("keypoint_mse", "MSE per body keypoint", "px²", False),
        Metric("akd", "average keypoint distance", "px", False),
        Metric("keypoints_lost", "share of body keypoints lost", "", False),
        *(Metric(kind, f"fault: {kind.replace('_', ' ')}", "", False) for kind in KINDS),
        Metric("faults", "faults a frame", "", False),
    )
}
"""Name -> metric, in the order of tables."""

FRECHET, KID = "frechet_inception", "kid_inception"
FID, FIELD_KID = "fid", "kid"
OF_SETS = {FRECHET: KID, FID: FIELD_KID}
"""Scores of all frames of a pair together, not of each: the Frechet distance of each network -> the
kernel distance that comes with it."""
OF_ALL_FRAMES = (*OF_SETS, *OF_SETS.values(), "psnr_ffmpeg_of_mean_mse")
"""What is known of all frames together, beside the means of their scores."""

STORED_LUMA = ("psnr_y", "ssim_y", "ms_ssim_y")
"""Scores of the luma that two videos store, in its own range, as ffmpeg and libvmaf see it."""
FFMPEG = {
    "psnr_ffmpeg": "psnr",
    "ssim_ffmpeg": "ssim",
    "vmaf": "libvmaf",
    "xpsnr": "xpsnr",
    "cambi": "libvmaf",
}
"""Scores that ffmpeg's own filters take of two videos -> the filter."""
OF_LUMA = ("psnr_luma", "ms_ssim_luma", "ssim_wang")
"""Scores of the luma of RGB, as MATLAB's `rgb2gray` gives it; besides `ssim_luma`."""
CHEAP = ("psnr", "ssim_gaussian", "ssim_skimage", "ssim_luma", "psnr_y", "ssim_y")
"""Scores that are taken anew where a lag is suspected."""
SSIM = {"gaussian": "ssim_gaussian", "skimage": "ssim_skimage", "luma": "ssim_luma"}
LPIPS = {"alex": "lpips", "vgg": "lpips_vgg", "squeeze": "lpips_squeeze"}
"""Network -> key."""
LPIPS_SIDES = {"alex": 32, "vgg": 16, "squeeze": 32}
"""Network -> pixels of the smallest side; fewer vanish in its poolings."""
_DEFAULT = ("mse", "psnr", "ssim", "ms_ssim", "lpips")
_WHERE_AVAILABLE = ("default", "all")
_GROUPS = {
    "default": _DEFAULT,
    "all": (*_DEFAULT, "sharpness", "flicker", "keypoints", "frechet"),
    "flicker": ("flicker", "flicker_real"),
    "keypoints": ("keypoint_mse", "akd", "keypoints_lost"),
    "frechet": (FRECHET,),
    FIELD_KID: (FID,),
    "faults": (*KINDS, "faults"),
    "luma": ("psnr_luma", "ssim_luma", "ms_ssim_luma"),
    "y": STORED_LUMA,
    "ffmpeg": ("psnr_ffmpeg", "ssim_ffmpeg"),
}


def chosen_metrics(words: str, ssim: str, lpips: str) -> tuple[str, ...]:
    """Return the keys that a comma-separated list of words asks for, in the order of `METRICS`.

    Args:
        words: keys of `METRICS`, or default, all, ssim, lpips, flicker, keypoints, frechet,
            faults; hyphens count as underscores.
        ssim: key of `SSIM`: what "ssim" means.
        lpips: key of `LPIPS`: what "lpips" means; "none" leaves it out.

    Raises:
        UsageError: a word is unknown, or there is none.
    """
    keys: set[str] = set()
    for word in words.split(","):
        keys |= _keys(word.strip().lower().replace("-", "_"), ssim, lpips)
    if "psnr" in keys:
        keys.add("mse")  # which it is made of, and `psnr_of_mean_mse` too
    if not keys:
        raise UsageError(f"--metrics {words!r}: names no score, expected e.g. psnr,ssim")
    return tuple(name for name in (*METRICS, *OF_SETS) if name in keys)


def asked_metrics(words: str, ssim: str, lpips: str) -> tuple[str, ...]:
    """Return the keys that words ask for by name, not only as part of "default" or "all".

    Those are taken where they can be; what is asked for by name and cannot be had is an error. Args
    and errors are those of `chosen_metrics`.
    """
    named = [word for word in words.split(",") if word.strip().lower() not in _WHERE_AVAILABLE]
    return chosen_metrics(",".join(named), ssim, lpips) if named else ()


JUDGES = (
    "ssim_gaussian", "ssim_skimage", "ssim_luma", "ssim_y", "ssim_ffmpeg", "vmaf", "ms_ssim",
    "psnr", "psnr_y", "psnr_ffmpeg", "lpips", "mse",
)  # fmt: skip
"""The score that tells which frames, pairs and renderings are best: the first that was taken."""


def judge_of(taken: Mapping[str, object]) -> str:
    """Return the key of the score that judges, of those that were taken."""
    return next((key for key in JUDGES if taken.get(key) is not None), next(iter(taken)))


def metric_of(key: str) -> Metric:
    """Return the metric of a key such as `psnr` or `face.psnr`."""
    return METRICS[key.rpartition(".")[2]]


def title_of(key: str) -> str:
    """Return what people call a key: "PSNR", or "face: PSNR"."""
    region, _, name = key.rpartition(".")
    return f"{region}: {METRICS[name].title}" if region else METRICS[name].title


def _keys(word: str, ssim: str, lpips: str) -> set[str]:
    if word == "ssim":
        return {SSIM[ssim]}
    if word == "lpips":
        return {LPIPS[lpips]} if lpips in LPIPS else set()
    if word in _GROUPS:
        parts = (part for part in _GROUPS[word] if part != word)
        own = {word} & METRICS.keys()
        return own.union(*(_keys(part, ssim, lpips) for part in parts))
    if word in METRICS or word in OF_SETS:
        return {word}
    known = ", ".join(sorted({*METRICS, *_GROUPS, "ssim"}))
    raise UsageError(f"--metrics: {word!r} is no score; known: {known}")

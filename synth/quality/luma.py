"""PSNR, SSIM and MS-SSIM on luma, by the definitions that people quote.

`psnr_y`, `ssim_y`, `ms_ssim_y`
    the luma that two videos store, in its own range, as ffmpeg's psnr filter and libvmaf see it;
    the peak is 255, of more bits all ones
`psnr_luma`, `ms_ssim_luma` (and `ssim.ssim_luma`)
    the luma of RGB in the full range (ITU-R BT.601), of 8 bits rounded to 8 bits: MATLAB's rgb2gray
`ssim_wang`
    `ssim_luma` after the picture was shrunk by the whole number nearest to its smaller side / 256,
    each pixel the mean of a square around it: Wang et al.'s advice and their ssim.m, and what the
    package piq does by default
"""

from collections.abc import Collection

import cv2
import numpy as np

from stickdance.synth.compute.array_types import Levels
from stickdance.synth.quality.psnr import mse, psnr_of_mse
from stickdance.synth.quality.ssim import similarities

_SIDE = 256  # pixels of the smaller side that pictures are shrunk to


def luma_scores(
    sides: tuple[Levels, Levels] | None, wanted: Collection[str]
) -> dict[str, float | None]:
    """Return `psnr_y`, `ssim_y` and `ms_ssim_y` of stored luma (h, w), those that are wanted.

    Args:
        sides: None: there is none, and no score.
        wanted: keys of scores.
    """
    if sides is None:
        return {}
    return _scores(sides, wanted, "_y")


def rgb_luma_scores(
    real: Levels, rendered: Levels, wanted: Collection[str]
) -> dict[str, float | None]:
    """Return `psnr_luma`, `ms_ssim_luma` and `ssim_wang` of RGB, those that are wanted."""
    if not {"psnr_luma", "ms_ssim_luma", "ssim_wang"} & set(wanted):
        return {}
    sides = luma_of(real), luma_of(rendered)
    found = _scores(sides, set(wanted) - {"ssim_luma"}, "_luma")
    if "ssim_wang" in wanted:
        small = downsampled(sides[0]), downsampled(sides[1])
        found["ssim_wang"] = similarities(*small, ("ssim_gaussian",)).ssim_gaussian
    return found


def luma_of(picture: Levels) -> Levels:
    """Return the luma (h, w) of RGB, uint8 or float32 as it is."""
    return np.asarray(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY))


def downsampled(luma: Levels) -> Levels:
    """Return luma as ssim.m shrinks it: float32, or the same where it is small enough.

    The square's mean is taken around each kept pixel, the picture mirrored at its edges.
    """
    step = max(1, round(min(luma.shape) / _SIDE))
    if step == 1:
        return luma
    square = np.full((step, step), 1 / step**2, np.float32)
    anchor = ((step - 1) // 2,) * 2
    means = cv2.filter2D(
        luma.astype(np.float32), cv2.CV_32F, square, anchor=anchor, borderType=cv2.BORDER_REFLECT
    )
    return np.ascontiguousarray(means[::step, ::step])


def _scores(
    sides: tuple[Levels, Levels], wanted: Collection[str], ending: str
) -> dict[str, float | None]:
    found: dict[str, float | None] = {}
    if f"psnr{ending}" in wanted:
        found[f"psnr{ending}"] = psnr_of_mse(mse(*sides))
    names = {"ssim_gaussian": f"ssim{ending}", "ms_ssim": f"ms_ssim{ending}"}
    chosen = [name for name, key in names.items() if key in wanted]
    if chosen:
        alike = similarities(*sides, chosen)
        found |= {names[name]: getattr(alike, name) for name in chosen}
    return found

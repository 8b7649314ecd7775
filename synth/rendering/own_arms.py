"""Forearms and hands as they were filmed, where the generator is in doubt.

Before clothes and far from filmed poses a generator mixes two guesses: hands turn to veils in the
colour of the shirt. The person's own pixels of a forearm are whole there, so half of them is laid
over what was painted.
"""

import cv2
import numpy as np
import torch
from torch import Tensor

from stickdance.synth.appearance.appearance import PartLayout
from stickdance.synth.appearance.body_parts import PLACE
from stickdance.synth.compute.array_types import Bytes
from stickdance.synth.generators.compact import Painted

_SHARE = 0.5  # of the own pixels, in the middle of a forearm
_WIDE = 0.19  # torso lengths: width of a forearm with its hand
_FROM = 0.3  # of the way from elbow to fingers, where it begins
_SOFT = 0.02  # torso lengths over which it ends
_FOREARMS = PLACE["right_forearm"], PLACE["left_forearm"]
_TORSO = PLACE["torso"]


def arm_masks(layouts: list[PartLayout], size: tuple[int, int], length: float) -> Bytes:
    """Return uint8 (layouts, height, width): where forearms lie before the body.

    Args:
        layouts: what is shown of the person's own pixels.
        size: (width, height).
        length: torso length in pixels.
    """
    masks = np.zeros((len(layouts), size[1], size[0]), np.uint8)
    for mask, (target, pose, *_, order) in zip(masks, layouts, strict=True):
        ranks = order.tolist()
        for place in _FOREARMS:
            start, end = target.start[pose, place], target.end[pose, place]
            if not np.isfinite(start + end).all() or ranks.index(place) < ranks.index(_TORSO):
                continue
            ends = np.rint([start + (end - start) * _FROM, end]).astype(int).tolist()
            cv2.line(mask, ends[0], ends[1], 255, max(1, round(_WIDE * length)))
        cv2.GaussianBlur(mask, (0, 0), max(0.5, _SOFT * length), dst=mask)
    return masks


def with_own_arms(painted: Painted, warped: Tensor, masks: Tensor) -> Painted:
    """Return what was painted with the person's own forearms over it.

    Args:
        painted: by the generator.
        warped: (B, 4, H, W) the own pixels, colours -1..1 and alpha 0..1.
        masks: (B, 1, H, W) 0..1 of `arm_masks`.
    """
    share = _SHARE * masks * warped[:, 3:].to(masks)
    picture = torch.lerp(painted.picture.float(), warped[:, :3].to(masks), share)
    matte = torch.lerp(painted.matte.float(), torch.ones_like(share), share)
    return painted._replace(picture=picture, matte=matte)

"""Forearms as they were filmed, over what was painted."""

import numpy as np
import pytest
import torch

from stickdance.capture.pose.skeleton import OPENPOSE_18
from stickdance.synth.appearance.appearance import PartLayout
from stickdance.synth.appearance.body_parts import PLACE, painting_order, pose_parts
from stickdance.synth.generators.compact import Painted
from stickdance.synth.rendering.own_arms import arm_masks, with_own_arms

SIZE, LENGTH = (100, 80), 40.0


def layout(depth: float | None = None) -> PartLayout:
    """A right forearm from (20, 40) to the right, the torso about the middle."""
    points = np.full((1, len(OPENPOSE_18), 2), np.nan, np.float32)
    spots = {"neck": (50, 20), "right_hip": (45, 60), "left_hip": (55, 60)}
    spots |= {"right_shoulder": (44, 22), "right_elbow": (20, 40), "right_wrist": (50, 40)}
    for name, spot in spots.items():
        points[0, OPENPOSE_18.index[name]] = spot
    depths = None
    if depth is not None:
        depths = np.zeros((1, len(OPENPOSE_18)), np.float32)
        depths[0, [OPENPOSE_18.index[f"right_{name}"] for name in ("elbow", "wrist")]] = depth
    target = pose_parts(points, LENGTH, depths)
    nothing = np.zeros(len(PLACE), int)
    return PartLayout(target, 0, nothing, (), nothing, painting_order(target)[0])


def test_masks_lie_along_forearms_and_hands():
    (mask,) = arm_masks([layout()], SIZE, LENGTH)
    assert mask[40, 35] == mask[40, 60] == 255
    assert mask[40, 10] == mask[40, 80] == mask[20, 45] == mask[55, 45] == 0


def test_arms_behind_the_body_and_unseen_ones_have_none():
    assert not arm_masks([layout(depth=-100.0)], SIZE, LENGTH).any()
    unseen = layout()._replace(target=pose_parts(np.full((1, 18, 2), np.nan, np.float32), LENGTH))
    assert not arm_masks([unseen], SIZE, LENGTH).any()


def test_own_pixels_show_where_they_are_and_cover_the_room():
    painted = Painted(torch.zeros(1, 3, 2, 2), torch.zeros(1, 1, 2, 2))
    warped = torch.ones(1, 4, 2, 2)
    warped[:, 3, :, 1] = 0  # no own pixels in the right column
    masks = torch.tensor([[1.0, 1.0], [0.0, 0.0]])[None, None]
    result = with_own_arms(painted, warped, masks)
    share = result.picture[0, 0, 0, 0].item()
    assert 0.3 < share < 0.9
    assert result.matte[0, 0, 0, 0].item() == pytest.approx(share)
    assert result.picture[0, 0, 1].abs().max() == result.picture[0, 0, 0, 1].abs() == 0
    assert result.matte[0, 0, 1].max() == 0

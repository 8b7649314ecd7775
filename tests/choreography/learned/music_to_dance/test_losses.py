import math

import pytest
import torch

from stickdance.capture.pose.skeleton import OPENPOSE_18
from stickdance.choreography.learned.music_to_dance.discriminators import DiscriminatorAnswer
from stickdance.choreography.learned.music_to_dance.losses import (
    features_apart,
    gradient_penalty,
    slipping,
    taken_for_real,
    told_apart,
    told_by_code,
)


def judgement(logit, *features):
    return DiscriminatorAnswer(torch.full((2, 3), float(logit)), features)


def test_a_judge_loses_the_logarithm_of_what_it_is_sure_of():
    sure = 1 / (1 + math.exp(-2))
    expected = -math.log(sure) - math.log(1 - 1 / (1 + math.exp(1)))
    assert told_apart(judgement(2), judgement(-1)).item() == pytest.approx(expected)
    assert told_apart(judgement(0), judgement(0)).item() == pytest.approx(2 * math.log(2))
    assert taken_for_real(judgement(2)).item() == pytest.approx(-math.log(sure))


def test_the_penalty_is_the_square_of_the_slope_s_distance_from_one():
    def judge(poses):
        return DiscriminatorAnswer(3 * poses.sum(dim=(1, 2))[:, None], ())

    real, generated = torch.randn(4, 5, 6), torch.randn(4, 5, 6)
    penalty = gradient_penalty(judge, real, generated, torch.Generator().manual_seed(0))
    assert penalty.item() == pytest.approx((3 * math.sqrt(30) - 1) ** 2, rel=1e-5)


def test_the_penalty_can_be_learnt_from():
    weight = torch.ones(1, requires_grad=True)

    def judge(poses):
        return DiscriminatorAnswer((weight * poses).square().sum(dim=(1, 2))[:, None], ())

    random = torch.Generator().manual_seed(0)
    gradient_penalty(judge, torch.ones(2, 5, 6), torch.ones(2, 5, 6), random).backward()
    assert weight.grad.abs().item() > 0


def test_features_apart_adds_up_the_layers():
    real = judgement(0, torch.zeros(2, 4), torch.zeros(2, 2))
    generated = judgement(0, torch.full((2, 4), 0.5), torch.full((2, 2), -2.0))
    assert features_apart(real, generated).item() == pytest.approx(2.5)


def test_codes_tell_what_they_differ_from_a_normal_distribution():
    assert told_by_code(torch.zeros(3, 8), torch.zeros(3, 8)).item() == 0
    told = told_by_code(torch.full((3, 8), 2.0), torch.full((3, 8), math.log(0.25)))
    assert told.item() == pytest.approx(8 * 0.5 * (4 + 0.25 - 1 - math.log(0.25)))


def test_feet_slip_only_where_those_of_the_real_dance_stand():
    left, right = (2 * OPENPOSE_18.index[f"{side}_ankle"] for side in ("left", "right"))
    real = torch.zeros(1, 5, 36)
    real[..., right] = torch.arange(5) * 0.5  # the right foot goes, the left one stands
    danced = real.clone()
    danced[..., right] *= 3
    assert slipping(danced, real).item() == 0
    danced[..., left] = torch.arange(5) * 0.1
    assert slipping(danced, real).item() == pytest.approx(0.1)
    real[:, 2:, left + 1] = -1.0  # lifted, though it does not move there: two steps are left out
    assert slipping(danced, real).item() == pytest.approx(0.1)
    real[..., left] = torch.arange(5) * 0.5
    assert slipping(danced, real).item() == 0


def test_slipping_can_be_learnt_from():
    danced = torch.randn(2, 5, 36, requires_grad=True)
    slipping(danced, torch.zeros(2, 5, 36)).backward()
    assert danced.grad is not None and danced.grad.abs().sum() > 0

import pytest
import torch
import torch.nn.functional as F
from torch import nn

from stickdance.synth.generators.discriminator import DiscriminatorOutput
from stickdance.synth.training.losses import (
    PerceptualLoss,
    detail_loss,
    feature_matching,
    matte_loss,
    smoothness_loss,
    structure_loss,
    texture_loss,
)


def judged(logit, *features):
    return DiscriminatorOutput(
        torch.full((1, 1, 2, 2), logit), tuple(torch.full((1, 3, 2, 2), f) for f in features)
    )


def test_feature_matching_weighs_scales_and_layers_as_published():
    # n_layers 3: every layer weighs 4 / (n_layers + 1) = 1, two scales 1/2 each
    fake = [judged(0.0, 1.0, 2.0, 3.0, 4.0), judged(0.0, 0.0, 0.0, 0.0, 0.0)]
    real = [judged(0.0, 0.0, 0.0, 0.0, 0.0), judged(0.0, 1.0, 1.0, 1.0, 1.0)]
    assert feature_matching(fake, real).item() == pytest.approx((1 + 2 + 3 + 4 + 4) / 2)


def test_feature_matching_does_not_train_the_real_side():
    ours, theirs = (torch.ones(1, 1, 2, 2, requires_grad=True) for _ in range(2))
    loss = feature_matching(
        [DiscriminatorOutput(ours, (2 * ours,))], [DiscriminatorOutput(theirs, (3 * theirs,))]
    )
    loss.backward()
    assert ours.grad is not None
    assert theirs.grad is None


def test_a_sure_and_right_matte_costs_nothing_and_a_wrong_one_stays_finite():
    matte = torch.tensor([0.0, 1.0]).reshape(1, 1, 1, 2)
    assert matte_loss(matte, matte).item() < 1e-3
    assert torch.isfinite(matte_loss(1 - matte, matte))


def test_moving_all_pixels_alike_is_smooth_and_only_changes_of_movement_cost():
    movement = torch.full((2, 2, 8, 10), 3.0)
    assert smoothness_loss(movement).item() == 0
    movement[:, 0, :, 5:] += 2.0  # one column of nine borders, in one of two directions
    assert smoothness_loss(movement).item() == pytest.approx(2.0 / 9 / 2)
    down = movement.transpose(-1, -2).contiguous()
    assert smoothness_loss(down).item() == pytest.approx(2.0 / 9 / 2)


def test_the_perceptual_loss_compares_the_five_published_layers():
    from torchvision.models import vgg19

    torch.manual_seed(0)
    features = vgg19(weights=None).features  # any weights show which layers are compared
    pictures, wanted = torch.rand(1, 3, 32, 32) * 2 - 1, torch.rand(1, 3, 32, 32) * 2 - 1
    expected = 0.0
    for last, weight in ((1, 1 / 32), (6, 1 / 16), (11, 1 / 8), (20, 1 / 4), (29, 1.0)):
        part = nn.Sequential(*features[: last + 1])
        assert isinstance(features[last], nn.ReLU)
        expected += weight * F.l1_loss(part(pictures), part(wanted)).item()
    assert PerceptualLoss(features)(pictures, wanted).item() == pytest.approx(expected, rel=1e-5)


def test_the_perceptual_loss_is_not_trained_itself():
    from torchvision.models import vgg19

    loss = PerceptualLoss(vgg19(weights=None).features)
    assert not any(parameter.requires_grad for parameter in loss.parameters())


def test_the_structure_loss_is_one_minus_the_ssim_of_scikit_image():
    metrics = pytest.importorskip("skimage.metrics")
    torch.manual_seed(0)
    wanted = torch.rand(1, 3, 40, 30) * 2 - 1
    picture = (wanted + 0.3 * torch.randn_like(wanted)).clamp(-1, 1)
    ssim = metrics.structural_similarity(
        picture[0].numpy(), wanted[0].numpy(), channel_axis=0, data_range=2.0,
        use_sample_covariance=False,
    )  # fmt: skip
    assert structure_loss(picture, wanted).item() == pytest.approx(1 - ssim, abs=1e-4)
    assert structure_loss(wanted, wanted).item() == pytest.approx(0, abs=1e-5)


def test_the_texture_loss_minds_blur_but_hardly_a_shift():
    torch.manual_seed(0)
    wanted = torch.rand(1, 3, 60, 60) * 2 - 1
    blurred = F.avg_pool2d(wanted, 3, 1, 1)
    shifted = wanted.roll(1, -1)
    assert texture_loss(wanted, wanted).item() == 0
    assert texture_loss(shifted, wanted) < 0.25 * texture_loss(blurred, wanted)


def test_detail_counts_only_where_it_is_asked_for():
    wanted = torch.zeros(1, 3, 20, 20)
    picture = wanted.clone()
    picture[..., :10] = 0.5
    left = torch.zeros(1, 1, 20, 20)
    left[..., :2, :2] = 1
    # 4 of 400 pixels are off by a half; so near the edge no window of 7x7 has its middle
    assert detail_loss(picture, wanted, left).item() == pytest.approx(0.5 * 4 / 400)
    assert detail_loss(picture, wanted, left.flip(3)).item() == 0
    everywhere = torch.ones_like(left)
    whole = F.l1_loss(picture, wanted) + structure_loss(picture, wanted) / 6
    assert detail_loss(picture, wanted, everywhere).item() == pytest.approx(whole.item())

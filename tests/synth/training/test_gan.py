import pytest
import torch
import torch.nn.functional as F

from stickdance.synth.generators.discriminator import DiscriminatorOutput
from stickdance.synth.training.gan import GAN_LOSSES
from stickdance.synth.training.options import TrainingOptions


def judged(*logits):
    return DiscriminatorOutput(torch.tensor(logits), ())


def test_every_game_can_be_chosen_and_no_other():
    choices = TrainingOptions.__dataclass_fields__["adversary"].type.__args__
    assert {name for choice in choices for name in getattr(choice, "__args__", ())} == set(
        GAN_LOSSES
    )


def test_least_squares_are_summed_over_scales_and_halved_for_the_discriminator():
    game = GAN_LOSSES["least_squares"]
    two_scales = [judged(0.5), judged(-1.0)]
    assert game.generator_loss(two_scales).item() == pytest.approx(0.25 + 4.0)
    assert game.discriminator_loss([judged(0.5)], [judged(0.0)]).item() == pytest.approx(
        (0.25 + 1) / 2
    )


def test_the_hinge_rewards_nothing_beyond_the_margin():
    game = GAN_LOSSES["hinge"]
    sure = game.discriminator_loss([judged(-1.5, -3.0)], [judged(1.0, 7.0)])
    unsure = game.discriminator_loss([judged(0.0)], [judged(0.5)])
    assert sure.item() == 0
    assert unsure.item() == pytest.approx((1 + 0.5) / 2)
    assert game.generator_loss([judged(2.0, 4.0)]).item() == -3


def test_the_log_loss_is_the_papers_on_probabilities():
    game, fake, real = GAN_LOSSES["log"], torch.tensor([-0.3, 1.2]), torch.tensor([0.4, 2.0])
    ones, zeros = torch.ones(2), torch.zeros(2)
    expected = F.binary_cross_entropy(real.sigmoid(), ones) + F.binary_cross_entropy(
        fake.sigmoid(), zeros
    )
    found = game.discriminator_loss(
        [DiscriminatorOutput(fake, ())], [DiscriminatorOutput(real, ())]
    )
    assert found.item() == pytest.approx(expected.item() / 2)
    assert game.generator_loss([DiscriminatorOutput(fake, ())]).item() == pytest.approx(
        F.binary_cross_entropy(fake.sigmoid(), ones).item()
    )


@pytest.mark.parametrize("name", GAN_LOSSES)
def test_a_painted_picture_that_fools_costs_the_generator_less(name):
    game = GAN_LOSSES[name]
    costs = [game.generator_loss([judged(logit)]).item() for logit in (-1.0, 0.0, 1.0)]
    assert costs == sorted(costs, reverse=True)

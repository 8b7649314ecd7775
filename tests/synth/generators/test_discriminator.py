import torch

from stickdance.synth.generators.discriminator import Discriminator, MultiScaleDiscriminator


def parameters(network):
    return sum(parameter.numel() for parameter in network.parameters())


def test_one_scale_and_three_have_the_published_numbers_of_parameters():
    with torch.device("meta"):
        assert parameters(Discriminator()) == 2_767_809
        assert parameters(MultiScaleDiscriminator()) == 8_303_427


def test_sizes_are_the_published_ones():
    with torch.device("meta"):
        judgement = Discriminator()(torch.empty(1, 6, 256, 256))
    maps = [*judgement.features, judgement.logits]
    assert [each.shape[-1] for each in maps] == [129, 65, 33, 34, 35]
    assert [each.shape[1] for each in maps] == [64, 128, 256, 512, 1]


def test_every_scale_sees_half_the_resolution_of_the_one_before():
    with torch.device("meta"):
        judgements = MultiScaleDiscriminator(channels=4)(torch.empty(1, 6, 256, 128))
    assert [tuple(each.features[0].shape[-2:]) for each in judgements] == [
        (129, 65), (65, 33), (33, 17),
    ]  # fmt: skip

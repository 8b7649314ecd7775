import pytest
import torch
from torch import nn

from stickdance.synth.generators.compact import IGNORED, CompactGenerator
from stickdance.synth.generators.fused_convolutions import folded


def grown(**numbers):
    torch.manual_seed(3)
    network = CompactGenerator(channels=(8, 12, 16, 20), blocks=1, **numbers).eval()
    for values in network.parameters():  # none of its parts stays silent
        values.data.add_(0.05 * torch.randn(values.shape))
    return network


def scene(height, width, temporal=False):
    random = torch.Generator().manual_seed(5)
    stick, plate, before = (
        2 * torch.rand(2, 3, height, width, generator=random) - 1 for _ in range(3)
    )
    warped = torch.rand(2, 4, height, width, generator=random)
    return (stick, warped, plate, before) if temporal else (stick, warped, plate)


@pytest.mark.parametrize("size", [(64, 96), (50, 37), (16, 16)])
@pytest.mark.parametrize("numbers", [{}, {"temporal": True}, {"warped": IGNORED}])
def test_folded_weights_paint_the_same_up_to_the_edges(size, numbers):
    generator, inputs = grown(**numbers), scene(*size, "temporal" in numbers)
    with torch.inference_mode():
        wanted, found = generator.paint(*inputs), folded(generator).paint(*inputs)
    assert wanted.picture.std() > 0.1
    assert (found.picture - wanted.picture).abs().max() < 2e-4
    assert (found.matte - wanted.matte).abs().max() < 2e-4


def test_a_wrong_weight_would_be_seen():
    generator = grown()
    other = folded(generator)
    other.both.convolution.weight[-1, 0] += 0.5  # the last of the movement's four repetitions
    inputs = scene(64, 96)
    assert (other.paint(*inputs).picture - generator.paint(*inputs).picture).abs().max() > 1e-3


def test_fewer_multiplications_are_needed():
    def multiplications(network):
        total = 0

        def count(module, _, answer):
            nonlocal total
            enlarged = 4 if isinstance(module, nn.ConvTranspose2d) else 1
            total += module.weight.numel() * answer[0, 0].numel() / enlarged

        kinds = (nn.Conv2d, nn.ConvTranspose2d)
        hooks = [
            each.register_forward_hook(count)
            for each in network.modules()
            if isinstance(each, kinds)
        ]
        network.paint(*scene(64, 96))
        for hook in hooks:
            hook.remove()
        return total

    generator = CompactGenerator().eval()
    assert multiplications(folded(generator)) < 0.85 * multiplications(generator)


def test_the_generator_stays_as_it_was():
    generator = grown()
    before = {name: values.clone() for name, values in generator.state_dict().items()}
    folded(generator)
    assert generator.both is None
    assert all(torch.equal(before[name], values) for name, values in generator.state_dict().items())
    assert all(each.requires_grad for each in generator.parameters())


def test_a_generator_that_is_not_compact_is_itself():
    network = nn.Conv2d(3, 3, 1)
    assert folded(network) is network

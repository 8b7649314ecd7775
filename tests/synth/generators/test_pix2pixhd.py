import pytest
import torch

from stickdance.synth.generators.pix2pixhd import GlobalGenerator, LocalEnhancer, WholeFrame, halved


def parameters(network):
    return sum(parameter.numel() for parameter in network.parameters())


@pytest.mark.parametrize(
    ("numbers", "count"),
    [
        ({}, 182_443_267),
        ({"inputs": 6}, 182_452_675),
        ({"inputs": 36}, 182_546_755),
        ({"channels": 32}, 45_620_867),
        ({"downsamplings": 3}, 45_593_347),
    ],
)
def test_the_global_generator_has_the_published_number_of_parameters(numbers, count):
    with torch.device("meta"):
        assert parameters(GlobalGenerator(**numbers)) == count


def test_its_layers_have_the_published_numbers_of_parameters():
    with torch.device("meta"):
        network = GlobalGenerator()
    counts = [parameters(layer) for layer in network.features if parameters(layer)]
    down = [9_472, 73_856, 295_168, 1_180_160, 4_719_616]
    up = [4_719_104, 1_179_904, 295_040, 73_792]
    assert counts == [*down, *[18_876_416] * 9, *up]
    assert parameters(network.picture) == 9_411


def test_the_local_enhancer_has_the_published_number_of_parameters():
    with torch.device("meta"):
        assert parameters(LocalEnhancer()) == 182_701_827


@pytest.mark.parametrize("network", [GlobalGenerator, LocalEnhancer])
def test_a_picture_has_the_size_of_the_input(network):
    with torch.device("meta"):
        assert network()(torch.empty(2, 3, 64, 96)).shape == (2, 3, 64, 96)


def test_a_residual_block_adds_to_its_input_without_an_activation():
    torch.manual_seed(0)
    network = GlobalGenerator(channels=4, downsamplings=1, blocks=1)
    block = next(layer for layer in network.features if hasattr(layer, "branch"))
    inputs = torch.randn(1, 8, 6, 6)
    assert torch.equal(block(inputs), inputs + block.branch(inputs))
    assert (block(inputs) < 0).any()


@pytest.mark.parametrize("enhance", [False, True])
def test_a_whole_frame_of_any_size_is_painted(enhance):
    painter = WholeFrame(channels=4, downsamplings=2, blocks=1, enhance=enhance)
    painted = painter(torch.rand(2, 3, 50, 38), torch.rand(2, 4, 50, 38), torch.rand(1, 3, 50, 38))
    assert painted.picture.shape == (2, 3, 50, 38)
    assert painted.picture.abs().max() <= 1
    assert (painted.matte == 1).all()


def test_weights_begin_as_published():
    torch.manual_seed(0)
    weight = WholeFrame(channels=16, downsamplings=2, blocks=1).network.features[1].weight
    assert weight.std().item() == pytest.approx(0.02, rel=0.1)


def test_halving_does_not_darken_the_border():
    assert torch.allclose(halved(torch.ones(1, 1, 5, 5)), torch.ones(1, 1, 3, 3))

import pytest
import torch

from stickdance.choreography.learned.genre.network import GenreNetwork
from stickdance.choreography.learned.genre.options import PRESETS, Configuration


@pytest.fixture
def network():
    torch.manual_seed(0)
    return GenreNetwork(Configuration(8, (6, 4)), 5, 3)


def test_each_window_gets_a_number_for_each_genre(network):
    assert network(torch.rand(7, 30, 5)).shape == (7, 3)


def test_the_papers_network_has_the_sizes_of_its_table():
    network = GenreNetwork(PRESETS["paper"], 2048, 16)
    shapes = {name: tuple(value.shape) for name, value in network.named_parameters()}
    assert shapes["lstm.weight_ih_l0"] == shapes["lstm.weight_ih_l0_reverse"] == (4 * 448, 2048)
    assert shapes["head.1.weight"] == (320, 2 * 448)
    assert shapes["head.3.weight"] == (160, 320)
    assert shapes["head.5.weight"] == (16, 160)


def test_both_ends_of_a_window_are_told_from_all_of_it(network):
    network.eval()
    window = torch.rand(1, 30, 5)
    whole = network(window)
    for frame in (0, 29):
        other = window.clone()
        other[0, frame] += 1
        assert not torch.allclose(network(other), whole)


def test_features_of_any_scale_and_offset_are_learnt_alike(network):
    windows = torch.rand(16, 30, 5)
    network.head[0].eval()  # dropout
    plain = network(windows)
    assert torch.allclose(network(windows * 100 - 7), plain, atol=1e-2)

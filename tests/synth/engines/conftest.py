import pytest
import torch

from stickdance.synth.generators.compact import CompactGenerator


@pytest.fixture(scope="module")
def generator():
    torch.manual_seed(3)
    network = CompactGenerator(channels=(8, 12, 16, 20), blocks=1).eval()
    for values in network.parameters():  # none of its parts stays silent
        values.data.add_(0.02 * torch.randn(values.shape))
    return network.requires_grad_(False)

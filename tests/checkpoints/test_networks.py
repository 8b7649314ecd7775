import pytest
from torch import nn

from stickdance.checkpoints.networks import shapes_of


def test_shapes_are_told_without_room_for_the_weights():
    shapes = shapes_of(lambda: nn.Linear(10**6, 10**6))  # 4 TB
    assert shapes == {"weight": (10**6, 10**6), "bias": (10**6,)}


@pytest.mark.parametrize("size", [10**18, 10**30, -1])
def test_sizes_that_no_network_has_are_refused(size):
    with pytest.raises(ValueError, match="no network can be built so"):
        shapes_of(lambda: nn.Linear(size, size))

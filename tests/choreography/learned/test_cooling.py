import pytest
import torch

from stickdance.choreography.learned.cooling import cool


@pytest.mark.parametrize(("share", "left"), [(0.0, 1.0), (0.5, 0.5), (1.0, 0.01)])
def test_a_rate_falls_along_half_a_cosine_to_a_hundredth(share, left):
    optimiser = torch.optim.Adam([torch.zeros(1, requires_grad=True)], 3.0)
    cool(optimiser, 2.0, share)
    assert optimiser.param_groups[0]["lr"] == pytest.approx(2.0 * left)

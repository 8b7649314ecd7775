import pytest
import torch

from stickdance.choreography.learned.music_to_dance.basis import (
    Components,
    DanceBasis,
    Scores,
    fitted,
)

TIME = torch.arange(40) / 40 * 6.283185
WAVES = torch.stack([torch.cos(3 * TIME), torch.sin(3 * TIME)], dim=1)[None]


def dances(*amounts):
    """Return dances of two numbers a pose: a wave around one place, by its amount."""
    return torch.stack(
        [torch.stack([5 + amount * WAVES[0, :, 0], -2 + 0 * TIME], dim=1) for amount in amounts]
    )


def test_a_dance_of_waves_is_told_by_its_coefficients():
    found = fitted(dances(0.7), WAVES).reshape(3, 2)
    assert found[0] == pytest.approx(torch.tensor([5.0, -2.0]), abs=1e-4)
    shrunk = 0.7 * 20 / (20 + 2)  # 40 frames of a cosine have the square 20, the ridge is 2
    assert found[1, 0].item() == pytest.approx(shrunk, abs=1e-4)
    assert found[2].abs().max().item() < 1e-4


def test_codes_begin_as_scores_and_tell_the_dances_that_they_were_read_from():
    real = dances(-0.6, -0.2, 0.1, 0.9)
    waves = WAVES.expand(4, -1, -1)
    components = Components(fitted(real, waves), 3)
    basis, scores = DanceBasis(2, 2, 3), Scores(2, 2, 3)
    basis.begin_with(components)
    scores.begin_with(components)
    codes = scores(real, waves)
    assert codes.std(dim=0, correction=0)[0].item() == pytest.approx(1, abs=1e-3)
    assert codes[:, 1:].abs().max().item() < 1e-2  # these dances differ in one thing only
    again = basis(waves, codes)
    assert (again - real).abs().max().item() < 0.1 * 0.9 + 1e-3


def test_without_waves_codes_tell_mean_poses():
    real = dances(0.0, 0.0) + torch.tensor([[[1.0, 0.0]], [[-1.0, 0.0]]])
    nothing = WAVES[..., :0].expand(2, -1, -1)
    assert fitted(real, nothing) == pytest.approx(
        torch.tensor([[6.0, -2.0], [4.0, -2.0]]), abs=1e-4
    )

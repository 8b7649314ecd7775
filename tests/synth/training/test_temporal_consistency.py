import pytest
import torch

from stickdance.synth.training.temporal_consistency import change_loss, real_motion


def test_an_error_that_moves_with_the_film_costs_nothing_and_a_new_one_costs_its_size():
    photo, flow, known = torch.zeros(2, 3, 8, 8), torch.zeros(1, 2, 8, 8), torch.ones(1, 1, 8, 8)
    steady = torch.full_like(photo, 0.3)
    assert change_loss(steady, photo, flow, known) == pytest.approx(0)
    jumping = torch.cat([steady[:1], steady[1:] + 0.2])
    assert change_loss(jumping, photo, flow, known) == pytest.approx(0.2)
    known[..., :4] = 0
    jumping[1, :, :, :4] = 9
    assert change_loss(jumping, photo, flow, known) == pytest.approx(0.2)


def test_real_motion_follows_a_moved_picture():
    random = torch.Generator().manual_seed(0)
    rough = torch.rand(1, 3, 12, 12, generator=random) * 2 - 1
    film = torch.nn.functional.interpolate(rough, (64, 64), mode="bicubic").clamp(-1, 1)
    motion = real_motion(film, film.roll(2, -1))
    flow, known = motion["flow"], motion["known"]
    middle = flow[0, :, 16:48, 16:48].flatten(1).median(1).values
    assert middle.tolist() == pytest.approx([-2, 0], abs=0.3)
    assert known.mean() > 0.5


def test_pictures_too_small_to_tell_motion_count_nothing():
    small = torch.zeros(1, 3, 16, 16)
    assert real_motion(small, small)["known"].sum() == 0

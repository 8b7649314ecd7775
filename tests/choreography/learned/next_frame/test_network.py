import pytest
import torch

from stickdance.choreography.learned.next_frame.network import NextFrameNetwork, _moved
from stickdance.choreography.learned.next_frame.options import OUTPUTS


def network(output, filters=4, patch=2):
    torch.manual_seed(0)
    return NextFrameNetwork(filters, patch, output).eval()


@pytest.mark.parametrize("output", OUTPUTS)
def test_each_frame_gets_a_picture_of_its_size(output):
    predicted, _ = network(output)(torch.rand(2, 5, 12, 18))
    assert predicted.shape == (2, 5, 12, 18)
    assert 0 <= predicted.min() <= predicted.max() <= 1


@pytest.mark.parametrize("output", OUTPUTS)
def test_what_is_predicted_does_not_know_what_comes(output):
    model = network(output)
    torch.nn.init.normal_(model.last.weight, std=0.3)
    frames = torch.rand(1, 6, 12, 18)
    other = frames.clone()
    other[:, 4:] = torch.rand(1, 2, 12, 18)
    first, second = model(frames)[0], model(other)[0]
    assert torch.equal(first[:, :4], second[:, :4])
    assert not torch.allclose(first[:, 4], second[:, 4])


@pytest.mark.parametrize("output", OUTPUTS)
def test_frame_by_frame_is_the_same_as_all_at_once(output):
    model = network(output)
    torch.nn.init.normal_(model.last.weight, std=0.3)
    frames = torch.rand(1, 6, 12, 18)
    whole, _ = model(frames)
    memory, parts = None, []
    for moment in range(6):
        part, memory = model(frames[:, moment : moment + 1], memory)
        parts.append(part)
    assert torch.allclose(torch.cat(parts, dim=1), whole, atol=1e-5)


def test_a_residual_begins_as_the_last_frame():
    frames = torch.rand(1, 3, 12, 18)
    assert torch.equal(network("residual")(frames)[0], frames)


def test_what_moves_nowhere_begins_as_the_last_frame():
    flat = torch.full((1, 3, 12, 18), 0.4)
    assert torch.allclose(network("moved")(flat)[0], flat, atol=1e-6)


def test_votes_for_a_neighbour_move_the_picture():
    frames = torch.rand(1, 1, 3, 8, 8)
    votes = torch.zeros(1, 1, 25, 8, 8)
    votes[:, :, 2 * 5 + 1] = 50  # the middle row, one to the left
    moved = _moved(frames, votes)
    assert torch.allclose(moved[..., 1:], frames[..., :-1], atol=1e-5)
    assert torch.allclose(moved[..., 0], frames[..., 0], atol=1e-5)

import pytest
import torch
from torch import nn

from stickdance.choreography.learned.next_frame.conv_lstm import ConvLSTM


def test_on_pictures_of_one_pixel_it_is_an_lstm():
    torch.manual_seed(0)
    layer, cell = ConvLSTM(3, 5, 1), nn.LSTMCell(3, 5)
    with torch.no_grad():
        cell.weight_ih.copy_(layer.seen.weight[:, :, 0, 0])
        cell.bias_ih.copy_(layer.seen.bias)
        cell.bias_hh.zero_()
        cell.weight_hh.copy_(layer.remembered.weight[:, :, 0, 0])
    frames = torch.randn(2, 4, 3)
    outputs, (last, kept) = layer(frames[..., None, None])
    state = None
    for moment in range(4):
        state = cell(frames[:, moment], state)
        assert torch.allclose(outputs[:, moment, :, 0, 0], state[0], atol=1e-6)
    assert torch.allclose(last[..., 0, 0], state[0], atol=1e-6)
    assert torch.allclose(kept[..., 0, 0], state[1], atol=1e-6)


def test_a_pixel_is_seen_as_far_as_the_kernel_reaches():
    layer = ConvLSTM(1, 2, 3)
    frames = torch.zeros(1, 1, 1, 9, 9)
    plain, _ = layer(frames)
    frames[..., 4, 4] = 1
    changed = (layer(frames)[0] - plain).abs().sum((0, 1, 2)) > 1e-7
    assert changed[3:6, 3:6].all()
    assert changed.sum() == 9


def test_the_forget_gate_begins_open():
    bias = ConvLSTM(1, 2, 3).seen.bias
    assert bias.tolist() == pytest.approx([0, 0, 1, 1, 0, 0, 0, 0])

import numpy as np
import scipy.fft
import torch

from stickdance.choreography.learned.next_pose.network import (
    NextPoseNetwork,
    WindowNetwork,
    network_of,
    no_goals,
)
from stickdance.choreography.learned.next_pose.rows import columns

COLUMNS = columns(18, 3)


def network():
    torch.manual_seed(0)
    return NextPoseNetwork(COLUMNS, 3, 16, habits=4)


def test_frame_by_frame_tells_what_all_at_once_tells():
    rows, changes = torch.randn(2, 2, 5, COLUMNS)
    model, memory, told = network(), None, []
    goals = no_goals(rows, model)
    for frame in range(5):
        at = slice(frame, frame + 1)
        out, memory = model(rows[:, at], changes[:, at], goals[:, at], memory)
        told.append(out)
    torch.testing.assert_close(torch.cat(told, dim=1), model(rows, changes, goals)[0])


def test_where_in_the_room_a_mover_is_does_not_matter_but_how_high_does():
    rows, changes = torch.randn(2, 1, 3, COLUMNS)
    model = network()
    goals = no_goals(rows, model)
    aside, higher = rows.clone(), rows.clone()
    aside[..., -3] += 5
    higher[..., -2] += 5
    told = model(rows, changes, goals)[0]
    torch.testing.assert_close(model(aside, changes, goals)[0], told)
    assert (model(higher, changes, goals)[0] - told).abs().max() > 1e-3


def test_a_goal_changes_what_is_told_and_none_is_told_apart_from_a_goal_at_the_pose():
    rows, changes = torch.randn(2, 1, 3, COLUMNS)
    model = network()
    goals = no_goals(rows, model)
    goal = goals.clone()
    goal[..., 0] = 0.5
    assert (model(rows, changes, goal)[0] - model(rows, changes, goals)[0]).abs().max() > 1e-3


def test_a_network_is_built_again_from_its_weights_alone():
    model = network()
    again = network_of(model.state_dict(), axes=3)
    rows, changes = torch.randn(2, 1, 3, COLUMNS)
    goals = no_goals(rows, model)
    torch.testing.assert_close(again(rows, changes, goals)[0], model(rows, changes, goals)[0])


def window(seen=10):
    torch.manual_seed(0)
    model = WindowNetwork(COLUMNS, 3, 16, seen, told=6, habits=4)
    torch.nn.init.normal_(model.last.weight, std=0.1)
    return model


def test_a_window_is_built_again_from_its_weights_alone():
    model = window()
    again = network_of(model.state_dict(), axes=3)
    rows, goal = torch.randn(2, 10, COLUMNS), torch.zeros(2, model.intra + 1)
    torch.testing.assert_close(again(rows, goal), model(rows, goal))
    assert isinstance(again, WindowNetwork)
    assert (again.seen, again.told) == (10, 6)


def test_a_window_moves_along_with_the_mover_and_knows_how_high_they_are():
    model, rows = window(), torch.randn(1, 10, COLUMNS)
    goal = torch.zeros(1, model.intra + 1)
    aside, higher = rows.clone(), rows.clone()
    aside[..., -3] += 5
    higher[..., -2] += 5
    told = model(rows, goal)
    expected = told.clone()
    expected[..., -3] += 5
    torch.testing.assert_close(model(aside, goal), expected, atol=1e-4, rtol=1e-4)
    assert (model(higher, goal) - told)[..., 0].abs().max() > 1e-3


def test_of_a_short_past_the_first_pose_was_held_before():
    model, rows = window(), torch.randn(1, 3, COLUMNS)
    goal = torch.zeros(1, model.intra + 1)
    held = torch.cat([rows[:, :1].expand(-1, 7, -1), rows], dim=1)
    torch.testing.assert_close(model(rows, goal), model(held, goal))


def test_its_cosine_transform_is_scipys():
    waves = window(12).waves.numpy()
    values = np.random.default_rng(0).normal(size=12)
    np.testing.assert_allclose(waves @ values, scipy.fft.dct(values, norm="ortho"), atol=1e-6)

import torch

from stickdance.choreography.learned.next_pose.network import NextPoseNetwork, network_of, no_goals
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

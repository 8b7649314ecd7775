from stickdance.choreography.motion_graph.both import woven
from stickdance.choreography.plan.steps import Step

MOVES = (Step("move_001", 0, 4), Step("move_002", 4, 4), Step("move_003", 8, 8))


def placed(steps):
    return [(step.action, step.start_beat, step.beats) for step in steps]


def test_actions_that_were_filmed_take_the_place_of_moves():
    actions = (Step("clap", 0, 4), Step("mambo", 4, 4), Step("lasso", 8, 4), Step("lasso", 12, 4))
    steps = woven(actions, MOVES, {("mambo", False)})
    assert placed(steps) == [("move_001", 0, 4), ("mambo", 4, 4), ("move_003", 8, 8)]


def test_a_mirrored_action_was_not_filmed_because_the_other_side_was():
    actions = (Step("mambo", 4, 4, mirrored=True),)
    assert woven(actions, MOVES, {("mambo", False)}) == MOVES


def test_what_is_left_of_a_move_is_danced_before_and_after_an_action():
    steps = woven((Step("mambo", 10, 2),), MOVES, {("mambo", False)})
    assert placed(steps)[2:] == [("move_003", 8, 2), ("mambo", 10, 2), ("move_003", 12, 4)]


def test_a_single_beat_beside_an_action_is_left_to_the_fade():
    steps = woven((Step("mambo", 5, 3),), MOVES, {("mambo", False)})
    assert placed(steps) == [("move_001", 0, 4), ("mambo", 5, 3), ("move_003", 8, 8)]

import numpy as np
import pytest
import torch

from stickdance.capture.pose.skeleton import OPENPOSE_18
from stickdance.choreography.learned.next_pose.evaluate import evaluate
from stickdance.choreography.learned.next_pose.free_run import Mover
from stickdance.choreography.learned.next_pose.goals import HABITS, habits
from stickdance.choreography.learned.next_pose.model import NextPose
from stickdance.choreography.learned.next_pose.network import NextPoseNetwork
from stickdance.choreography.learned.next_pose.rows import columns, rows_of


@pytest.fixture
def still_model(swinging):
    """A model that tells no change at all."""
    network = NextPoseNetwork(columns(18, 3), 3, 4, HABITS)
    rows = rows_of(swinging(100, 25.0), OPENPOSE_18)
    network.take_over(**habits([rows], network.intra, 25.0, seed=0))
    network.take_over(change=torch.full((columns(18, 3),), 1e-9))
    return NextPose(network.eval(), Mover.of(OPENPOSE_18, 3), 25.0)


def test_a_model_that_stands_still_errs_as_zero_velocity_does(still_model, swinging, part_of):
    points = swinging(120, 25.0)
    scores = evaluate(still_model, [part_of(points, split=60)], seen=20)
    errors = scores["errors"]["data"]
    assert errors["400"]["model"] == pytest.approx(errors["400"]["zero_velocity"], rel=1e-3)
    assert errors["400"]["starts"] == 51
    assert errors["400"]["zero_velocity"] == pytest.approx(
        np.linalg.norm(points[69:120] - points[59:110], axis=-1).mean(), rel=1e-4
    )


def test_a_model_that_stands_still_is_seen_to(still_model, swinging, part_of):
    free = evaluate(still_model, [part_of(swinging(120, 25.0), split=60)], seen=20)["free_run"]
    assert free["without_goals"] < 0.01
    assert free["with_goals_last_quarter"] < 0.01


def test_short_ends_count_for_short_times_alone(still_model, swinging, part_of):
    errors = evaluate(still_model, [part_of(swinging(70, 25.0), split=60)], seen=20)["errors"][
        "data"
    ]
    assert set(errors) == {"80", "160", "320", "400"}
    assert errors["400"]["starts"] == 1


def test_nothing_held_out_is_said_by_no_errors(still_model, swinging, part_of):
    scores = evaluate(still_model, [part_of(swinging(70, 25.0))], seen=20)
    assert scores == {"errors": {}}

import numpy as np
import pytest

from stickdance.capture.pose.sequence import PoseSequence
from stickdance.capture.pose.skeleton import OPENPOSE_18
from stickdance.choreography.body.proportions import default_profile
from stickdance.choreography.motion_graph.accents import find_accents
from stickdance.choreography.motion_graph.crossfade import faded

FPS = 30.0
PROFILE = default_profile((256, 256))


def figure(seconds):
    """Somebody who stands with hanging arms, one pixel a hundredth of a body."""
    points = np.zeros((round(seconds * FPS), 18, 2))
    points[:, :, 1] = 40.0
    for side, x in (("left", 5.0), ("right", -5.0)):
        points[:, OPENPOSE_18.index[f"{side}_ankle"]] = x, 100.0
    return points


def poses_of(points):
    return PoseSequence(points, np.ones(points.shape[:2]), FPS, (200, 200), OPENPOSE_18)


def test_feet_that_are_set_down_are_accents():
    points = figure(4)
    time = np.arange(len(points)) / FPS
    lands = {"left": (1.0, 2.0, 3.0), "right": (1.5, 2.5)}
    for side, moments in lands.items():
        for way, moment in zip((1, -1, 1), moments, strict=False):
            share = np.clip((time - moment + 0.3) / 0.3, 0, 1)
            ankle = points[:, OPENPOSE_18.index[f"{side}_ankle"]]
            ankle[:, 0] += 12 * way * share
            ankle[:, 1] -= 8 * np.sin(np.pi * share)
    accents = find_accents(poses_of(points), 100.0)
    falls = accents.times[accents.strengths == 1]
    assert falls == pytest.approx([1.0, 1.5, 2.0, 2.5, 3.0], abs=0.06)


def test_where_feet_rest_a_limb_that_brakes_is_an_accent_before_it_stops():
    points = figure(4)
    time = np.arange(len(points)) / FPS
    for start in (
        0.5,
        1.5,
        2.5,
    ):  # seconds: a strike of 0.3 s each, which brakes in its second half
        share = np.clip((time - start) / 0.3, 0, 1)
        points[:, OPENPOSE_18.index["left_wrist"], 0] += 20 * share**2 * (3 - 2 * share)
    accents = find_accents(poses_of(points), 100.0)
    assert (accents.strengths <= 0.5).all() and len(accents) == 3
    before_the_stop = np.array([0.8, 1.8, 2.8]) - accents.times
    assert ((before_the_stop > 0) & (before_the_stop < 0.2)).all()


def test_hardly_any_footage_has_no_accents():
    assert len(find_accents(poses_of(figure(0.2)), 100.0)) == 0


def test_feet_that_step_over_at_a_cut_land_at_the_end_of_the_fading():
    shape = (41, 18, 3)
    leaving, entering = np.zeros(shape[1:]), np.zeros(shape[1:])
    ankles = [OPENPOSE_18.index[f"{side}_ankle"] for side in ("left", "right")]
    entering[ankles, 0] = 0.1 * PROFILE.height
    passed = np.linspace(0, 1, shape[0])
    out = faded(np.broadcast_to(entering, shape), leaving, entering, passed, PROFILE)
    assert out[0, ankles] == pytest.approx(leaving[ankles])
    assert out[-1, ankles] == pytest.approx(entering[ankles])
    speed = np.linalg.norm(np.diff(out[:, ankles], axis=0), axis=-1)
    assert (speed.argmax(axis=0) > 26).all()  # of 40: they hurry to the beat
    assert (out[30, ankles, 1] < 0).all()  # lifted

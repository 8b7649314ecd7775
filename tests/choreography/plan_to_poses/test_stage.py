"""Where on the stage steps are danced: planted feet stay, travelling feet arrive."""

from dataclasses import replace

import numpy as np
import pytest

from stickdance.capture.pose.skeleton import OPENPOSE_18
from stickdance.choreography.actions.catalog import DANCED
from stickdance.choreography.body.pose_channels import FEET, INDEX, pose
from stickdance.choreography.body.proportions import body_from_profile, default_profile
from stickdance.choreography.plan.steps import Step, placed
from stickdance.choreography.plan_to_poses.danced_step import DancedStep
from stickdance.choreography.plan_to_poses.stage import place_of, room_a_beat, turned, way_of

BODY = body_from_profile(default_profile((256, 256)))
COUNTS = np.linspace(0, 4, 65)
RIGHT = np.array([0.2, 0.0])


def danced(action, **where):
    return DancedStep(Step(action, 4, 4, **where), DANCED[action], BODY)


@pytest.mark.parametrize("action", ["step_touch", "lasso"])
def test_a_carried_step_ends_in_its_place_and_standing_feet_stay(action):
    there, here = danced(action, across=1.0), danced(action)
    place = place_of(there.step, BODY)
    assert place[0] > 0.15
    moved = BODY.joints(there.at(COUNTS)) - BODY.joints(here.at(COUNTS))
    for side in ("left", "right"):
        ankle = moved[:, OPENPOSE_18.index[f"{side}_ankle"], 0]
        assert ankle[0] == pytest.approx(0, abs=0.01)
        assert ankle[-1] == pytest.approx(place[0], abs=0.02)
        own = BODY.joints(here.at(COUNTS))[:, OPENPOSE_18.index[f"{side}_ankle"]]
        if action == "step_touch":
            rests = np.linalg.norm(np.diff(own, axis=0), axis=-1) < 1e-4
            assert np.abs(np.diff(ankle)[rests]).max() < 1e-3


def test_a_step_in_the_middle_is_as_it_was():
    values = DANCED["step_touch"].poses(COUNTS / 4)
    way = way_of(values, COUNTS, np.zeros(2), np.zeros(2))
    assert way.carried(values, COUNTS) is values


def test_one_foot_that_works_alone_carries_nobody():
    assert room_a_beat(DANCED["rock_and_sweep"]) == 0
    assert 0 < room_a_beat(DANCED["lasso"]) < room_a_beat(DANCED["grapevine"])
    assert room_a_beat(DANCED["walk_around"]) > 0
    values = DANCED["rock_and_sweep"].poses(COUNTS / 4)
    carried = way_of(values, COUNTS, np.zeros(2), RIGHT).carried(values, COUNTS)
    assert carried == pytest.approx(values)


def test_a_stroll_lifts_one_foot_and_then_the_other():
    values = np.repeat(pose()[None], len(COUNTS), axis=0)
    carried = way_of(values, COUNTS, np.zeros(2), RIGHT).carried(values, COUNTS)
    up = {side: carried[:, place.start + 1] for side, place in FEET.items()}
    assert max(up["left"]) > 0.03 < max(up["right"])
    assert not ((up["left"] > 1e-9) & (up["right"] > 1e-9)).any()
    assert up["left"].argmax() < up["right"].argmax()


def test_a_turned_body_keeps_its_feet_and_its_whole_turns():
    values = np.stack([pose(turn=20), pose(turn=360)])
    aside = turned(values, 30, whole=True)
    assert aside[:, INDEX["turn"]] == pytest.approx([50, 390])
    assert turned(values, 30)[0, INDEX["turn"]] == pytest.approx(42)
    for place in FEET.values():
        assert aside[:, place] == pytest.approx(values[:, place])


def test_a_body_faces_no_farther_aside_than_it_was_seen_to():
    frontal = replace(BODY, turns=20.0)
    step = DancedStep(Step("lasso", 4, 4, facing=40), DANCED["lasso"], frontal)
    same = DancedStep(Step("lasso", 4, 4, facing=20), DANCED["lasso"], frontal)
    assert step.at(COUNTS) == pytest.approx(same.at(COUNTS))


def test_who_was_seen_from_the_front_alone_turns_little():
    profile = default_profile((256, 256))
    joints = BODY.joints(np.stack([pose(), pose(turn=8), pose(turn=-8)]))[..., :2] * [1, -1]
    hips = joints[:, [OPENPOSE_18.index["left_hip"], OPENPOSE_18.index["right_hip"]]]
    seen = (joints - hips.mean(axis=1, keepdims=True)).astype(np.float32)
    assert body_from_profile(profile).turns == 45
    assert body_from_profile(replace(profile, poses=seen)).turns < 25


def test_a_wide_room_is_used_and_a_narrow_one_left_alone():
    step = Step("lasso", 4, 4, across=-1.0, ahead=1.0)
    wide = body_from_profile(default_profile((512, 256)))
    assert place_of(step, wide)[0] < place_of(step, BODY)[0] < 0
    narrow = replace(BODY, reach=(BODY.centre - 5, BODY.centre + 5))
    assert place_of(step, narrow)[0] == 0
    assert place_of(None, BODY) == pytest.approx([0, 0])
    feet_at_the_edge = replace(BODY, ground=BODY.size[1] - 1.0)
    assert place_of(step, feet_at_the_edge)[1] == 0


def test_a_step_danced_in_the_mirror_is_danced_on_the_other_side():
    (one,) = placed([Step("lasso", 0, 4, across=0.5)], 8, 16, flip=True)
    assert (one.across, one.mirrored) == (-0.5, True)

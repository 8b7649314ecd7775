import json
from dataclasses import replace

import numpy as np
import pytest

from stickdance.capture.pose.body_profile import normalised
from stickdance.capture.pose.sequence import PoseSequence
from stickdance.choreography.actions.catalog import DANCED
from stickdance.choreography.body.proportions import body_from_profile, default_profile
from stickdance.choreography.plan_to_poses.framing import staged
from stickdance.choreography.rules.action_familiarity import (
    familiarity,
    familiarity_report,
    limb_distances,
)

PROFILE = default_profile((160, 256))
BODY = body_from_profile(PROFILE)


def danced(name, frames=40):
    return staged(DANCED[name].poses(np.linspace(0, 1, frames)), BODY, 25.0)


def seen_dancing(*names):
    points = np.concatenate([danced(name).points for name in names])
    return replace(PROFILE, poses=normalised(points, PROFILE.skeleton, PROFILE.height))


def test_what_was_filmed_is_familiar_and_what_was_not_is_less_so():
    target = seen_dancing("step_touch")
    found = familiarity(DANCED, target, BODY)
    assert found["step_touch"] > 0.95 > np.median(list(found.values()))
    assert found["knee_to_elbow"] < 0.5 and found["paddle_turn"] < 0.5
    assert all(0 <= value <= 1 for value in found.values())


def test_strength_scales_the_strangeness_and_none_is_without_effect():
    target = seen_dancing("step_touch")
    whole, half = (familiarity(DANCED, target, BODY, strength) for strength in (1.0, 0.5))
    assert 1 - half["paddle_turn"] == pytest.approx((1 - whole["paddle_turn"]) / 2)
    assert familiarity(DANCED, target, BODY, 0.0) == {}
    assert familiarity(DANCED, PROFILE, BODY) == {}, "no poses are known of an average adult"


def test_a_dance_of_seen_poses_is_covered_and_a_strange_second_is_named(tmp_path):
    target = seen_dancing("step_touch")
    usual = danced("step_touch", 100)
    points = usual.points.copy()
    points[25:50, :8] += 0.2 * PROFILE.height
    strange = replace(usual, points=points)
    assert familiarity_report(usual, target).coverage.share == 1.0
    report = familiarity_report(strange, target)
    assert report.coverage.share == pytest.approx(0.75)
    assert [share for _, share in report.seconds] == [0.0, 1.0, 0.0, 0.0]
    assert report.seconds[1][0] == pytest.approx(
        float(target.distance(strange.points[25:50]).mean()), abs=1e-6
    )
    assert report.worst()[0][0] in (0, 1)
    saved = json.loads(report.save(tmp_path / "coverage.json").read_text())
    assert saved["share"] == 0.75 and len(saved["seconds"]) == 4
    assert saved["seconds"][1]["far"] == 1.0


def test_a_limb_that_was_never_seen_so_is_named(tmp_path):
    target = seen_dancing("step_touch")
    usual = danced("step_touch", 75)
    points = usual.points.copy()
    wrist, shoulder = (PROFILE.skeleton.index[f"left_{name}"] for name in ("wrist", "shoulder"))
    points[25:50, wrist] = points[25:50, shoulder] - [0, 0.34 * PROFILE.height]
    report = familiarity_report(replace(usual, points=points), target)
    assert report.limbs[1] == "left arm"
    distances = limb_distances(points, target)
    assert distances.shape == (75, 4)
    assert distances[30, 0] > 0.1 and distances[[0, 10, 60]].max() < 0.03


def test_without_poses_seen_there_is_nothing_to_report():
    poses = PoseSequence(np.zeros((5, 18, 2)), np.ones((5, 18)), 25.0, (160, 256))
    assert familiarity_report(poses, PROFILE) is None

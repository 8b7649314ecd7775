import numpy as np
import pytest

from stickdance.capture.pose.sequence import PoseSequence
from stickdance.choreography.body.pose_channels import pose
from stickdance.choreography.body.proportions import body_from_profile, default_profile
from stickdance.choreography.evaluation.footfalls import standing_speed
from stickdance.choreography.learned.music_to_dance.feet import planted
from stickdance.choreography.plan_to_poses.framing import staged

FPS, BODY = 25.0, default_profile((256, 256))


def standing(frames=150):
    return staged(np.stack([pose()] * frames), body_from_profile(BODY), FPS)


def carried(poses, away):
    """The same with everything moved aside by (frames,) body heights, as a network drifts."""
    points = poses.points.astype(float)
    points[..., 0] += BODY.height * np.asarray(away)[:, None]
    return PoseSequence(points, poses.confidence, FPS, poses.size, poses.skeleton)


def skating(poses):
    joints = poses.points.astype(float) / BODY.height
    joints[..., 1] *= -1
    return standing_speed(joints, FPS)


SWAY = 0.04 * np.sin(2 * np.pi * np.arange(150) / 50)
WALK = np.cumsum(np.full(150, 0.1 / FPS))


def test_a_foot_that_sways_with_the_body_stands_still():
    drifting = carried(standing(), SWAY)
    assert skating(drifting) > 0.06
    held = planted(drifting, BODY)
    assert skating(held) < 0.002
    hips = drifting.skeleton.index["left_hip"]
    assert (held.points[:, hips] == drifting.points[:, hips]).all()
    away = np.abs(held.points - drifting.points).max()
    assert away < 0.06 * BODY.height


def test_a_slow_slide_becomes_steps_that_keep_up_with_the_body():
    sliding = carried(standing(), WALK)
    stepping = planted(sliding, BODY)
    assert skating(sliding) == pytest.approx(0.1, abs=0.01) and skating(stepping) < 0.03
    ankle = stepping.skeleton.index["left_ankle"]
    off = np.abs(stepping.points[:, ankle, 0] - sliding.points[:, ankle, 0])
    assert off.max() < 0.12 * BODY.height
    rows = stepping.points[:, ankle, 1]
    assert rows.min() < rows.max() - 0.015 * BODY.height, "the foot is lifted"


def test_a_foot_that_stands_already_and_real_steps_stay_as_they_are():
    still = standing()
    assert planted(still, BODY).points == pytest.approx(still.points, abs=1e-3)
    values = np.stack([pose(left_foot=(0.0, 0.25 * max(0.0, np.sin(at)), 0.0))
                       for at in np.arange(150) * 2 * np.pi / 25])  # fmt: skip
    stamping = staged(values, body_from_profile(BODY), FPS)
    ankle = stamping.skeleton.index["left_ankle"]
    now = planted(stamping, BODY).points[:, ankle, 1]
    assert np.ptp(now) > 0.9 * np.ptp(stamping.points[:, ankle, 1])


def test_legs_keep_their_bend():
    drifting = carried(standing(), SWAY)
    held = planted(drifting, BODY)

    def shares(poses):
        hip, knee, ankle = (poses.joint(f"left_{name}") for name in ("hip", "knee", "ankle"))
        lengths = [np.linalg.norm(a - b, axis=-1) for a, b in ((hip, knee), (knee, ankle))]
        return lengths[0] / lengths[1]

    assert shares(held) == pytest.approx(shares(drifting), rel=1e-4)

import numpy as np
import pytest

from stickdance.capture.pose.skeleton import OPENPOSE_18
from stickdance.checkpoints.errors import BadInput
from stickdance.choreography.actions.catalog import ACTIONS, DANCED, find_action
from stickdance.choreography.actions.size import picture_size
from stickdance.choreography.body.pose_channels import FEET, INDEX, mirrored
from stickdance.choreography.body.proportions import body_from_profile, default_profile
from stickdance.choreography.evaluation.footfalls import footfalls
from stickdance.choreography.evaluation.metrics import foot_slide

BODY = body_from_profile(default_profile((256, 256)))
FINE = np.linspace(0, 1, 241)
EVERY = pytest.mark.parametrize("action", ACTIONS.values(), ids=ACTIONS.keys())


def test_there_are_eighty_of_all_kinds():
    actions = DANCED.values()
    assert len(actions) >= 80
    assert sum(a.counts == 3 for a in actions) >= 5
    assert sum(a.counts == 6 for a in actions) >= 5
    assert sum(a.source in ("legs", "hips") or a.moves_feet for a in actions) >= 10
    assert sum(a.changes for a in actions) >= 5
    assert {a.source for a in actions} == {"arms", "hips", "legs", "whole"}


@EVERY
def test_phase_0_and_phase_1_are_the_same_pose_with_both_feet_home(action):
    first, last = action.poses(np.array([0.0, 1.0]))
    for name in ("turn", "left_facing", "right_facing"):
        last[INDEX[name]] -= 360 * np.round((last[INDEX[name]] - first[INDEX[name]]) / 360)
    assert last == pytest.approx(first, abs=1e-6)
    for place in FEET.values():
        assert first[place] == pytest.approx(0, abs=1e-9)


@EVERY
def test_movement_has_no_jump(action):
    joints = BODY.joints(action.poses(FINE))
    step = np.linalg.norm(np.diff(joints, axis=0), axis=-1).max() * len(FINE) / action.counts
    assert step < 6  # body heights a count: the fastest wrist


@EVERY
def test_feet_do_not_slide_sink_or_float(action):
    joints = BODY.joints(action.poses(FINE))
    ankles = joints[:, [OPENPOSE_18.index["left_ankle"], OPENPOSE_18.index["right_ankle"]], 1]
    assert ankles.min() > -0.002
    airborne = action.poses(FINE)[:, INDEX["air"]] > 1e-6
    assert ankles[~airborne].min(axis=1).max() < 0.002
    assert foot_slide(joints, planted=0.001) < 0.0005


@EVERY
def test_the_body_stays_human(action):
    values = action.poses(FINE)
    joints = BODY.joints(values)
    place = OPENPOSE_18.index
    assert (joints[:, place["neck"], 1] > joints[:, place["left_hip"], 1] + 0.15).all()
    for side in ("left", "right"):
        shoulder, elbow, wrist = (
            joints[:, place[f"{side}_{j}"]] for j in ("shoulder", "elbow", "wrist")
        )
        cosine = (unit(elbow - shoulder) * unit(wrist - elbow)).sum(-1)
        assert cosine.min() > -0.81, "the elbow folds through itself"
        hip, knee, ankle = (joints[:, place[f"{side}_{j}"]] for j in ("hip", "knee", "ankle"))
        turn = np.radians(values[:, INDEX["turn"]])
        forward = np.stack([np.sin(turn), 0 * turn, np.cos(turn)], -1)
        ahead = ((knee - (hip + ankle) / 2) * forward).sum(-1)
        assert ahead.min() > -0.01, "the knee bends backwards"


def test_the_movement_goes_on_through_the_counts():
    """No full stop: on a count joints move on, if slower than between counts."""
    shares = {}
    for action in DANCED.values():
        joints = BODY.joints(action.poses(np.linspace(0, 1, 40 * action.counts + 1)))
        speed = np.linalg.norm(np.gradient(joints, axis=0), axis=-1).sum(-1)
        on = np.median(speed[40::40][: action.counts - 1])
        between = np.median([speed[40 * k : 40 * k + 40].max() for k in range(action.counts)])
        shares[action.name] = on / between
    assert min(shares.values()) > 0.1, min(shares, key=shares.get)
    assert 0.3 < np.median(list(shares.values())) < 0.8


@EVERY
def test_hands_do_not_pass_through_the_body(action):
    joints = BODY.joints(action.poses(FINE))
    place = OPENPOSE_18.index
    hips = (joints[:, place["left_hip"]] + joints[:, place["right_hip"]]) / 2
    head = (joints[:, place["left_ear"]] + joints[:, place["right_ear"]]) / 2
    for side in ("left", "right"):
        wrist, elbow = joints[:, place[f"{side}_wrist"]], joints[:, place[f"{side}_elbow"]]
        for point in (wrist, (wrist + elbow) / 2, elbow):
            assert inside_torso(point, hips, joints).min() > 0.9
            assert np.linalg.norm(point - head, axis=-1).min() > 0.08


def test_the_body_stays_over_its_feet():
    """The middle of the torso leaves the ground between the standing feet only while stepping."""
    for action in DANCED.values():
        joints = BODY.joints(action.poses(np.linspace(0, 1, 60 * action.counts + 1)))
        beside = beside_the_feet(joints)
        assert beside.mean() < 0.08, action.name
        assert beside[60::60].max() < 0.11, f"{action.name} arrives out of balance"


def test_feet_of_waltzes_are_set_down_on_their_counts():
    for action in DANCED.values():
        if action.counts in (3, 6):
            phases = np.arange(2 * 40 * action.counts) / (40 * action.counts) % 1
            falls = footfalls(BODY.joints(action.poses(phases)), 40.0)
            beside = np.abs(falls - np.round(falls))
            assert (beside < 0.2).all(), (action.name, falls)


def test_actions_are_as_large_as_the_box_around_them():
    assert picture_size(DANCED["samba_whisk"]) == 1
    assert picture_size(DANCED["figure_eight"]) == -1
    assert np.median([picture_size(action) for action in DANCED.values()]) == pytest.approx(
        0, abs=0.2
    )


def test_none_is_a_windscreen_wiper():
    """No action swings to and fro on one track: its joints, seen from the hips, need several."""
    for action in DANCED.values():
        joints = BODY.joints(action.poses(np.arange(48) / 48))
        hips = joints[:, [OPENPOSE_18.index["left_hip"], OPENPOSE_18.index["right_hip"]]]
        own = (joints - hips.mean(axis=1, keepdims=True)).reshape(48, -1)
        power = np.linalg.svd(own - own.mean(axis=0), compute_uv=False) ** 2
        assert power[0] / power.sum() < 0.95, action.name


def test_no_two_differ_only_by_amplitude_side_or_speed():
    shapes = {
        name: [shape_over_time(values), shape_over_time(mirrored(values))]
        for name, action in DANCED.items()
        for values in [action.poses(np.arange(48) / 48)]
    }
    names = list(shapes)
    for place, name in enumerate(names):
        for other in names[:place]:
            likeness = max(likeness_over_shifts(shapes[name][0], shape) for shape in shapes[other])
            assert likeness < 0.9, f"{name} and {other} are {likeness:.2f} alike"


def test_an_unknown_name_is_told_with_the_nearest_one():
    with pytest.raises(BadInput, match="did you mean 'step_touch'") as error:
        find_action("step_tuch")
    assert "mambo" in str(error.value)


def test_every_action_says_what_a_dancer_does():
    assert all(len(a.about) > 30 and a.about.endswith(".") for a in DANCED.values())
    assert len({a.about for a in DANCED.values()}) == len(DANCED)
    assert all(0 <= a.energy <= 1 and a.accent < a.counts for a in ACTIONS.values())


def shape_over_time(values):
    joints = BODY.joints(values).reshape(len(values), -1)
    joints = joints - joints.mean(axis=0)
    return joints / np.linalg.norm(joints)


def likeness_over_shifts(one, other):
    """Best correlation over starting points and double speed, blind to amplitude."""
    best = 0.0
    for fast in (other, other[np.arange(48) * 2 % 48]):
        fast = fast / np.linalg.norm(fast)
        best = max(
            best, max(float((one * np.roll(fast, s, axis=0)).sum()) for s in range(0, 48, 2))
        )
    return best


def inside_torso(point, hips, joints):
    """How far a point is from the spine; 1 is the skin of an elliptic trunk."""
    neck = joints[:, OPENPOSE_18.index["neck"]]
    across = unit(
        joints[:, OPENPOSE_18.index["left_shoulder"]]
        - joints[:, OPENPOSE_18.index["right_shoulder"]]
    )
    spine = neck - hips
    share = np.clip(((point - hips) * spine).sum(-1) / (spine * spine).sum(-1), -0.1, 0.95)
    away = point - hips - share[:, None] * spine
    wide = (away * across).sum(-1)
    deep = np.linalg.norm(away - wide[:, None] * across, axis=-1)
    return np.hypot(wide / 0.085, deep / 0.055)


def beside_the_feet(joints):
    """How far the middle of the torso is beside the standing feet, in frames with one standing."""
    place = OPENPOSE_18.index
    hips = (joints[:, place["left_hip"]] + joints[:, place["right_hip"]]) / 2
    middle = (hips + joints[:, place["neck"]])[:, 0] / 2
    ankles = joints[:, [place["left_ankle"], place["right_ankle"]]]
    stands = ankles[..., 1] < 0.02
    low = np.where(stands, ankles[..., 0], np.inf).min(axis=1)
    high = np.where(stands, ankles[..., 0], -np.inf).max(axis=1)
    beside = np.maximum(np.maximum(low - middle, middle - high), 0)
    return np.where(stands.any(axis=1), beside, 0)


def unit(vectors):
    return vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)

"""Joints without names: where they lie tells whose order they are in."""

import json

import numpy as np
import pytest

from stickdance.capture.keypoint_files.reading import read_keypoints
from stickdance.capture.pose.skeleton import (
    BODY_25,
    BODY_25B,
    COCO_17,
    HALPE_26,
    OPENPOSE_18,
    Skeleton,
)
from stickdance.checkpoints.errors import BadInput

FRONT = {
    **{"nose": (0, -100), "upper_neck": (0, -88), "neck": (0, -83), "head_top": (0, -115)},
    **{"mid_hip": (0, -50), "eye": (3, -103), "ear": (6, -101), "shoulder": (12, -83)},
    **{"elbow": (19, -66), "wrist": (21, -48), "hip": (8, -50), "knee": (9, -26)},
    **{"ankle": (9, 0), "big_toe": (12, 5), "small_toe": (14, 4), "heel": (8, 2)},
}
"""Where joints of somebody who stands lie, those of the left; y down."""
POSTURES = {
    "standing": {},
    "upside down": {name: (x, -y) for name, (x, y) in FRONT.items()},
    "lying": {name: (-y, x) for name, (x, y) in FRONT.items()},
    "arms raised": {"elbow": (20, -100), "wrist": (17, -120)},
    "crouching": {"hip": (8, -20), "mid_hip": (0, -20), "knee": (20, -30), "shoulder": (12, -50)}
    | {"neck": (0, -50), "elbow": (20, -35), "wrist": (15, -20), "nose": (0, -66)}
    | {"eye": (3, -69), "ear": (6, -67), "head_top": (0, -80), "upper_neck": (0, -55)},
}


def body(order: tuple[str, ...], posture: str = "standing", narrow: float = 1.0) -> np.ndarray:
    """Return (joints, 2): a body in a posture, seen from the side where it is narrow."""
    places = FRONT | POSTURES[posture]
    out = []
    for name in order:
        side = -1 if name.startswith("right_") else 1
        x, y = places[name.removeprefix("left_").removeprefix("right_")]
        lying = posture == "lying"
        out.append((x, side * y * narrow) if lying else (side * x * narrow, y))
    return np.array(out) + np.array([300, 200])


def openpose_folder(folder, bodies):
    folder.mkdir()
    for number, points in enumerate(bodies):
        table = np.concatenate([points, np.full((len(points), 1), 0.8)], axis=1)
        people = [{"pose_keypoints_2d": table.ravel().tolist()}]
        (folder / f"{number:04d}.json").write_text(json.dumps({"people": people}))
    return folder


@pytest.mark.parametrize("narrow", [1.0, 0.2])
@pytest.mark.parametrize("posture", POSTURES)
@pytest.mark.parametrize("skeleton", [OPENPOSE_18, BODY_25, BODY_25B], ids=lambda one: one.name)
def test_openpose_is_told_by_where_joints_lie(tmp_path, skeleton: Skeleton, posture, narrow):
    joints = body(skeleton.joints, posture, narrow)
    found = read_keypoints(openpose_folder(tmp_path / "a", [joints, joints + 3]))
    assert found.skeleton is skeleton
    assert found.kind.upper().replace("-", "_").endswith(skeleton.name.upper().split("_", 1)[1])
    place = skeleton.index["left_wrist"]
    np.testing.assert_allclose(found.frames[0][0].points[place], joints[place], rtol=1e-6)


@pytest.mark.parametrize("skeleton", [BODY_25, BODY_25B], ids=lambda one: one.name)
def test_arrays_and_lists_of_unnamed_joints_are_told_likewise(tmp_path, skeleton):
    joints = body(skeleton.joints)
    (tmp_path / "a.json").write_text(json.dumps([joints.tolist()] * 3))
    assert read_keypoints(tmp_path / "a.json").skeleton is skeleton
    marks = [{"x": x, "y": y, "score": 0.9} for x, y in joints]
    (tmp_path / "b.json").write_text(json.dumps([marks] * 3))
    found = read_keypoints(tmp_path / "b.json")
    assert found.skeleton is skeleton
    np.testing.assert_allclose(found.frames[2][0].points, joints, rtol=1e-6)


def test_few_frames_that_fit_another_order_decide_nothing(tmp_path):
    joints, jumbled = body(BODY_25.joints), body(BODY_25B.joints)
    folder = openpose_folder(tmp_path / "a", [joints, jumbled, joints, joints])
    assert read_keypoints(folder).skeleton is BODY_25


HUMAN36M = (
    *("mid_hip", "right_hip", "right_knee", "right_ankle", "left_hip", "left_knee", "left_ankle"),
    *("mid_hip", "neck", "nose", "head_top", "left_shoulder", "left_elbow", "left_wrist"),
    *("right_shoulder", "right_elbow", "right_wrist"),
)


@pytest.mark.parametrize(
    ("order", "told"),
    [
        (HUMAN36M, "its 17 joints are in no known order .*coco_17"),
        ((*COCO_17.joints, "neck"), "its 18 joints are in no known order .*openpose_18"),
        (tuple(reversed(BODY_25.joints)), "its 25 joints .*body_25 .*, body_25b "),
        ((*HALPE_26.joints[17:], *COCO_17.joints), "its 26 joints .*halpe_26"),
    ],
)
@pytest.mark.parametrize("posture", ["standing", "arms raised", "crouching"])
def test_an_order_that_no_skeleton_has_is_refused(tmp_path, order, posture, told):
    (tmp_path / "a.json").write_text(json.dumps([body(order, posture).tolist()] * 3))
    with pytest.raises(BadInput, match=f"a.json: {told}") as error:
        read_keypoints(tmp_path / "a.json")
    assert "\n" not in str(error.value)


def test_too_few_joints_to_tell_are_read_by_their_number(tmp_path):
    joints = body(BODY_25B.joints)
    joints[5:] = np.nan
    found = read_keypoints(openpose_folder(tmp_path / "a", [joints]))
    assert found.skeleton is BODY_25


def test_another_programs_body_25b_is_recognised(shared_data):
    found = read_keypoints(shared_data / "cases" / "capture" / "cam02_openpose25b")
    assert (len(found), found.skeleton) == (100, BODY_25B)

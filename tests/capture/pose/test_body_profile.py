import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from stickdance.capture.media.framing import Framing
from stickdance.capture.pose.body_profile import BodyProfile, normalised
from stickdance.capture.pose.skeleton import OPENPOSE_18
from stickdance.checkpoints.errors import BadInput


def body() -> BodyProfile:
    return BodyProfile(
        skeleton=OPENPOSE_18,
        size=(320, 640),
        bones={"-".join(bone): 10.0 + k for k, bone in enumerate(OPENPOSE_18.bones)},
        shoulder_width=80,
        hip_width=50,
        height=400,
        ground=600,
        centre=170,
        reach=(120.0, 230.0),
        face={"nose": (0.0, -40.0), "left_eye": (6.0, -48.0)},
        poses=np.random.default_rng(0).normal(0, 0.3, (7, 18, 2)).astype(np.float32),
    )


def test_a_saved_profile_comes_back_and_can_be_read_by_people(tmp_path: Path) -> None:
    back = BodyProfile.load(body().save(tmp_path / "new" / "body.json"))
    assert np.abs(back.poses - body().poses).max() < 1e-4
    assert replace(back, poses=body().poses).__dict__.keys() == body().__dict__.keys()
    for name in ("skeleton", "size", "bones", "height", "ground", "centre", "reach", "face"):
        assert getattr(back, name) == getattr(body(), name)
    text = json.loads((tmp_path / "new" / "body.json").read_text())
    assert text["skeleton"] == "openpose_18"
    assert text["bones"]["neck-right_shoulder"] == 10.0


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (None, "no such file"),
        ("hello", "cannot be read as JSON .*; expected a body profile"),
        ("[]", "expected a JSON object, a body profile, found a list"),
        ("{}", "cannot be read as a body profile"),
        ('{"skeleton": "snake"}', "cannot be read as a body profile"),
    ],
)
def test_what_is_no_profile_is_refused(tmp_path: Path, content: str | None, reason: str) -> None:
    path = tmp_path / "body.json"
    if content is not None:
        path.write_text(content)
    with pytest.raises(BadInput, match=reason) as caught:
        BodyProfile.load(path)
    assert "\n" not in str(caught.value)


def test_poses_cut_short_are_refused(tmp_path: Path) -> None:
    path = body().save(tmp_path / "body.json")
    values = json.loads(path.read_text())
    values["poses"][0] = values["poses"][0][:5]
    path.write_text(json.dumps(values))
    with pytest.raises(BadInput):
        BodyProfile.load(path)


@pytest.mark.filterwarnings("error")
def test_a_number_beyond_all_measure_is_refused_without_another_word(tmp_path: Path) -> None:
    path = body().save(tmp_path / "body.json")
    values = json.loads(path.read_text())
    values["poses"][0][0] = [1e300, 0.0]
    path.write_text(json.dumps(values))
    with pytest.raises(BadInput, match="overflow"):
        BodyProfile.load(path)


def test_framing_moves_the_profile_like_the_picture() -> None:
    framing = Framing((160, 160), (0.0, 0.5, 1.0, 1.0))
    framed = body().framed(framing)
    assert framed.size == (160, 160)
    assert framed.ground == pytest.approx((600 - 320) / 2)
    assert (framed.centre, framed.reach) == (85, (60, 115))
    assert framed.height == 200
    assert framed.bones["neck-right_shoulder"] == 5
    assert framed.face["left_eye"] == (3, -24)
    foot = framing.points(np.array([170.0, 600.0]), (320, 640))
    assert foot == pytest.approx([framed.centre, framed.ground])


def test_a_pose_seen_is_at_no_distance_wherever_it_stands() -> None:
    points = body().poses * body().height + np.array([200, 333], np.float32)
    hips = points[:, [8, 11]].mean(1, keepdims=True)
    seen = replace(body(), poses=(points - hips) / body().height)
    assert seen.distance(points) == pytest.approx(np.zeros(7), abs=1e-5)


def test_distance_is_in_body_heights_and_skips_missing_joints() -> None:
    points = np.zeros((1, 18, 2), np.float32)
    seen = replace(body(), poses=normalised(points, OPENPOSE_18, 400))
    moved = points.copy()
    moved[0, 4] = (400, 0)
    assert seen.distance(moved) == pytest.approx([1 / 18])
    moved[0, 0] = np.nan
    assert seen.distance(moved) == pytest.approx([1 / 17])


def test_normalised_poses_have_their_hips_in_the_middle() -> None:
    points = np.random.default_rng(2).uniform(0, 300, (5, 18, 2))
    poses = normalised(points, OPENPOSE_18, 150)
    assert poses[:, [8, 11]].mean(1) == pytest.approx(np.zeros((5, 2)), abs=1e-6)
    assert poses[:, 0] - poses[:, 1] == pytest.approx((points[:, 0] - points[:, 1]) / 150, abs=1e-5)


def test_the_room_holds_raised_hands_and_shoes_and_ends_where_nothing_was_filmed():
    person = replace(body(), height=100.0, ground=200.0, centre=80.0, reach=(70.0, 130.0))
    left, top, right, bottom = replace(person, size=(150, 210)).room
    assert top == pytest.approx(200 - 135)
    assert bottom == 210
    assert (left, right) == (pytest.approx(80 - 48), 150)


def test_hips_stay_within_a_view_narrower_than_the_frame():
    person = replace(body(), height=100.0, centre=80.0, reach=(10.0, 300.0), size=(400, 210))
    low, high = person.framed(Framing((100, 105), (0.0, 0.0, 0.5, 1.0))).reach
    assert low == pytest.approx(5)
    assert high == pytest.approx((200 - 30) / 2)

import hashlib

import numpy as np
import pytest

from stickdance.capture.estimators.catalog import create
from stickdance.capture.media.video import probe, read_frames
from stickdance.capture.pose.sequence import PoseSequence
from stickdance.capture.pose.skeleton import BLAZEPOSE_33, OPENPOSE_18, convert
from stickdance.checkpoints.errors import BadInput
from stickdance.choreography.actions.shapes import CROSSED, HIGH, ON_HIP, WIDE
from stickdance.choreography.body.pose_channels import HANGING, pose
from stickdance.choreography.body.proportions import body_from_profile
from stickdance.tools.demo.dancer import DemoDancer
from stickdance.tools.demo.filming import film, filming_poses, sensed
from stickdance.tools.demo.lifting import lifted
from stickdance.tools.demo.measures import demo_body, standing
from stickdance.tools.demo.stage import Stage, floor_under, unfolded
from stickdance.tools.demo.stance import FRAME, frames_of

SMALL, LARGE = (128, 128), (256, 256)
AT = OPENPOSE_18.index


def posed(*poses, size=LARGE):
    body = body_from_profile(demo_body(size))
    points, depth = body.project(body.joints(np.stack(poses)))
    return PoseSequence(points, np.ones(points.shape[:2]), 25.0, size, depth=depth)


@pytest.fixture(scope="module")
def small():
    return DemoDancer(SMALL)


@pytest.fixture(scope="module")
def large():
    return DemoDancer(LARGE)


def test_the_same_pose_gives_the_same_picture_from_another_dancer_of_that_seed(small):
    poses = posed(pose(left=WIDE), size=SMALL)
    first = small.render(poses.points[0], poses.depth[0])
    again = DemoDancer(SMALL).render(poses.points[0], poses.depth[0])
    assert (first.picture == again.picture).all() and (first.matte == again.matte).all()


def test_another_seed_is_another_person_in_the_same_pose(small):
    poses = posed(pose(), size=SMALL)
    first = small.render(poses.points[0], poses.depth[0])
    other = DemoDancer(SMALL, seed=1).render(poses.points[0], poses.depth[0])
    assert (first.matte == other.matte).all()
    inside = first.matte > 250
    assert np.abs(first.picture[inside].astype(int) - other.picture[inside]).mean() > 30


def test_the_matte_covers_every_joint_and_nothing_far_from_the_body(small):
    poses = posed(pose(), pose(left=WIDE, right=HIGH), pose(left=CROSSED, lower=0.2), size=SMALL)
    rows, columns = np.mgrid[0 : SMALL[1], 0 : SMALL[0]] + 0.5
    for frame, points in zip(small.perform(poses), poses.points, strict=True):
        assert frame.matte.dtype == np.uint8
        inside = frame.matte[tuple(np.floor(points[:, ::-1]).astype(int).T)] > 100
        assert inside.all(), [OPENPOSE_18.joints[i] for i in np.flatnonzero(~inside)]
        gap = np.full(frame.matte.shape, np.inf)
        for a, b in OPENPOSE_18.bone_indices:
            for share in np.linspace(0, 1, 12):
                x, y = points[a] * (1 - share) + points[b] * share
                gap = np.minimum(gap, np.hypot(columns - x, rows - y))
        assert frame.matte[gap > 0.2 * SMALL[1]].max() == 0


def test_the_matte_has_soft_edges_and_no_holes(large):
    poses = posed(pose(left=WIDE, right=WIDE))
    matte = next(large.perform(poses)).matte
    soft = (matte > 0) & (matte < 255)
    assert 0.02 < soft.sum() / (matte > 0).sum() < 0.35
    hips = poses.joint("left_hip")[0] / 2 + poses.joint("right_hip")[0] / 2
    column, row = hips.astype(int)
    assert (matte[row - 40 : row, column - 5 : column + 6] == 255).all()


def test_the_room_stays_still_away_from_the_dancer_and_its_shadow(small):
    poses = posed(pose(), pose(left=HIGH, right=HIGH), size=SMALL)
    first, second = small.perform(poses)
    assert (first.picture[:30, 90:] == second.picture[:30, 90:]).mean() > 0.95


def test_feet_darken_the_floor_under_them(large):
    standing_, gone = posed(pose()), posed(pose())
    moved = gone.points + np.array([70.0, 0.0], np.float32)
    there = large.render(standing_.points[0], standing_.depth[0])
    away = large.render(moved[0], gone.depth[0])
    x, y = standing_.joint("left_ankle")[0].astype(int)
    under = np.s_[y + 10 : y + 16, x - 10 : x + 11]
    bare = (there.matte[under] == 0) & (away.matte[under] == 0)
    assert bare.sum() > 15
    assert there.picture[under][bare].mean() < away.picture[under][bare].mean() - 12


def test_left_and_right_can_be_told_apart(large):
    poses = posed(pose(left=WIDE, right=WIDE))
    picture = next(large.perform(poses)).picture.astype(int)
    band = (picture[..., 1] - picture[..., 0] > 40) & (picture[..., 2] - picture[..., 0] > 40)
    rows, columns = np.nonzero(band)
    near_wrist = [
        (np.hypot(columns - x, rows - y) < 9).sum()
        for x, y in (poses.joint("left_wrist")[0], poses.joint("right_wrist")[0])
    ]
    assert near_wrist[0] >= 4 > near_wrist[1]


def test_a_turned_dancer_shows_hair_where_the_face_was(large):
    front, back = large.perform(posed(pose(), pose(turn=180, facing=180)))
    x, y = posed(pose()).joint("nose")[0].astype(int)
    head = np.s_[y - 8 : y + 3, x - 4 : x + 5]
    assert front.matte[head].min() == back.matte[head].min() == 255
    assert front.picture[head].mean() > 130
    assert back.picture[head].max(-1).mean() < 100


def test_a_pose_without_depth_stands_on_the_same_pixels(large):
    poses = posed(pose(left=HIGH, right=ON_HIP), pose(turn=150, facing=150))
    for points, depth in zip(poses.points, poses.depth, strict=True):
        true, guessed = large.render(points, depth).matte, large.render(points).matte
        both, either = np.minimum(true, guessed).sum(), np.maximum(true, guessed).sum()
        assert both / either > 0.85


def test_lifted_depth_knows_front_from_back_and_puts_knees_in_front():
    body = body_from_profile(demo_body(LARGE))
    values = np.stack([pose(lower=0.2), pose(turn=180, facing=180), pose(turn=50, facing=50)])
    points, depth = body.project(body.joints(values))
    guessed = np.concatenate([lifted(each[None], Stage(LARGE).scale) for each in points])
    for frame, way in ((0, 1), (1, -1)):
        assert way * (guessed[frame, AT["nose"]] - guessed[frame, AT["neck"]]) > 5
    assert guessed[0, AT["left_knee"]] - guessed[0, AT["left_hip"]] > 10
    assert guessed[2, AT["left_shoulder"]] < -5 < 5 < guessed[2, AT["right_shoulder"]]
    assert np.corrcoef(guessed[2], depth[2])[0, 1] > 0.8


def test_missing_joints_hang_on_the_others_and_an_empty_pose_is_refused(small):
    poses = posed(pose(), size=SMALL)
    points = poses.points[0].copy()
    points[[AT["nose"], AT["left_wrist"], AT["right_ankle"]]] = np.nan
    whole, patched = small.render(poses.points[0]), small.render(points)
    assert abs(int(patched.matte.sum()) - int(whole.matte.sum())) < 0.1 * whole.matte.sum()
    with pytest.raises(BadInput, match="neither neck"):
        small.render(np.full((18, 2), np.nan))
    with pytest.raises(BadInput, match="18"):
        small.render(np.zeros((17, 2)))
    with pytest.raises(BadInput, match="stage"):
        next(small.perform(posed(pose())))


def test_frames_are_square_and_look_where_the_dancer_looks():
    frames = frames_of(standing())
    for name in ("pelvis", "chest", "head"):
        axes = frames[FRAME[name]][:, :3]
        assert np.allclose(axes.T @ axes, np.eye(3), atol=0.02)
        assert axes[2, 2] > 0.95 and axes[1, 1] > 0.95
    toes = frames[FRAME["left_foot"]][:, 2]
    assert toes[2] > 0.8


def test_picture_space_unfolds_to_the_room_and_back():
    assert np.allclose(unfolded(np.array([0.3, floor_under(0.5), 0.5]))[1], 0, atol=1e-12)
    flat = np.array([[0.4, 1.2, 0.0]])
    assert np.allclose(unfolded(flat), flat)
    stage = Stage((200, 320))
    joints = standing()
    points, depth = stage.pixels(joints), joints[:, 2] * stage.scale
    assert np.allclose(stage.joints(points, depth), joints)


def test_the_profile_describes_the_dancer_that_stands():
    profile = demo_body(LARGE)
    stage, joints = Stage(LARGE), standing()
    assert profile.ground == pytest.approx(stage.pixels(joints)[AT["left_ankle"], 1])
    nose = stage.pixels(joints)[AT["nose"], 1]
    assert profile.height == pytest.approx(profile.ground - nose)
    assert profile.bones["left_hip-left_knee"] == pytest.approx(0.42 * stage.scale)
    assert profile.distance(stage.pixels(joints)[None])[0] == pytest.approx(0, abs=1e-6)


def test_a_performance_repeats_by_seed_stays_in_the_frame_and_turns_its_back():
    poses = filming_poses(40, LARGE, seed=3)
    again = filming_poses(40, LARGE, seed=3)
    assert len(poses) == 1000 and poses.depth is not None
    assert (poses.points == again.points).all()
    assert not np.allclose(poses.points[900], filming_poses(40, LARGE, seed=4).points[900])
    assert poses.points.min() > 0 and poses.points.max() < 256
    width = poses.joint("left_shoulder")[:, 0] - poses.joint("right_shoulder")[:, 0]
    assert width.min() < -20 < 20 < width.max()
    step = np.linalg.norm(np.diff(poses.points, axis=0), axis=-1).max()
    assert step < 0.12 * 256


def test_a_sensor_adds_the_noise_it_is_asked_for():
    grey = np.full((64, 64, 3), 128, np.uint8)
    noisy = sensed(grey, 3.0, np.random.default_rng(0)).astype(float)
    assert noisy.mean() == pytest.approx(128, abs=0.3)
    assert 2.0 < noisy.std() < 4.0
    assert (sensed(grey, 0.0, np.random.default_rng(0)) == grey).all()


def test_footage_has_the_frames_asked_for_and_its_true_mattes(tmp_path):
    poses = filming_poses(0.4, SMALL)
    footage = film(poses, tmp_path / "footage.mp4", mattes=tmp_path / "mattes.mp4")
    info = probe(footage)
    assert info.size == SMALL and info.fps == 25
    frames = list(read_frames(footage))
    assert len(frames) == 10
    true = [frame.picture for frame in DemoDancer(SMALL).perform(poses)]
    error = np.abs(np.stack(frames).astype(float) - np.stack(true)).mean()
    assert error < 6
    assert probe(tmp_path / "mattes.mp4").size == SMALL


def test_film_repeats_bit_for_bit(tmp_path):
    poses = filming_poses(0.2, SMALL)
    files = [film(poses, tmp_path / f"{name}.mp4", seed=2) for name in "ab"]
    first, second = (hashlib.sha256(file.read_bytes()).hexdigest() for file in files)
    assert first == second


@pytest.mark.usefixtures("blazepose_models")
def test_blazepose_finds_the_dancer_where_it_was_put(large):
    poses = posed(
        pose(),
        pose(left=WIDE, right=HIGH),
        pose(left=ON_HIP, right=ON_HIP, lower=0.18, knees=(40, 40)),
        pose(turn=-50, facing=-50, left=HANGING, right=WIDE),
        pose(turn=180, facing=180, left=WIDE, right=WIDE),
    )
    height = demo_body(LARGE).height
    for points, frame in zip(poses.points, large.perform(poses), strict=True):
        (found,) = create("blazepose").estimate([frame.picture])
        seen, _ = convert(found.people[0].points, np.ones(33), BLAZEPOSE_33, OPENPOSE_18)
        error = np.linalg.norm(seen - points, axis=-1) / height
        assert error.mean() < 0.035, error.round(3)

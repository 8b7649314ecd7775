import numpy as np
import pytest

from stickdance.capture.cleaning.parts import clean_parts
from stickdance.capture.pose.parts import PARTS
from stickdance.capture.pose.sequence import PoseSequence
from stickdance.capture.pose.skeleton import OPENPOSE_18

SIZE, FPS, FRAMES = (192, 160), 25.0, 60
STANDING = {
    "nose": (96, 35), "right_shoulder": (84, 53), "left_shoulder": (108, 53),
    "left_elbow": (117, 73), "right_hip": (88, 91), "left_hip": (104, 91),
    "right_knee": (87, 118), "left_knee": (105, 118), "right_ankle": (87, 147),
    "left_ankle": (105, 147),
}  # fmt: skip


def swaying(fps: float) -> PoseSequence:
    """A person of 112 px whose left wrist goes slowly up and down."""
    points = np.full((FRAMES, 18, 2), np.nan)
    for name, at in STANDING.items():
        points[:, OPENPOSE_18.index[name]] = at
    lift = 10 * np.sin(2 * np.pi * np.arange(FRAMES) / FRAMES)
    points[:, OPENPOSE_18.index["left_wrist"]] = np.stack([120 + lift / 2, 90 - lift], axis=-1)
    return PoseSequence(points, np.isfinite(points).all(-1), fps, SIZE)


BODY = swaying(FPS)
FINGERS = np.array([(0, 0), *((x - 2, -y) for x in range(5) for y in range(2, 6))], float)


def hand(seen: np.ndarray | None = None, noise: float = 0.0) -> PoseSequence:
    """A hand of 5 px that stays as it is beside the left wrist; there in the frames `seen`."""
    seen = np.ones(FRAMES, bool) if seen is None else seen
    random = np.random.default_rng(0).normal(0, noise, (FRAMES, 21, 2))
    points = BODY.joint("left_wrist")[:, None] + FINGERS + random
    points[~seen] = np.nan
    return PoseSequence(
        points, np.where(seen, 0.8, 0)[:, None] * np.ones(21), FPS, SIZE, PARTS["left_hand"]
    )


def cleaned(part: PoseSequence) -> PoseSequence | None:
    poses = PoseSequence(BODY.points, BODY.confidence, FPS, SIZE, parts={"left_hand": part})
    return clean_parts(poses).parts.get("left_hand")


def there(part: PoseSequence | None) -> list[int]:
    assert part is not None
    return np.flatnonzero((part.confidence > 0).all(1)).tolist()


def test_a_gap_of_a_moment_is_filled_beside_the_moving_wrist_and_a_longer_one_is_not():
    seen = np.ones(FRAMES, bool)
    seen[10:14] = seen[30:40] = False  # 0.16 s at 25 frames a second, and 0.4 s
    found = cleaned(hand(seen))
    assert there(found) == [n for n in range(FRAMES) if not 30 <= n < 40]
    beside = found.points[10:14] - BODY.joint("left_wrist")[10:14, None]
    np.testing.assert_allclose(beside, np.tile(FINGERS, (4, 1, 1)), atol=0.6)
    assert found.confidence[11, 3] == pytest.approx(0.4)  # half as sure
    assert np.isnan(found.points[30:40]).all()


def test_nothing_is_invented_before_the_first_and_after_the_last_sight():
    seen = np.zeros(FRAMES, bool)
    seen[20:40] = True
    assert there(cleaned(hand(seen))) == list(range(20, 40))


def test_a_hand_away_from_its_wrist_or_with_too_long_bones_is_refused():
    part = hand()
    points = part.points.copy()
    points[15] += (40, 0)
    points[25] = points[25, :1] + 3 * (points[25] - points[25, :1])
    found = cleaned(PoseSequence(points, part.confidence, FPS, SIZE, part.skeleton))
    beside = found.points - BODY.joint("left_wrist")[:, None]
    np.testing.assert_allclose(beside, np.tile(FINGERS, (FRAMES, 1, 1)), atol=0.6)


def test_a_hand_that_turns_about_for_one_frame_is_refused():
    part = hand()
    points = part.points.copy()
    points[30] = 2 * points[30, :1] - points[30]
    found = cleaned(PoseSequence(points, part.confidence, FPS, SIZE, part.skeleton))
    fingertip = found.points[30, 12] - BODY.joint("left_wrist")[30]
    np.testing.assert_allclose(fingertip, FINGERS[12], atol=0.6)


def test_a_single_sight_with_none_near_it_is_not_believed():
    seen = np.zeros(FRAMES, bool)
    seen[30] = True
    assert cleaned(hand(seen)) is None


def test_jitter_is_smoothed_away():
    noisy = hand(noise=0.6)
    truth = BODY.joint("left_wrist")[:, None] + FINGERS
    before = np.abs(noisy.points - truth).mean()
    assert np.abs(cleaned(noisy).points - truth).mean() < 0.75 * before


def test_times_scale_with_the_frame_rate():
    seen = np.ones(FRAMES, bool)
    seen[10:14] = False
    slow = swaying(12.5)
    part = hand(seen)
    part = PoseSequence(part.points, part.confidence, 12.5, SIZE, part.skeleton)
    poses = PoseSequence(slow.points, slow.confidence, 12.5, SIZE, parts={"left_hand": part})
    found = clean_parts(poses).parts["left_hand"]
    assert there(found) == [n for n in range(FRAMES) if not 10 <= n < 14]  # 0.32 s are too long

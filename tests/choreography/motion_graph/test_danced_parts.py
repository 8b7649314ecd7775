import numpy as np

from stickdance.capture.pose.parts import HAND_21
from stickdance.capture.pose.sequence import PoseSequence
from stickdance.capture.pose.skeleton import OPENPOSE_18
from stickdance.choreography.motion_graph.danced_parts import Origin, with_filmed_parts

SIZE = (200, 100)


def wrists(left: list[tuple[float, float]], right: tuple[float, float], **parts) -> PoseSequence:
    points = np.full((len(left), 18, 2), np.nan)
    points[:, OPENPOSE_18.index["left_wrist"]] = left
    points[:, OPENPOSE_18.index["right_wrist"]] = right
    return PoseSequence(points, np.isfinite(points).all(-1), 25, SIZE, parts=parts)


def left_hand(at: list[tuple[float, float]], sure: list[float]) -> PoseSequence:
    """A hand of which all 21 points lie in one place."""
    points = np.repeat(np.array(at, float)[:, None], 21, axis=1)
    return PoseSequence(points, np.array(sure)[:, None] * np.ones(21), 25, SIZE, HAND_21)


FOOTAGE = wrists(
    [(50, 50), (60, 50)], (10, 50), left_hand=left_hand([(53, 46), (64, 50)], [0.9, 0.5])
)


def test_a_danced_hand_lies_beside_its_wrist_as_it_was_filmed_there():
    dance = wrists([(80, 20), (90, 20), (95, 20)], (10, 50))
    origin = Origin(np.array([1, 0, -1]), np.zeros(3, bool))
    hand = with_filmed_parts(dance, FOOTAGE, origin).parts["left_hand"]
    assert hand.points[0, 7].tolist() == [84, 20]
    assert hand.points[1, 7].tolist() == [93, 16]
    assert hand.confidence[:, 7].tolist() == [0.5, np.float32(0.9), 0]  # the last was not filmed
    assert np.isnan(hand.points[2]).all()


def test_in_a_mirror_the_filmed_left_hand_is_the_right_one():
    dance = wrists([(80, 20)], (30, 40))
    parts = with_filmed_parts(dance, FOOTAGE, Origin(np.array([0]), np.ones(1, bool))).parts
    assert set(parts) == {"right_hand"}
    assert parts["right_hand"].points[0, 3].tolist() == [27, 36]


def test_footage_without_hands_gives_a_dance_without_them():
    bare = FOOTAGE.without_parts()
    dance = wrists([(80, 20)], (30, 40))
    assert with_filmed_parts(dance, bare, Origin(np.array([0]), np.zeros(1, bool))).parts == {}

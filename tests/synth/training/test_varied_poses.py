import numpy as np
import pytest

from stickdance.capture.pose.parts import HAND_21
from stickdance.capture.pose.sequence import PoseSequence
from stickdance.capture.pose.stick_figure import FINE_STYLE, StickStyle, draw_sequence_frame
from stickdance.synth.training.augmentation import Variation
from stickdance.synth.training.varied_poses import VariedPoses

SIZE = (120, 200)


@pytest.fixture
def poses():
    random = np.random.default_rng(0)
    points = random.uniform((20, 20), (100, 180), (1, 18, 2)).astype(np.float32)
    body = PoseSequence(points, np.ones((1, 18)), 25.0, SIZE)
    fingers = body.joint("left_wrist")[:, None] + random.uniform(-9, 9, (1, 21, 2))
    hand = PoseSequence(fingers, np.ones((1, 21)), 25.0, SIZE, HAND_21)
    return PoseSequence(points, np.ones((1, 18)), 25.0, SIZE, parts={"left_hand": hand})


def test_samples_show_what_a_rendered_frame_shows(poses):
    drawn = VariedPoses(poses, FINE_STYLE).stick(0, Variation(1.0), None)
    assert (drawn == draw_sequence_frame(poses, 0, FINE_STYLE)).all()


def test_hands_can_be_missing_as_in_a_dance_that_knows_none(poses):
    drawn = VariedPoses(poses, FINE_STYLE).stick(0, Variation(1.0, fine=False), None)
    assert (drawn == draw_sequence_frame(poses, 0, StickStyle())).all()


def test_a_mirrored_sample_has_the_other_hand(poses):
    drawn = VariedPoses(poses, FINE_STYLE).stick(0, Variation(1.0, flipped=True), None)
    assert (drawn == draw_sequence_frame(poses.mirrored(), 0, FINE_STYLE)).all()


def test_a_hand_goes_where_its_wrist_is_shifted(poses):
    shifts = np.zeros((18, 2))
    shifts[poses.skeleton.index["left_wrist"]] = (0.05, 0.0)  # of the height: 10 pixels
    how = Variation(1.0, joint_shifts=tuple(map(tuple, shifts.tolist())))

    def hand_alone(how):
        with_hand = VariedPoses(poses, FINE_STYLE).stick(0, how, None)
        without = VariedPoses(poses.without_parts(), FINE_STYLE).stick(0, how, None)
        return np.argwhere((with_hand != without).any(-1)).mean(0)

    moved = hand_alone(how) - hand_alone(Variation(1.0))
    assert moved == pytest.approx([0, 10], abs=1.5)


def test_the_hand_of_an_undrawn_wrist_is_not_drawn(poses):
    how = Variation(1.0, undrawn=("left_wrist",))
    one, other = (VariedPoses(each, FINE_STYLE) for each in (poses, poses.without_parts()))
    assert (one.stick(0, how, None) == other.stick(0, how, None)).all()

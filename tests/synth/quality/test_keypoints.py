from collections.abc import Iterable, Iterator
from itertools import islice

import numpy as np
import pytest

from stickdance.capture.estimators.contract import FrameEstimate, Person
from stickdance.capture.pose.skeleton import COCO_17, OPENPOSE_18
from stickdance.synth.quality.keypoints import keypoint_errors, main_person, with_estimates


def person(places, confidence=None):
    points = np.full((18, 2), np.nan, np.float32)
    for name, place in places.items():
        points[OPENPOSE_18.index[name]] = place
    sure = np.isfinite(points).all(axis=1).astype(np.float32)
    for name, value in (confidence or {}).items():
        sure[OPENPOSE_18.index[name]] = value
    return Person(points, sure)


def test_the_error_is_the_mean_squared_distance_of_the_joints():
    real = person({"nose": (10, 10), "neck": (10, 20), "left_wrist": (5, 30)})
    rendered = person({"nose": (13, 14), "neck": (10, 20), "left_wrist": (5, 32)})
    assert keypoint_errors(real, rendered) == {
        "keypoint_mse": (25 + 0 + 4) / 3,
        "akd": (3 + 4 + 0 + 0 + 0 + 2) / 6,
        "keypoints_lost": 0,
    }


def test_joints_that_either_side_is_not_sure_of_do_not_count():
    real = person({"nose": (10, 10), "neck": (10, 20)}, {"nose": 0.4})
    rendered = person({"nose": (99, 99), "neck": (11, 20)})
    assert keypoint_errors(real, rendered) == {"keypoint_mse": 1, "akd": 0.5, "keypoints_lost": 0}


def test_a_person_left_out_costs_keypoints():
    real = person({"nose": (10, 10), "neck": (10, 20)})
    assert keypoint_errors(real, None) == {"keypoint_mse": None, "akd": None, "keypoints_lost": 1}
    half = person({"neck": (10, 20)})
    assert keypoint_errors(real, half) == {"keypoint_mse": 0, "akd": 0, "keypoints_lost": 0.5}
    assert keypoint_errors(None, real) == {
        "keypoint_mse": None,
        "akd": None,
        "keypoints_lost": None,
    }


class Batching:
    """An estimator that looks at three frames before it answers for them."""

    name, skeleton = "batching", OPENPOSE_18

    def estimate(self, frames: Iterable[np.ndarray]) -> Iterator[FrameEstimate]:
        rest = iter(frames)
        while batch := list(islice(rest, 3)):
            for frame in batch:
                yield FrameEstimate((person({"nose": (int(frame[0, 0, 0]), 0)}),))


@pytest.mark.parametrize("absent", [set(), {0, 1}, {3}, {9}, {2, 3, 4, 9}, set(range(10))])
def test_every_item_gets_the_estimate_of_its_own_frame(absent):
    def picture(number):
        return None if number in absent else np.full((2, 2, 3), number, np.uint8)

    found = list(with_estimates(range(10), picture, Batching()))
    assert [item for item, _ in found] == list(range(10))
    for item, estimate in found:
        assert (estimate is None) == (item in absent)
        if estimate is not None:
            assert estimate.people[0].points[0, 0] == item


def test_the_main_person_is_the_large_and_sure_one_in_our_joints():
    small = Person(np.full((17, 2), 5, np.float32), np.ones(17, np.float32))
    points = np.stack([np.arange(17), np.arange(17) * 9], 1).astype(np.float32)
    large = Person(points, np.ones(17, np.float32))
    found = main_person(FrameEstimate((small, large)), COCO_17)
    assert found.points.shape == (18, 2)
    nose = points[COCO_17.index["nose"]]
    assert found.points[OPENPOSE_18.index["nose"]].tolist() == nose.tolist()
    assert main_person(FrameEstimate(), COCO_17) is None

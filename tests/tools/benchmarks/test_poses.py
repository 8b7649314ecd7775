"""What is claimed of the default estimator and of following, on real footage."""

import pytest

from stickdance.capture.media.video import probe
from stickdance.tools.benchmarks import poses


@pytest.mark.slow
def test_joints_agree_with_google_mediapipe_and_movenet(shared_data):
    measured = poses.agreement(shared_data)
    assert measured["yoga_largest_pixels"] <= 15
    assert measured["squats_mean_share"] <= 0.015
    assert measured["lunges_pck_01"] >= 0.95


@pytest.mark.slow
def test_of_three_people_one_is_followed_from_start_to_end(shared_data):
    video = shared_data / "footage" / "three_people.avi"
    target = poses.followed(video)
    told = poses.steadiness(target, probe(video).fps)
    assert told["found"] == 1.0
    assert told["others_at_most"] == 2
    assert told["farthest_move"] < 0.2  # the others are more than half a body size away
    assert poses.strip(video, target.people).shape[1] == 8 * 240

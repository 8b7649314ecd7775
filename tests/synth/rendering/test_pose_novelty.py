from dataclasses import replace

import numpy as np

from stickdance.synth.rendering.pose_novelty import cut_poses, stretches


def test_stretches_that_are_near_are_one():
    which = np.zeros(20, bool)
    which[[2, 3, 5, 12]] = True
    assert stretches(which, 3) == [(2, 5), (12, 12)]


def test_without_any_there_are_none():
    assert stretches(np.zeros(4, bool), 3) == []


def test_a_hand_out_of_the_picture_is_told_with_its_times(tiny_take):
    poses, body = tiny_take.poses, tiny_take.body
    assert cut_poses(poses, body) == ()
    points = poses.points.copy()
    points[10:13, poses.skeleton.index["left_wrist"]] = (30, -2)
    points[20, poses.skeleton.index["left_wrist"]] = np.nan
    (line,) = cut_poses(replace(poses, points=points), body)
    assert line.startswith(
        "in 10.0% of the poses the person reaches out of the picture: 0:01.0-0:01.3"
    )

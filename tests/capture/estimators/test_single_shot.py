import numpy as np
import pytest

from stickdance.capture.estimators.single_shot import anchors, detections


def test_blazeposes_detector_has_its_2254_anchors():
    found = anchors(224, (8, 16, 32, 32, 32))
    assert found.shape == (2254, 2)
    assert found[0] == pytest.approx([0.5 / 28, 0.5 / 28])
    assert found[2] == pytest.approx([1.5 / 28, 0.5 / 28])  # two in each cell, row by row
    assert (found[-6:] == found[-1]).all()  # six in the coarsest cells
    assert found[-1] == pytest.approx([6.5 / 7, 6.5 / 7])


def test_the_palm_detector_has_its_2016_anchors():
    assert len(anchors(192, (8, 16, 16, 16))) == 2016


def test_overlapping_boxes_are_one_thing_by_their_scores():
    about = np.array([(0.5, 0.5), (0.5, 0.5), (0.1, 0.1), (0.5, 0.5)])
    # centre, width, height and one key point, in pixels of a crop of 100
    values = np.array(
        [(0, 0, 40, 40, 10, 0), (4, 0, 40, 40, 14, 0), (0, 0, 10, 10, 0, 0), (0, 0, 40, 40, 0, 0)],
        float,
    )
    chances = np.array([0.8, 0.6, 0.9, 0.4])
    first, second = detections(values, np.log(chances / (1 - chances)), about, 100)
    assert first.score == pytest.approx(0.9)
    assert first.box == pytest.approx([0.05, 0.05, 0.15, 0.15])
    shift = 0.04 * 0.6 / 1.4  # of the weighted mean
    assert second.score == pytest.approx(0.8)
    assert second.box == pytest.approx([0.3 + shift, 0.3, 0.7 + shift, 0.7])
    assert second.key_points == pytest.approx(np.array([(0.6 + shift, 0.5)]))


def test_where_nothing_is_sure_nothing_is_found():
    assert detections(np.zeros((5, 12)), np.full(5, -1.0), np.zeros((5, 2)), 224) == []

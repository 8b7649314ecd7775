import numpy as np

from stickdance.choreography.movement.cluster_averages import (
    above_and_below,
    cluster_averages,
    draw_averages,
)
from stickdance.choreography.movement.song_features import DESCRIPTORS

LABELS = np.array([0, 0, 0, 1, 1, 2])


def descriptors():
    """Return six songs: clusters 0 and 1 are alike in all that divides, 2 is bright."""
    values = np.tile(np.arange(6.0)[:, None], (1, 8))
    for name, cluster in (("centroid", 2), ("roll_off", 2), ("zero_crossings", 2)):
        values[:, DESCRIPTORS.index(name)] = np.where(cluster == LABELS, 5.0, 1.0)
    return values


def test_averages_are_told_in_spreads_from_that_of_all_songs():
    averages = cluster_averages(descriptors(), LABELS)
    assert averages.shape == (3, 8)
    rms = averages[:, DESCRIPTORS.index("rms")]
    np.testing.assert_allclose(rms, (np.array([1, 3.5, 5]) - 2.5) / np.arange(6.0).std())


def test_what_lies_above_and_below_is_told_and_what_is_left_together():
    told = above_and_below(cluster_averages(descriptors(), LABELS))
    assert (told["above"]["centroid"], told["below"]["centroid"]) == ([2], [0, 1])
    assert (told["above"]["rms"], told["below"]["rms"]) == ([1, 2], [0])
    assert told["not_told_apart"] == [[0, 1]]


def test_the_picture_is_brown_above_and_blue_below():
    averages = np.zeros((3, 8))
    averages[0, 0], averages[1, 0] = 2.0, -2.0
    picture = draw_averages(averages, [3, 2, 1])
    above, below, average = (picture[72, 130 + 58 * n + 4].astype(int) for n in range(3))
    assert above[0] > above[2] and below[2] > below[0]
    assert (average == 255).all()

import numpy as np
import pytest
import scipy.linalg

from stickdance.checkpoints.errors import WeightsAbsent
from stickdance.checkpoints.public import pretrained
from stickdance.synth.quality.frechet import FrechetDistance, Gaussian, frechet_distance


def gaussian_of(vectors):
    one = Gaussian(vectors.shape[1])
    for vector in vectors:
        one.add(vector)
    return one


def test_it_is_the_formula_with_the_root_of_the_matrix():
    random = np.random.default_rng(0)
    a, b = random.normal(size=(50, 6)), random.normal(1, 2, size=(60, 6))
    first, second = np.cov(a, rowvar=False), np.cov(b, rowvar=False)
    root = scipy.linalg.sqrtm(first @ second).real
    apart = a.mean(0) - b.mean(0)
    expected = apart @ apart + np.trace(first + second - 2 * root)
    assert frechet_distance(gaussian_of(a), gaussian_of(b)) == pytest.approx(expected)


def test_a_set_is_not_far_from_itself():
    a = gaussian_of(np.random.default_rng(0).normal(size=(20, 4)))
    assert frechet_distance(a, a) == pytest.approx(0, abs=1e-9)


def test_without_weights_there_is_no_distance_and_it_is_said(monkeypatch, told):
    def absent():
        raise WeightsAbsent("Inception-v3: its weights are not here; get them")

    monkeypatch.setattr(pretrained, "inception", absent)
    distance = FrechetDistance()
    distance.add(*np.zeros((2, 8, 8, 3), np.uint8))
    assert distance.distance() == (None, "Inception-v3: its weights are not here")
    assert "left out" in told.lines[0]

import numpy as np
import pytest
import scipy.linalg

from stickdance.checkpoints.errors import WeightsAbsent
from stickdance.checkpoints.public import pretrained
from stickdance.synth.quality.frechet import (
    Features,
    FrechetDistance,
    frechet_distance,
    kernel_distance,
)


def features_of(vectors):
    one = Features(vectors.shape[1])
    for vector in vectors:
        one.add(vector)
    return one


@pytest.mark.parametrize("length", [6, 80], ids=["more frames than numbers", "fewer"])
def test_it_is_the_formula_with_the_root_of_the_matrix(length):
    random = np.random.default_rng(0)
    a, b = random.normal(size=(50, length)), random.normal(1, 2, size=(60, length))
    first, second = np.cov(a, rowvar=False), np.cov(b, rowvar=False)
    # the root's trace is that of (B' C1 B)^(1/2) with C2 = B B', a matrix that is symmetric
    values, vectors = np.linalg.eigh(second)
    half = vectors * np.sqrt(values.clip(min=0))
    root = scipy.linalg.eigvalsh(half.T @ first @ half).clip(min=0)
    apart = a.mean(0) - b.mean(0)
    expected = apart @ apart + np.trace(first + second) - 2 * np.sqrt(root).sum()
    found = frechet_distance(features_of(a), features_of(b))
    assert found == pytest.approx(expected, rel=1e-6)
    if length == 6:
        direct = apart @ apart + np.trace(
            first + second - 2 * scipy.linalg.sqrtm(first @ second).real
        )
        assert found == pytest.approx(direct)


def test_a_set_is_not_far_from_itself():
    a = features_of(np.random.default_rng(0).normal(size=(20, 4)))
    assert frechet_distance(a, a) == pytest.approx(0, abs=1e-9)


def test_the_kernel_distance_is_the_sum_over_pairs():
    random = np.random.default_rng(1)
    x, y = random.normal(size=(7, 5)), random.normal(0.5, size=(9, 5))

    def mean(one, other, same):
        pairs = [
            (i, j) for i in range(len(one)) for j in range(len(other)) if not (same and i == j)
        ]
        return np.mean([(one[i] @ other[j] / 5 + 1) ** 3 for i, j in pairs])

    expected = mean(x, x, True) + mean(y, y, True) - 2 * mean(x, y, False)
    assert kernel_distance(features_of(x), features_of(y)) == pytest.approx(expected)


def test_without_weights_there_is_no_distance_and_it_is_said(monkeypatch, told):
    def absent():
        raise WeightsAbsent("Inception-v3: its weights are not here; get them")

    monkeypatch.setattr(pretrained, "inception", absent)
    distance = FrechetDistance()
    distance.add(*np.zeros((2, 8, 8, 3), np.uint8))
    nothing = {"frechet_inception": None, "kid_inception": None}
    assert distance.distances() == (nothing, "Inception-v3: its weights are not here")
    assert "left out" in told.lines[0]

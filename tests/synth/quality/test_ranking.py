import numpy as np
import pytest

from stickdance.checkpoints.errors import BadInput
from stickdance.synth.quality.pair_list import candidates
from stickdance.synth.quality.ranking import rank


def scores(seed, count=200):
    random = np.random.default_rng(seed)
    hard = random.normal(0, 0.05, count)  # some frames are hard for all alike
    return {
        "good": 0.90 + hard + random.normal(0, 0.004, count),
        "same": 0.90 + hard + random.normal(0, 0.004, count),
        "bad": 0.88 + hard + random.normal(0, 0.004, count),
    }


def test_a_small_difference_that_all_frames_show_is_sure():
    found = rank(scores(0), "ssim_gaussian")
    assert [one["rank"] for one in found["ranks"]] == [1, 2, 3]
    assert found["ranks"][2]["name"] == "bad"
    assert found["ranks"][2]["rank_interval"] == [3, 3]
    last = found["differences"][1]
    assert last["sure"]
    assert last["interval"][0] < 0.02 < last["interval"][1]
    assert "is better than bad by SSIM" in last["told"]
    low, high = found["ranks"][0]["interval"]  # of means, the hard frames make it far wider
    assert high - low > 4 * (last["interval"][1] - last["interval"][0])


def test_what_chance_may_have_made_is_not_told_apart():
    found = rank(scores(1), "ssim_gaussian")
    first = found["differences"][0]
    assert not first["sure"]
    assert "cannot be told from" in first["told"]
    assert found["ranks"][0]["rank_interval"] == [1, 2]


def test_of_errors_less_is_better():
    found = rank(scores(0), "lpips")
    assert found["ranks"][0]["name"] == "bad"
    assert found["differences"][0]["difference"] < 0


def test_the_interval_is_the_bootstraps():
    values = np.random.default_rng(3).normal(0.5, 0.1, 400)
    found = rank({"one": values, "other": values}, "ssim_gaussian")
    expected = 1.96 * values.std() / 20
    low, high = found["ranks"][0]["interval"]
    assert (high - low) / 2 == pytest.approx(expected, rel=0.15)
    assert found["differences"][0]["interval"] == [0, 0]


def test_several_renderings_are_named_by_what_tells_them_apart(tmp_path):
    for place in ("a/dance.mp4", "b/dance.mp4", "real.mp4"):
        (tmp_path / place).parent.mkdir(exist_ok=True)
        (tmp_path / place).touch()
    real, first, second = (tmp_path / p for p in ("real.mp4", "a/dance.mp4", "b/dance.mp4"))
    assert [job.name for job in candidates(real, [first, second]).jobs] == ["a/dance", "b/dance"]
    assert [job.name for job in candidates(real, [tmp_path / "a"]).jobs] == ["dance"]
    assert candidates(real, [first]) is None
    assert candidates(tmp_path / "a", [tmp_path / "b"]) is None
    with pytest.raises(BadInput, match="named twice"):
        candidates(real, [first, first])

import pytest

from stickdance.tools.benchmarks.resume import ResumeOptions, compared


@pytest.mark.slow
@pytest.mark.parametrize("patience", [0, 50])
def test_a_training_killed_at_three_random_moments_ends_bit_equal(tiny_take, tmp_path, patience):
    options = ResumeOptions(steps=60, size="64x64", patience=patience)
    found = compared(tiny_take.path, tmp_path, options)
    assert found["bit_equal"], found["differing"]
    assert found["tensors"] > 100
    assert any(kill["status"] == -9 for kill in found["killed"])

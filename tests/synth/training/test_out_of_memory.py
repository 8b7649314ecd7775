import pytest
import torch

from stickdance.synth.generators.pix2pixhd import WholeFrame
from stickdance.synth.generators.recipe import Recipe
from stickdance.synth.training.out_of_memory import is_out_of_memory, what_fits
from stickdance.synth.training.step import Optimisation

BATCH = {
    name: torch.zeros(6, channels, 16, 16)
    for name, channels in {"stick": 3, "warped": 4, "photo": 3, "plate": 3, "matte": 1}.items()
}


@pytest.fixture
def optimisation():
    generator = WholeFrame(channels=4, downsamplings=1, blocks=1)
    return Optimisation(generator, Recipe(weights={"l1": 1.0}), torch.device("cpu"))


def limited(monkeypatch, samples):
    """Let no more samples fit into memory together."""
    real = Optimisation.gradients

    def gradients(self, batch, share, parts=None):
        if len(batch["stick"]) > samples:
            raise RuntimeError("DefaultCPUAllocator: can't allocate memory")
        return real(self, batch, share, parts)

    monkeypatch.setattr(Optimisation, "gradients", gradients)


def test_a_real_allocation_that_fails_is_known():
    with pytest.raises(RuntimeError) as refused:
        torch.empty(1 << 60, dtype=torch.uint8)
    assert is_out_of_memory(refused.value)
    assert is_out_of_memory(MemoryError())
    assert not is_out_of_memory(RuntimeError("sizes of tensors must match"))
    assert not is_out_of_memory(ValueError("out of memory"))


@pytest.mark.parametrize(
    ("samples", "wanted"),
    [(3, "--accumulate 2 fits"), (2, "--accumulate 4 fits"), (1, "--accumulate 6 fits")],
)
def test_the_fewest_parts_that_fit_are_named(optimisation, monkeypatch, samples, wanted):
    limited(monkeypatch, samples)
    assert what_fits(optimisation, BATCH, 0.0, (16, 16)).startswith(wanted)


def test_the_batch_that_is_named_is_that_of_all_processes(optimisation, monkeypatch):
    limited(monkeypatch, 3)
    assert "--batch 6 fits too" in what_fits(optimisation, BATCH, 0.0, (16, 16), processes=2)


def test_nothing_fits_but_a_smaller_size(optimisation, monkeypatch):
    limited(monkeypatch, 0)
    assert "try --size 50x24" in what_fits(optimisation, BATCH, 0.0, (100, 50))


def test_a_trial_reckons_with_what_the_optimisers_will_hold(optimisation):
    held = optimisation.moments_to_come()
    weights = sum(each.numel() for each in optimisation.generator.parameters())
    assert sum(each.numel() for each in held) == 2 * weights
    optimisation.step(BATCH, 0.0)
    assert optimisation.moments_to_come() == []

from contextlib import closing
from itertools import islice
from types import SimpleNamespace

import pytest
import torch

from stickdance.synth.training.distributed import ALONE
from stickdance.synth.training.sample_batches import StepBatches, batches


class Numbered:
    """Samples that are their numbers."""

    def samples(self, numbers):
        return {"number": torch.tensor(list(numbers))}


def drawn(processes, first_step, steps):
    with closing(batches(Numbered(), 6, processes, first_step)) as source:
        return [batch["number"].tolist() for batch in islice(source, steps)]


def test_a_training_that_goes_on_draws_what_an_unbroken_one_draws():
    assert drawn(ALONE, 0, 4)[2:] == drawn(ALONE, 2, 2) == [[*range(12, 18)], [*range(18, 24)]]


@pytest.mark.parametrize("count", [1, 2, 3, 6])
def test_processes_share_out_every_batch_without_rest(count):
    shares = [drawn(SimpleNamespace(rank=rank, count=count), 1, 2) for rank in range(count)]
    for step, whole in enumerate(drawn(ALONE, 1, 2)):
        assert [number for share in shares for number in share[step]] == whole


def test_a_process_has_its_part_alone():
    batch = StepBatches(Numbered(), 4, rank=1, count=2)[3]
    assert batch["number"].tolist() == [14, 15]

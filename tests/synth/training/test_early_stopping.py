import math

import pytest
import torch

from stickdance.synth.training.early_stopping import Patience


def noted(patience: Patience, errors: list[float]) -> Patience:
    for step, error in enumerate(errors, 1):
        patience.note(error, step, {"weight": torch.tensor([error])})
    return patience


def test_it_is_over_after_so_many_that_are_no_better():
    patience = noted(Patience(2), [5.0, 3.0, 4.0])
    assert not patience.is_over
    assert noted(patience, [3.0]).is_over  # as good is no better
    assert patience.weights["weight"].item() == 3.0
    assert patience.best_step == 2


def test_a_better_one_begins_anew():
    patience = noted(Patience(2), [5.0, 6.0, 4.0, 6.0])
    assert (patience.is_over, patience.since, patience.best) == (False, 1, 4.0)


def test_what_is_not_a_number_is_never_the_best():
    patience = noted(Patience(3), [5.0, math.nan])
    assert (patience.best, patience.since) == (5.0, 1)


def test_without_patience_nothing_is_kept():
    patience = noted(Patience(0), [5.0, 6.0, 7.0])
    assert (patience.is_over, patience.weights, patience.tensors()) == (False, None, {})
    assert patience.about() == {}


def test_the_best_weights_are_copies():
    weights = {"weight": torch.ones(2)}
    patience = Patience(1)
    patience.note(1.0, 1, weights)
    weights["weight"].zero_()
    assert patience.weights["weight"].tolist() == [1, 1]


def test_it_carries_on_where_it_stood():
    before = noted(Patience(4), [5.0, 3.0, 4.0])
    after = Patience(4)
    after.load(before.tensors(), before.about())
    assert (after.best, after.best_step, after.since) == (3.0, 2, 1)
    assert after.weights["weight"].item() == 3.0
    impatient = Patience(0)
    impatient.load(before.tensors(), before.about())
    assert impatient.weights is None
    with pytest.raises(KeyError):
        Patience(4).load(before.tensors(), {})

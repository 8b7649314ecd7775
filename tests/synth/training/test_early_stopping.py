import math

import pytest
import torch

from stickdance.synth.training.early_stopping import EarlyStopping


def noted(stopping: EarlyStopping, errors: list[float]) -> EarlyStopping:
    for step, error in enumerate(errors, 1):
        stopping.note(error, step, {"weight": torch.tensor([error])})
    return stopping


def test_it_is_over_after_so_many_that_are_no_better():
    stopping = noted(EarlyStopping(2), [5.0, 3.0, 4.0])
    assert not stopping.is_over
    assert noted(stopping, [3.0]).is_over  # as good is no better
    assert stopping.weights["weight"].item() == 3.0
    assert stopping.best_step == 2


def test_a_better_one_begins_anew():
    stopping = noted(EarlyStopping(2), [5.0, 6.0, 4.0, 6.0])
    assert (stopping.is_over, stopping.since, stopping.best) == (False, 1, 4.0)


def test_what_is_not_a_number_is_never_the_best():
    stopping = noted(EarlyStopping(3), [5.0, math.nan])
    assert (stopping.best, stopping.since) == (5.0, 1)


def test_without_patience_nothing_is_kept():
    stopping = noted(EarlyStopping(0), [5.0, 6.0, 7.0])
    assert (stopping.is_over, stopping.weights, stopping.tensors()) == (False, None, {})
    assert stopping.about() == {}


def test_the_best_weights_are_copies():
    weights = {"weight": torch.ones(2)}
    stopping = EarlyStopping(1)
    stopping.note(1.0, 1, weights)
    weights["weight"].zero_()
    assert stopping.weights["weight"].tolist() == [1, 1]


def test_it_carries_on_where_it_stood():
    before = noted(EarlyStopping(4), [5.0, 3.0, 4.0])
    after = EarlyStopping(4)
    after.load(before.tensors(), before.about())
    assert (after.best, after.best_step, after.since) == (3.0, 2, 1)
    assert after.weights["weight"].item() == 3.0
    endless = EarlyStopping(0)
    endless.load(before.tensors(), before.about())
    assert endless.weights is None
    with pytest.raises(KeyError):
        EarlyStopping(4).load(before.tensors(), {})

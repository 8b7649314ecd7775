from dataclasses import replace

import numpy as np
import pytest
import torch

from stickdance.checkpoints.errors import BadInput
from stickdance.choreography.learned.silhouettes.learner import SilhouetteLearner
from stickdance.choreography.learned.silhouettes.options import (
    SilhouetteOptions,
    check_options,
    resolved,
)
from stickdance.choreography.learned.silhouettes.pictures import SilhouetteClip

SMALL = SilhouetteOptions(
    units=24, batch=3, pictures=12, seen_seconds=1.0, told_seconds=0.5, rate=1e-2, dance_rate=6e-3
)


def learner(pictures, split=None, options=SMALL):
    torch.manual_seed(0)
    clip = SilhouetteClip("anna", pictures, len(pictures) if split is None else split)
    return SilhouetteLearner([clip], options, 0)


def test_pictures_are_learnt_first_then_what_follows_and_both_errors_fall(dance):
    one = learner(dance(96))
    losses = [one.step(number, number / 60) for number in range(60)]
    pictures = [loss["pictures"] for loss in losses if "pictures" in loss]
    follows = [loss["lstm"] for loss in losses if "lstm" in loss]
    assert [len(pictures), len(follows)] == [30, 30]
    assert np.mean(pictures[-5:]) < 0.6 * pictures[0]
    assert np.mean(follows[-5:]) < 0.7 * follows[0]


def test_the_auto_encoder_stays_as_it_is_while_what_follows_is_learnt(dance):
    one = learner(dance(60))
    before = {name: value.clone() for name, value in one.auto_encoder.state_dict().items()}
    one.step(0, 0.5)
    assert all(
        torch.equal(value, before[name]) for name, value in one.auto_encoder.state_dict().items()
    )
    one.step(1, 0.2)
    assert not torch.equal(one.auto_encoder.from_code.weight, before["from_code.weight"])


def test_a_learning_that_is_carried_on_ends_as_an_unbroken_one(dance):
    whole, broken, other = (learner(dance(60)) for _ in range(3))
    for number in range(6):
        whole.step(number, number / 6)
    for number in range(4):
        broken.step(number, number / 6)
    other.load(broken.tensors())
    for number in range(4, 6):
        other.step(number, number / 6)
    ours, theirs = whole.weights(), other.weights()
    assert all(torch.equal(ours[name], theirs[name]) for name in ours)


def test_held_out_silhouettes_are_not_learnt_from(dance):
    pictures = dance(60)
    other = pictures.copy()
    other[40:] = 255
    ours, theirs = (learner(some, split=40) for some in (pictures, other))
    for number in range(3):
        assert ours.step(number, number / 3) == theirs.step(number, number / 3)


def rates(one, shares):
    found = []
    for share in shares:
        one.step(0, share)
        found.append([part[1].param_groups[0]["lr"] for part in one.parts.values()])
    return found


def test_as_published_rates_fall_once_and_the_next_silhouette_alone_is_learnt(dance):
    options = resolved(SilhouetteOptions(as_published=True))
    assert (options.pictures, options.units, options.batch) == (200, 600, 5)
    assert (options.seen, options.told) == (49, 1)  # the next of 50 real ones
    one = learner(dance(60), options=replace(options, units=8))
    first, second, third = (rate[0] for rate in rates(one, (0.0, 0.033, 0.034)))
    assert (first, second, third) == (1e-3, 1e-3, pytest.approx(1e-4))  # 10,000 of 150,000 steps
    assert rates(one, (0.5, 0.99))[0][1] == rates(one, (0.99,))[0][1] == 2e-3


def test_the_baseline_learns_from_cross_entropy_too(dance):
    options = replace(SMALL, baseline_loss="cross-entropy")
    ours, squared = (learner(dance(60), options=each).step(0, 0.6) for each in (options, SMALL))
    assert ours["lstm"] == squared["lstm"]
    # an untrained auto-encoder's numbers lie about 0, in the middle of -1 to 1: one bit each
    assert ours["feed_forward"] == pytest.approx(np.log(2), rel=0.05)


def test_takes_that_are_too_short_are_refused(dance):
    with pytest.raises(BadInput, match=r"no take has 1\.5 s to learn from"):
        learner(dance(12))


@pytest.mark.parametrize("flag", ["fps", "units", "pictures_share"])
def test_options_out_of_range_are_refused_by_their_flag(flag):
    with pytest.raises(BadInput, match=f"^--{flag.replace('_', '-')} 0"):
        check_options(SilhouetteOptions(**{flag: 0}))


def test_surprises_are_how_far_real_vectors_lie_from_those_told(dance):
    one = learner(dance(60))
    weights = one.weights()
    told = one.lstm(weights["starts"])[0][:, :-1]
    apart = (weights["starts"][:, 1:] - told).detach()
    known = weights["surprises"]
    assert known.shape[1] == 128
    assert float(known.square().mean()) == pytest.approx(float(apart.square().mean()), rel=0.3)

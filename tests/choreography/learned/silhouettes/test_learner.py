import numpy as np
import pytest
import torch

from stickdance.checkpoints.errors import BadInput
from stickdance.choreography.learned.silhouettes.learner import SilhouetteLearner
from stickdance.choreography.learned.silhouettes.options import SilhouetteOptions, check_options
from stickdance.choreography.learned.silhouettes.pictures import SilhouetteClip

SMALL = SilhouetteOptions(
    units=24, batch=3, pictures=12, seen_seconds=1.0, told_seconds=0.5, rate=1e-2, dance_rate=6e-3
)


def learner(pictures, split=None):
    torch.manual_seed(0)
    clip = SilhouetteClip("anna", pictures, len(pictures) if split is None else split)
    return SilhouetteLearner([clip], SMALL, 0)


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

import numpy as np

from stickdance.synth.faults.account import Faults, equally_spaced, every
from stickdance.synth.faults.kinds import KINDS
from stickdance.synth.faults.limits import Limits

FOOTAGE = [{"joint_astray": 0.02, "beside_arms": 0.01, "third_hand": 0.0} for _ in range(20)]


def test_without_footage_only_what_has_a_limit_of_its_own_is_judged():
    assert Limits.of([]).judged == ("third_hand", "second_face", "hand_missing", "joint_astray")


def test_what_footage_shows_is_no_fault():
    assert not any(Limits.of(FOOTAGE).faults(FOOTAGE[0]).values())


def test_much_more_than_footage_shows_is_a_fault():
    faults = Limits.of(FOOTAGE).faults({"beside_arms": 0.02, "joint_astray": 0.05})
    assert faults["outline_torn"]
    assert not faults["joint_astray"]  # below what no good picture reaches


def test_a_detector_that_errs_in_footage_needs_more_to_be_believed():
    unsure = [{"hand_missing": 0.9} for _ in range(20)]
    assert Limits.of(FOOTAGE).faults({"hand_missing": 0.91})["hand_missing"]
    assert not Limits.of(unsure).faults({"hand_missing": 0.91})["hand_missing"]
    assert Limits.of(unsure).faults({"hand_missing": 0.99})["hand_missing"]


def test_faults_are_counted_for_a_hundred_frames():
    account = Faults(Limits.of([]))
    account.add(0, {"third_hand": 0.99, "joint_astray": 0.5})
    account.add(25, {"third_hand": 0.0})
    told = account.as_json(25.0)
    assert told["frames"] == 2
    assert told["faults_per_100_frames"] == 100.0
    assert told["per_100_frames"]["third_hand"] == 50.0
    assert told["worst"] == [{"seconds": 0.0, "faults": ["third_hand", "joint_astray"]}]


def test_two_frames_a_second_are_looked_at_and_no_more_than_some_of_a_long_dance():
    assert every(25.0, 250) == 12
    assert len(range(0, 100000, every(25.0, 100000))) <= 96


def test_numbers_are_equally_spaced_from_first_to_last():
    assert equally_spaced(5, 3) == [0, 2, 4]
    assert equally_spaced(2, 9) == [0, 1]


def test_every_evidence_belongs_to_one_kind():
    names = [name for names in KINDS.values() for name in names]
    assert len(names) == len(set(names))
    assert np.all([kind.islower() for kind in KINDS])

from stickdance.checkpoints.state import save_state
from stickdance.synth.training.options import MoreMinutes, TrainingOptions
from stickdance.synth.training.trainer import in_total, training_folder
from stickdance.tools.command_line import parsed
from stickdance.tools.commands.rendering import train


def minutes_of(*words):
    return parsed(train, ["takes/anna", "-o", "anna", *words], "train")[0]["training"].minutes


def state_of(folder, seconds):
    training_folder(folder).mkdir()
    save_state(training_folder(folder), {}, {"steps": 100, "seconds": seconds})


def test_minutes_with_a_plus_are_more_minutes_and_others_are_not():
    assert isinstance(minutes_of("--minutes", "+10"), MoreMinutes)
    assert minutes_of("--minutes", "+10") == 10
    assert not isinstance(minutes_of("--minutes", "2.5"), MoreMinutes)
    assert minutes_of() == 5


def test_more_minutes_are_added_to_those_of_an_earlier_training(tmp_path):
    state_of(tmp_path / "anna", 300.0)
    more = TrainingOptions(minutes=MoreMinutes(10))
    assert in_total(more, tmp_path / "anna").minutes == 15
    assert in_total(TrainingOptions(minutes=10.0), tmp_path / "anna").minutes == 10


def test_without_an_earlier_training_or_afresh_they_are_all_there_are(tmp_path):
    state_of(tmp_path / "anna", 300.0)
    more = TrainingOptions(minutes=MoreMinutes(10), afresh=True)
    assert in_total(more, tmp_path / "anna").minutes == 10
    assert in_total(TrainingOptions(minutes=MoreMinutes(10)), tmp_path / "bob").minutes == 10

import pytest

from stickdance.capture.options import CaptureOptions
from stickdance.checkpoints.progress import Work, reported_to
from stickdance.tools.make import time_left
from stickdance.tools.make.time_left import TimeLeft, Usual
from stickdance.tools.make.usual_times import frames_taken

STAGES = {
    "capture": Usual(20),
    "choreograph": Usual(10),
    "train": Usual(10, fixed=60),
    "render": Usual(30),
}


@pytest.fixture
def clock(monkeypatch):
    """A clock that a test sets."""
    now = [0.0]
    monkeypatch.setattr(time_left.time, "perf_counter", lambda: now[0])
    return now


def test_before_anything_is_measured_the_usual_times_are_told():
    assert TimeLeft(STAGES, None).seconds() == 20 + 10 + 70 + 30


def test_a_slow_first_stage_makes_the_others_slow_but_not_the_minutes_of_training(clock):
    left = TimeLeft(STAGES, None)
    left.begin("capture")
    clock[0] += 70  # more than three times the usual, of which a little is taken for an exception
    left.finish()
    assert left.seconds() == 3 * (10 + 10 + 30) + 60


def test_the_estimate_is_near_the_end_after_the_first_stage(clock):
    left = TimeLeft(STAGES, None)
    for name, usual in STAGES.items():
        left.begin(name)
        clock[0] += 2.2 * usual.seconds + usual.fixed
        left.finish()
        if name == "capture":
            estimate, then = left.seconds(), clock[0]
    assert estimate == pytest.approx(clock[0] - then, rel=0.1)


def test_time_passes_within_a_stage_and_never_below_what_its_work_needs(clock):
    left = TimeLeft({"render": Usual(30)}, None)
    left.begin("render")
    clock[0] += 10
    assert left.seconds() == 20
    work = Work("painting", 100)
    left.update(work)
    clock[0] += 10
    work.done = 10
    left.update(work)
    assert work.left == 90  # at its own speed; the usual time would be over in 10 s


def test_a_training_that_carries_on_takes_what_is_left_of_its_minutes(clock):
    left = TimeLeft({"train": Usual(10, fixed=300)}, None)
    left.begin("train")
    work = Work("train", 300, "s", 240)
    left.update(work)
    clock[0] += 10
    work.done = 250
    left.update(work)
    assert work.left == pytest.approx(50, abs=10)


def test_what_was_made_before_counts_for_nothing_until_something_before_it_is_made_again():
    left = TimeLeft(STAGES, None, made=["capture", "choreograph", "train"])
    assert left.seconds() == 30
    left.begin("capture")
    assert left.seconds() == pytest.approx(20 + 10 + 70 + 30, abs=1)


def test_everything_is_passed_on_with_the_time_that_is_left(told):
    left = TimeLeft(STAGES, told)
    left.begin("capture")
    with reported_to(left), Work("watching", 2) as work:
        left.note("a line")
    assert told.works == [work]
    assert told.lines == ["a line"]
    assert work.left == pytest.approx(130, abs=1)


@pytest.mark.parametrize(
    ("options", "frames"),
    [
        (CaptureOptions(), 900),
        (CaptureOptions(start_seconds=5, end_seconds=10), 125),
        (CaptureOptions(end_seconds=10, fps=10), 100),
        (CaptureOptions(start_seconds=60), 0),
    ],
)
def test_of_footage_only_the_part_that_is_taken_counts(options, frames):
    assert frames_taken(900, 25.0, options) == frames

import io
import sys

import pytest

from stickdance.checkpoints.progress import Work, note, reported_to, tracked
from stickdance.tools import display
from stickdance.tools.display import Bars, Lines, display_for, displayed
from stickdance.tools.duration import in_words


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.fixture
def clock(monkeypatch):
    """A clock that a test sets."""
    now = [100.0]
    monkeypatch.setattr(display.time, "perf_counter", lambda: now[0])
    return now


def test_a_terminal_gets_a_bar_that_goes_again():
    stream = Terminal()
    with reported_to(display_for(stream)):
        list(tracked(range(3), "painting"))
    shown = stream.getvalue()
    assert "painting" in shown
    assert "0/3" in shown
    assert shown.endswith("\r")
    assert "\x1b" not in shown


def test_a_file_gets_no_bar_and_no_carriage_return():
    stream = io.StringIO()
    with reported_to(display_for(stream)):
        list(tracked(range(3), "painting"))
        note("said once")
    assert stream.getvalue() == "said once\n"


def test_a_terminal_that_cannot_move_its_cursor_is_a_file(monkeypatch):
    monkeypatch.setenv("TERM", "dumb")
    assert isinstance(display_for(Terminal()), Lines)
    monkeypatch.setenv("TERM", "xterm")
    assert isinstance(display_for(Terminal()), Bars)


def test_long_work_is_a_line_with_the_time_it_takes(clock):
    stream = io.StringIO()
    with reported_to(Lines(stream)), Work("painting", 100) as work:
        clock[0] += 30  # compiling: the frames after it are quick
        work.advance(10)
        for _ in range(3):
            clock[0] += 5
            work.advance(10)
    assert stream.getvalue().count("\n") == 1
    assert stream.getvalue().startswith("painting: about 40 s left, until ")


def test_work_within_a_job_has_a_line_only_every_minute(clock):
    stream = io.StringIO()
    with reported_to(Lines(stream)), Work("painting", 100) as work:
        work.left = 60.0
        for _ in range(2):
            clock[0] += 5
            work.advance(10)
        assert stream.getvalue() == ""
        clock[0] += 60
        work.advance(10)
    assert stream.getvalue() == "painting: 30%; the whole job: 60 s left\n"


def test_work_within_work_does_not_disturb_the_bar():
    stream = Terminal()
    with reported_to(Bars(stream)):
        for _ in tracked(range(2), "songs"):
            list(tracked(range(2), "frames"))
    assert "frames" not in stream.getvalue()


def test_the_whole_job_stands_beside_the_bar():
    stream = Terminal()
    with reported_to(Bars(stream)):
        work = Work("painting", 2)
        work.left = 600.0
        with work:
            pass
    assert "whole job: 10 min left" in stream.getvalue()


def test_quiet_is_silent(monkeypatch):
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    with displayed(quiet=True):
        note("nobody hears")
    with displayed():
        note("somebody hears")
    assert stream.getvalue() == "somebody hears\n"


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.2, "0 s"),
        (59, "59 s"),
        (99, "99 s"),
        (100, "2 min"),
        (5940, "99 min"),
        (7800, "2 h 10 min"),
    ],
)
def test_time_in_words(seconds, words):
    assert in_words(seconds) == words


def test_work_that_is_done_tells_no_time_left(clock):
    stream = io.StringIO()
    with reported_to(Lines(stream)), Work("jobs", 2) as work:
        work.advance()
        clock[0] += 30
        work.advance()
    assert stream.getvalue() == ""


def test_names_of_files_break_no_line():
    stream = io.StringIO()
    with reported_to(Lines(stream)):
        note("read two\nlines\x1b[1m of übär")
    assert stream.getvalue() == "read two\\nlines\\x1b[1m of übär\n"

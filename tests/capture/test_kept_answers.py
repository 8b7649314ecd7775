import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from stickdance.capture import kept_answers, video_to_take
from stickdance.capture.estimators.contract import FrameEstimate, Person
from stickdance.capture.estimators.people import Found, Region
from stickdance.capture.kept_answers import Answers, asking, kept_work
from stickdance.capture.options import CaptureOptions
from stickdance.capture.pose.sequence import PoseSequence
from stickdance.capture.pose.skeleton import OPENPOSE_18
from stickdance.checkpoints.errors import BadInput

PICTURE = np.arange(48, dtype=np.uint8).reshape(4, 4, 3)


@pytest.fixture(autouse=True)
def small_pieces(monkeypatch):
    monkeypatch.setattr(kept_answers, "PIECE", 10)


def found(number):
    points = np.full((18, 2), number, np.float32)
    points[3] = np.nan
    matte = np.zeros((6, 8), np.uint8)
    matte[2:4, number % 8] = 255
    region = Region(np.float64(number) / 3, np.float32(0.1), 5, -0.0)
    return Found(
        Person(points, points[:, 0], parts={"face": Person(points, points[0])}), matte, region
    )


def same(one, other):
    """Whether two answers are the same, kinds of numbers included."""
    return repr(one) == repr(other) and type(one) is type(other)


@pytest.mark.parametrize(
    "answer",
    [None, [], [Region(1.5, np.float64(2), 3, 0.1)], (1, "a", True), np.float32(0.1), found(3)],
)
def test_an_answer_that_is_kept_is_the_answer(tmp_path, answer):
    first = Answers(tmp_path)
    for number in range(10):
        first(PICTURE, number, lambda: answer)
    again = Answers(tmp_path, (Found, Person, Region))
    assert same(again(PICTURE, 0, lambda: pytest.fail("worked again")), answer)


def asked(folder, count, about=""):
    """What a run of so many questions is answered, and which it worked out."""
    answers, worked = Answers(folder), []

    def work(number):
        worked.append(number)
        return number * 2

    told = [answers(PICTURE, (about, n), lambda n=n: work(n)) for n in range(count)]
    return told, worked


def test_only_what_is_not_kept_is_worked_out_again(tmp_path):
    assert asked(tmp_path, 25)[1] == list(range(25))
    assert asked(tmp_path, 35) == ([n * 2 for n in range(35)], list(range(20, 35)))
    assert asked(tmp_path, 35)[1] == list(range(30, 35))


def test_answers_to_other_questions_are_not_taken(tmp_path):
    asked(tmp_path, 30)
    assert asked(tmp_path, 30, "other") == ([n * 2 for n in range(30)], list(range(30)))
    assert asked(tmp_path, 30, "other")[1] == []


def test_a_damaged_piece_is_worked_out_again(tmp_path):
    asked(tmp_path, 30)
    (tmp_path / "000001.npz").write_bytes(b"cut off")
    assert asked(tmp_path, 30)[1] == list(range(10, 20))


def test_work_of_another_capture_is_removed_and_so_is_that_of_one_that_fails(tmp_path):
    take, about = tmp_path / "take", {"options": {"height": 512}}
    with pytest.raises(KeyboardInterrupt) as caught, kept_work(take, about) as work:
        ask = asking(work.answers("people"), "look", lambda picture: 1)
        for _ in range(10):
            ask(PICTURE)
        raise KeyboardInterrupt
    assert caught.value.__notes__ == ["the same command carries on"]
    with pytest.raises(BadInput), kept_work(take, about) as work:
        assert work.is_begun()
        raise BadInput("nobody is seen")
    with kept_work(take, about) as work:
        assert not work.is_begun()
    assert list(tmp_path.iterdir()) == []


class Estimator:
    """A network that is asked once a frame, and what is made of its answers: with a state."""

    name, skeleton = "fake", OPENPOSE_18
    answers = None

    def __init__(self, poses):
        self.poses, self.asked = poses, []

    def estimate(self, frames):
        look = asking(self.answers, "look", self._look)
        before = None
        for number, frame in enumerate(frames):
            self.answers.next_frame()
            points = look(frame, number)
            steady = points if before is None else 0.9 * points + 0.1 * before
            before = steady
            yield FrameEstimate((Person(steady, np.ones(len(points), np.float32)),))

    def _look(self, frame, number):
        self.asked.append(number)
        return self.poses.points[number]


class Died(SystemExit):
    pass


def die():
    raise Died


WRITE = kept_answers.Answers._write


def dying(after, end):
    """Return what writes a piece and, after so many, ends the capture."""
    left = [after]

    def write(self):
        WRITE(self)
        left[0] -= 1
        if left[0] == 0:
            end()

    return write


def capture(video, poses, to, monkeypatch, dies_after=0, end=die):
    """Capture footage, or die after so many pieces; return the estimator."""
    estimator = Estimator(poses)
    monkeypatch.setattr(kept_answers, "PIECE", 16)
    monkeypatch.setattr(video_to_take, "create", lambda *_: estimator)
    monkeypatch.setattr(kept_answers.Answers, "_write", dying(dies_after, end))
    options = CaptureOptions(hands_and_face="off", conditions="ignore", height=64, fps=10)
    video_to_take.video_to_take([video], to, options)
    return estimator


def contents(take):
    """The files of a take; what tells the time that it took is left out."""
    files = {path.name: path.read_bytes() for path in take.iterdir()}
    report = json.loads(files.pop("report.json"))
    del report["seconds_taken"]
    manifest = json.loads(files.pop("manifest.json"))
    for name in ("report.json", "footage.html"):
        del manifest["files"][name]
    del files["footage.html"]
    return files, report, manifest


def test_a_capture_that_dies_at_every_piece_ends_with_the_same_bytes(
    filmed, tmp_path, monkeypatch, told
):
    whole = capture(filmed.video, filmed.poses, tmp_path / "whole/take", monkeypatch)
    assert len(whole.asked) == 24
    to, asked = tmp_path / "again/take", []
    for _ in ("watching", "cutting out"):
        with pytest.raises(Died):
            capture(filmed.video, filmed.poses, to, monkeypatch, dies_after=1)
        assert (tmp_path / "again/.take.pieces").is_dir()
        assert not to.exists()
    asked = capture(filmed.video, filmed.poses, to, monkeypatch).asked
    assert asked == list(range(16, 24))
    for doing in ("watching", "cutting out"):
        assert f"{doing}: continued at frame 16" in told.lines
    assert contents(to) == contents(tmp_path / "whole/take")
    assert os.listdir(tmp_path / "again") == ["take"]


KILLED = """
import os, sys
from pathlib import Path
import pytest
sys.path.insert(0, sys.argv[1])
import test_kept_answers as tests
from stickdance.capture.pose.sequence import PoseSequence

poses, pieces = PoseSequence.load(Path(sys.argv[3])), int(sys.argv[5])
patch = pytest.MonkeyPatch()
kill = lambda: os.kill(os.getpid(), 9)
tests.capture(Path(sys.argv[2]), poses, Path(sys.argv[4]), patch, pieces, kill)
"""


@pytest.mark.parametrize("pieces", [pytest.param(1, marks=pytest.mark.slow), 2])
def test_a_capture_that_is_killed_carries_on(filmed, tmp_path, monkeypatch, pieces):
    to = tmp_path / "take"
    words = [Path(__file__).parent, filmed.video, filmed.poses_file, to, pieces]
    killed = subprocess.run([sys.executable, "-c", KILLED, *map(str, words)], check=False)
    assert killed.returncode == -signal.SIGKILL
    assert (tmp_path / ".take.pieces").is_dir()
    poses = PoseSequence.load(filmed.poses_file)
    assert capture(filmed.video, poses, to, monkeypatch).asked == list(range(16, 24))
    assert os.listdir(tmp_path) == ["take"]

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from stickdance.capture.estimators.catalog import create
from stickdance.capture.media.consent_metadata import recorded_consent
from stickdance.capture.media.ffmpeg import program
from stickdance.capture.media.video import probe, read_frames
from stickdance.capture.options import CameraOptions
from stickdance.checkpoints.errors import BadInput, MissingDependency, OutputFailed
from stickdance.tools.options import RecordOptions
from stickdance.tools.recording import record as recording
from stickdance.tools.recording import session as recording_session
from stickdance.tools.recording.record import record

ROOT = Path(__file__).resolve().parents[3]
QUIET = {"voice": False, "view": False}


@pytest.fixture(scope="module")
def someone(tmp_path_factory) -> Path:
    """Twenty seconds of something that moves, in place of a camera."""
    return filmed("testsrc2=s=160x120:r=25:d=20", tmp_path_factory.mktemp("camera"))


def filmed(source: str, folder: Path) -> Path:
    """Return a film of what one of ffmpeg's sources shows."""
    to = folder / "someone.mp4"
    command = [program(), "-v", "error", "-f", "lavfi", "-i", source, "-c:v", "libx264"]
    subprocess.run([*command, "-preset", "ultrafast", str(to)], check=True)
    return to


def started(someone: Path, to: Path, *more: str) -> subprocess.Popen:
    words = ["record", "--output", str(to), "--source", str(someone), "--no-voice", "--no-view"]
    words += ["--ask", "stand", "--ask", "turn", "--ask", "away", "--seconds", "5"]
    words += ["--countdown", "0", *more]
    code = "import sys; from stickdance.tools.cli import main; main(sys.argv[1:])"
    return subprocess.Popen(
        [sys.executable, "-c", code, *words],
        cwd=ROOT,
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def wait_for(part: Path, size: int, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not (part.is_file() and part.stat().st_size > size):
        assert time.monotonic() < deadline, f"{part} does not grow"
        time.sleep(0.05)


def test_moves_are_told_in_turn_and_the_video_has_their_length(someone, tmp_path):
    told = []
    options = RecordOptions(
        moves=("arms-high", "squat"), seconds=2, countdown=1, realtime=False, consent="yes", **QUIET
    )
    done = record(tmp_path / "anna.mp4", CameraOptions(str(someone), fps=25), options, told.append)
    assert told[0].startswith("Get ready: Both arms high")
    assert told[1].startswith("1/2  Both arms high")
    assert told[2].startswith("2/2  Squats, deep and slow")
    assert (done.done, done.left_out) == (("arms-high", "squat"), ())
    info = probe(tmp_path / "anna.mp4")
    assert (info.seconds, info.fps, info.size) == (5, 25, (160, 120))
    notes = json.loads((tmp_path / "anna.moves.json").read_text())
    assert notes["moves"][1] == {"name": "squat", "start": 3.0, "stop": 5.0}
    assert recorded_consent(tmp_path / "anna.mp4") == notes["consent"] == "yes"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["anna.moves.json", "anna.mp4"]


def test_a_source_that_ends_early_tells_what_was_left_out(someone, tmp_path):
    options = RecordOptions(moves=("stand", "turn", "squat"), seconds=9, countdown=0,
                            realtime=False, **QUIET)  # fmt: skip
    done = record(tmp_path / "a.mp4", CameraOptions(str(someone)), options, lambda line: None)
    assert (done.done, done.left_out) == (("stand", "turn"), ("squat",))
    assert done.seconds == pytest.approx(20, abs=0.1)


@pytest.mark.skipif(os.name != "posix", reason="signals")
@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_what_was_recorded_survives_ctrl_c(someone, tmp_path, number, status):
    with started(someone, tmp_path / "anna.mp4", "--consent", "yes") as process:
        wait_for(tmp_path / "anna.recording" / "part.ts", 150_000)
        process.send_signal(number)
        _, told = process.communicate(timeout=60)
    assert process.returncode == status
    info = probe(tmp_path / "anna.mp4")
    assert 1 <= info.seconds < 15
    assert sum(1 for _ in read_frames(tmp_path / "anna.mp4")) == info.frames
    assert "were recorded and are safe in" in told
    assert "not done:" in told
    assert recorded_consent(tmp_path / "anna.mp4") == "yes"
    assert not (tmp_path / "anna.recording").exists()


@pytest.mark.skipif(os.name != "posix", reason="signals")
def test_what_was_recorded_survives_being_killed_and_can_be_recovered(someone, tmp_path):
    to = tmp_path / "anna.mp4"
    with started(someone, to, "--consent", "yes") as process:
        wait_for(tmp_path / "anna.recording" / "part.ts", 150_000)
        process.kill()
        process.communicate(timeout=60)
    assert not to.exists()
    part = tmp_path / "anna.recording" / "part.ts"
    grown = -1
    while grown != part.stat().st_size:  # ffmpeg notices that nobody looks on, and ends
        grown = part.stat().st_size
        time.sleep(1.0)
    with pytest.raises(BadInput, match=r"broken off; make a video of it with .*--recover"):
        record(to, CameraOptions(str(someone)), RecordOptions(**QUIET))
    done = record(to, options=RecordOptions(recover=True))
    assert 1 <= done.seconds < 15
    assert done.consent == recorded_consent(to) == "yes"
    assert sum(1 for _ in read_frames(to)) == probe(to).frames
    with pytest.raises(BadInput, match="no recording that was broken off"):
        record(to, options=RecordOptions(recover=True))


def test_a_full_disk_ends_the_recording_and_loses_nothing(someone, tmp_path, monkeypatch):
    disk = tmp_path / "disk"
    disk.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=700k", "tmpfs", str(disk)]
    if sys.platform != "linux" or subprocess.run(command, capture_output=True).returncode:
        pytest.skip("needs the right to mount a small file system")
    options = RecordOptions(moves=("stand",), seconds=20, countdown=0, realtime=False, **QUIET)
    camera = CameraOptions(str(someone))
    try:
        with pytest.raises(OutputFailed, match=r"GB are free, up to 0\.2 GB are needed"):
            record(disk / "anna.mp4", camera, options, lambda line: None)
        usage = recording_session.shutil.disk_usage(tmp_path)
        monkeypatch.setattr(recording_session.shutil, "disk_usage", lambda _: usage)
        with pytest.raises(OutputFailed, match=r"safe there; then make a video .*--recover"):
            record(disk / "anna.mp4", camera, options, lambda line: None)
        subprocess.run(["mount", "-o", "remount,size=4m", str(disk)], check=True)
        done = record(disk / "anna.mp4", options=RecordOptions(recover=True))
        assert done.seconds > 1
        assert done.left_out == ("stand",)
    finally:
        subprocess.run(["umount", str(disk)], check=True)


def test_nothing_is_written_over_and_nothing_is_left_where_nothing_was_recorded(someone, tmp_path):
    (tmp_path / "anna.mp4").write_bytes(b"precious")
    with pytest.raises(BadInput, match="is there already"):
        record(tmp_path / "anna.mp4", CameraOptions(str(someone)), RecordOptions(**QUIET))
    (tmp_path / "text.mp4").write_text("no video")
    with pytest.raises(BadInput, match="the camera cannot be opened"):
        record(
            tmp_path / "b.mp4", CameraOptions(str(tmp_path / "text.mp4")), RecordOptions(**QUIET)
        )
    assert not (tmp_path / "b.recording").exists()
    session = recording_session.Session(tmp_path / "c.mp4")
    session.begin([], 0, "yes")
    with pytest.raises(BadInput, match="nothing was recorded in it yet; remove it"):
        record(tmp_path / "c.mp4", options=RecordOptions(recover=True))
    with pytest.raises(BadInput, match=r"ends in \.mp4"):
        record(tmp_path / "b.mkv", CameraOptions(str(someone)), RecordOptions(**QUIET))


@pytest.mark.usefixtures("blazepose_models")
def test_a_watcher_looks_on_and_says_when_nobody_is_there(tmp_path, monkeypatch):
    monkeypatch.setattr(recording, "_REPEAT", 1.0)
    # What the watcher needs is imported already: on a busy machine that takes longer than the film.
    next(iter(create("blazepose").estimate([np.zeros((64, 64, 3), np.uint8)])))
    told = []
    options = RecordOptions(moves=("stand",), seconds=6, countdown=0, voice=False)
    empty = filmed("color=0x707070:s=160x120:r=25:d=20", tmp_path)
    done = record(tmp_path / "a.mp4", CameraOptions(str(empty)), options, told.append)
    assert any("nobody is seen" in line for line in told), told
    assert done.whole_body_share == 0
    assert np.isfinite(done.seconds)


def test_without_an_estimator_the_recording_goes_on_and_it_is_said(someone, tmp_path, monkeypatch):
    def absent(name):
        raise MissingDependency("its model is not here; a command gets it")

    monkeypatch.setattr("stickdance.tools.recording.view.create", absent)
    told = []
    options = RecordOptions(moves=("stand",), seconds=3, countdown=0, voice=False)
    done = record(tmp_path / "a.mp4", CameraOptions(str(someone)), options, told.append)
    assert sum("nobody looks on: its model is not here" in line for line in told) == 1
    assert (done.done, done.whole_body_share) == (("stand",), None)

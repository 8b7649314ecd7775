import errno
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from stickdance.checkpoints import locks
from stickdance.checkpoints.errors import InUse, OutputFailed
from stickdance.checkpoints.locks import LOCK, only_one

ROOT = Path(__file__).resolve().parent.parent.parent
HOLDER = """
import os, sys, time; from pathlib import Path; from stickdance.checkpoints.locks import only_one
sys.argv = ["stickdance", "make", sys.argv[1]]
with only_one(Path(sys.argv[2])):
    {}
"""


def started(folder, doing):
    command = [sys.executable, "-c", HOLDER.format(doing), str(folder)]
    return subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


@pytest.fixture
def other(tmp_path):
    process = started(tmp_path, "print('in', flush=True); sys.stdin.read()")
    assert process.stdout.readline() == "in\n"
    yield process
    process.kill()
    process.wait()


def test_who_comes_second_is_told_who_works_there(tmp_path, other):
    said = rf"song\.mp4: process {other.pid} \(stickdance make .*, since 20.*\) works there; wait"
    with pytest.raises(InUse, match=said), only_one(tmp_path, Path("song.mp4")):
        pass


def test_the_lock_of_a_killed_process_is_taken_over(tmp_path, other):
    other.kill()
    other.wait()
    assert str(other.pid) in (tmp_path / LOCK).read_text()
    with only_one(tmp_path):
        assert str(os.getpid()) in (tmp_path / LOCK).read_text()


def test_the_lock_goes_with_its_block_and_the_folder_stays(tmp_path):
    for _ in range(2):
        with only_one(tmp_path / "new" / "folder"):
            assert (tmp_path / "new" / "folder" / LOCK).exists()
    assert list((tmp_path / "new" / "folder").iterdir()) == []


def test_who_has_patience_comes_after_the_other(tmp_path, other):
    threading.Timer(0.2, other.kill).start()
    with only_one(tmp_path, patience=30):
        pass


def test_of_many_at_once_one_works_at_a_time(tmp_path):
    inside, most = [], []

    def work():
        for _ in range(5):
            with only_one(tmp_path / "place", patience=30):
                inside.append(1)
                most.append(len(inside))
                inside.pop()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == [1] * 20


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system starts processes anew")
def test_a_child_that_outlives_its_parent_keeps_nobody_out(tmp_path):
    process = started(
        tmp_path,
        "child = os.fork(); time.sleep(0 if child else 60); print(child, flush=True); os._exit(0)",
    )
    child = int(process.stdout.readline())
    process.wait()
    try:
        os.kill(child, 0)
        with only_one(tmp_path, patience=30):  # the child lets go as soon as it runs
            pass
    finally:
        os.kill(child, signal.SIGKILL)


def test_a_file_system_without_locks_keeps_nobody_away(tmp_path, monkeypatch):
    def refuse(_):
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(locks, "_lock_by_system", refuse)
    with only_one(tmp_path), only_one(tmp_path):
        pass


def test_a_place_that_cannot_be_made_is_said(tmp_path):
    (tmp_path / "file").touch()
    with (
        pytest.raises(OutputFailed, match="choose another place"),
        only_one(tmp_path / "file" / "a"),
    ):
        pass


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="needs a system that makes no folders")
def test_a_folder_that_the_system_says_cannot_be_there_is_said(tmp_path):
    with (
        pytest.raises(OutputFailed, match="its folder cannot be made"),
        only_one(Path("/proc/none")),
    ):
        pass

import errno
import subprocess
import sys

import pytest

from stickdance.checkpoints.errors import BadInput
from stickdance.tools.memory_limits import MemoryLimit
from stickdance.tools.program import leave_with


def left(run, capsys):
    with pytest.raises(SystemExit) as gone:
        leave_with(run, "measure")
    return gone.value.code or 0, capsys.readouterr().err


def failing(error):
    def run():
        raise error

    return run


@pytest.mark.parametrize(
    ("error", "status", "said"),
    [
        (BadInput("take:\n is empty"), 3, "measure: take: is empty\n"),
        (
            OSError(errno.ENOSPC, "No space left"),
            5,
            "measure: what it writes to, perhaps standard output: No space left\n",
        ),
        (KeyboardInterrupt(), 130, "measure: stopped by Ctrl-C\n"),
        (BrokenPipeError(), 1, ""),
    ],
)
def test_what_went_wrong_is_told_in_one_line(error, status, said, capsys):
    assert left(failing(error), capsys) == (status, said)


def test_memory_that_runs_out_is_a_line_that_names_the_limit(monkeypatch, capsys):
    monkeypatch.setattr(
        "stickdance.tools.program.memory_limit", lambda: MemoryLimit(1.5e9, "ulimit -v")
    )
    status, said = left(failing(RuntimeError("DefaultCPUAllocator: can't allocate memory")), capsys)
    assert status == 1
    assert said.startswith("measure: memory ran out")
    assert "1.5 GB by ulimit -v" in said
    assert said.count("\n") == 1


def test_a_package_that_is_missing_is_exit_status_4_and_one_of_ours_is_a_fault(capsys):
    status, said = left(failing(ModuleNotFoundError("No module named 'cv2'", name="cv2")), capsys)
    assert status == 4
    assert "cv2 is missing or broken" in said
    with pytest.raises(ModuleNotFoundError):
        leave_with(failing(ModuleNotFoundError("gone", name="stickdance.gone")), "measure")


@pytest.mark.parametrize(("answer", "status"), [(None, 0), (6, 6)])
def test_what_is_returned_is_the_exit_status(answer, status, capsys):
    assert left(lambda: answer, capsys) == (status, "")


def test_a_name_that_is_not_text_does_not_break_the_line(tmp_path):
    program = (
        "from stickdance.tools.program import leave_with; leave_with(lambda: print('\\udcff'), 'x')"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert done.stdout == b"\\udcff\n"
    command = [sys.executable, "-m", "stickdance.tools.cli", "listen", b"\xff.wav"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "this name is not UTF-8; rename the file" in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_fault_of_ours_shows_where_it_happened():
    with pytest.raises(ZeroDivisionError):
        leave_with(lambda: 1 // 0, "measure")


def test_a_benchmark_tells_bad_input_in_one_line(tmp_path):
    words = ["-m", "stickdance.tools.benchmarks.retargeting", tmp_path / "one", tmp_path / "other"]
    done = subprocess.run([sys.executable, *words], capture_output=True, text=True, check=False)
    assert done.returncode == 3
    assert done.stderr.count("\n") == 1
    assert done.stderr.startswith(f"retargeting: {tmp_path / 'one'}: ")

import os
import random
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

from checkpoints.errors import CheckpointError, InUse, NewerFormat, NotWritten
from checkpoints.state import STATE, load_state, only_one, save_state, seed_all
from checkpoints.tensors import write_tensors

ROOT = Path(__file__).resolve().parent.parent.parent


def drawn():
    return torch.rand(3).tolist(), np.random.rand(3).tolist(), random.random(), random.gauss()


def test_random_numbers_go_on_where_they_were(tmp_path):
    torch.manual_seed(1), np.random.seed(2), random.seed(3)
    random.gauss()  # leaves a second normal number waiting
    save_state(tmp_path, {"x": torch.ones(1)}, {"step": 5})
    wanted = drawn()
    drawn()
    state = load_state(tmp_path)
    state.restore_random()
    assert drawn() == wanted
    assert state.about["step"] == 5
    assert state.tensors.keys() == {"x"}


def test_without_a_file_there_is_no_state(tmp_path):
    assert load_state(tmp_path) is None


def test_another_file_is_no_state(tmp_path):
    write_tensors(tmp_path / STATE, {"x": torch.ones(1)}, {})
    with pytest.raises(CheckpointError, match="found another file"):
        load_state(tmp_path)


def test_a_newer_state_says_so(tmp_path):
    write_tensors(tmp_path / STATE, {"x": torch.ones(1)}, {"kind": "training", "format": 2})
    with pytest.raises(NewerFormat):
        load_state(tmp_path)


def test_the_state_before_is_kept_when_saving_fails(tmp_path, monkeypatch):
    save_state(tmp_path, {"x": torch.ones(1)}, {"step": 1})
    monkeypatch.setattr("os.fsync", lambda _: (_ for _ in ()).throw(OSError(28, "No space left")))
    with pytest.raises(NotWritten, match="free some space"):
        save_state(tmp_path, {"x": torch.ones(1)}, {"step": 2})
    monkeypatch.undo()
    assert load_state(tmp_path).about["step"] == 1
    assert [file.name for file in tmp_path.iterdir()] == [STATE]


def test_a_folder_belongs_to_one_process_until_it_ends_however_it_ends(tmp_path):
    code = (
        "import sys, os, signal; from pathlib import Path; from checkpoints.state import only_one\n"
        "with only_one(Path(sys.argv[1])):\n"
        "    print('in', flush=True); sys.stdin.read()\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path)],
        cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout.readline() == b"in\n"
    with pytest.raises(InUse), only_one(tmp_path):
        pass
    process.kill()
    process.wait()
    with only_one(tmp_path):
        pass


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system starts processes anew")
def test_a_child_that_outlives_its_parent_keeps_nobody_out(tmp_path):
    code = (
        "import sys, os, time; from pathlib import Path; from checkpoints.state import only_one\n"
        "with only_one(Path(sys.argv[1])):\n"
        "    child = os.fork()\n"
        "    if child == 0: time.sleep(60)\n"
        "    print(child, flush=True); os._exit(0)\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    child = int(process.stdout.readline())
    process.wait()
    try:
        os.kill(child, 0)
        with only_one(tmp_path):
            pass
    finally:
        os.kill(child, signal.SIGKILL)


def test_a_seed_begins_all_three_random_states():
    def drawn():
        return torch.rand(1).item(), np.random.rand(), random.random()

    seed_all(3)
    first = drawn()
    seed_all(3)
    assert drawn() == first
    seed_all(4)
    assert all(one != other for one, other in zip(drawn(), first, strict=True))

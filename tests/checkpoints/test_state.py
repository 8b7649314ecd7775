import random

import numpy as np
import pytest
import torch

from stickdance.checkpoints.errors import BadInput, NewerFormat, OutputFailed
from stickdance.checkpoints.state import STATE, load_state, save_state, seed_all
from stickdance.checkpoints.tensors import write_tensors


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
    with pytest.raises(BadInput, match="found another file"):
        load_state(tmp_path)


def test_a_newer_state_says_so(tmp_path):
    write_tensors(tmp_path / STATE, {"x": torch.ones(1)}, {"kind": "training", "format": 2})
    with pytest.raises(NewerFormat):
        load_state(tmp_path)


def test_the_state_before_is_kept_when_saving_fails(tmp_path, monkeypatch):
    save_state(tmp_path, {"x": torch.ones(1)}, {"step": 1})
    monkeypatch.setattr("os.fsync", lambda _: (_ for _ in ()).throw(OSError(28, "No space left")))
    with pytest.raises(OutputFailed, match="free some space"):
        save_state(tmp_path, {"x": torch.ones(1)}, {"step": 2})
    monkeypatch.undo()
    assert load_state(tmp_path).about["step"] == 1
    assert [file.name for file in tmp_path.iterdir()] == [STATE]


def test_a_seed_begins_all_three_random_states():
    def drawn():
        return torch.rand(1).item(), np.random.rand(), random.random()

    seed_all(3)
    first = drawn()
    seed_all(3)
    assert drawn() == first
    seed_all(4)
    assert all(one != other for one, other in zip(drawn(), first, strict=True))

from types import SimpleNamespace

import pytest

from stickdance.capture.take import splitting
from stickdance.capture.take.take import Take
from stickdance.choreography.shotlist.filmed import SHOTS
from stickdance.tools.commands.takes import SplitOptions, split_take


@pytest.fixture
def splits(monkeypatch):
    made = SimpleNamespace(path="part", frame_count=10, training_frames=8)
    monkeypatch.setattr(Take, "load", lambda path: path)
    monkeypatch.setattr(splitting, "split_take", lambda *_: [made])


def test_a_split_take_of_a_shot_list_says_that_its_shots_stay_behind(splits, tmp_path):
    (tmp_path / SHOTS).write_text("{}")
    lines = split_take(tmp_path, tmp_path / "to", SplitOptions())["warnings"]
    assert len(lines) == 1 and lines[0].startswith(f"the shots found in {tmp_path} are not carried")


def test_a_take_without_a_shot_list_is_split_without_a_word(splits, tmp_path):
    assert split_take(tmp_path, tmp_path / "to", SplitOptions())["warnings"] == []

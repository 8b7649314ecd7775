import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from stickdance.checkpoints.errors import OutputFailed
from stickdance.checkpoints.locks import LOCK, only_one
from stickdance.checkpoints.scratch import scratch_folder

ROOT = Path(__file__).resolve().parent.parent.parent
HOLDER = (
    "import sys; from stickdance.checkpoints.scratch import scratch_folder\n"
    "with scratch_folder() as folder:\n"
    "    (folder / 'footage').touch(); print('in', flush=True); sys.stdin.read()\n"
)


@pytest.fixture
def place(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


@pytest.fixture
def other(place):
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER],
        cwd=ROOT, env={**os.environ, "TMPDIR": str(place)},
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout.readline() == "in\n"
    yield process
    process.kill()
    process.wait()


def test_a_folder_is_empty_and_goes_with_its_block(place):
    with pytest.raises(RuntimeError), scratch_folder() as folder:
        assert list(folder.iterdir()) == []
        (folder / "footage").touch()
        raise RuntimeError
    assert list(place.iterdir()) == []


def test_what_a_killed_process_left_is_removed_and_what_a_living_one_uses_is_not(place, other):
    with scratch_folder():
        assert len(list(place.rglob("footage"))) == 1
    other.kill()
    other.wait()
    with scratch_folder():
        assert list(place.rglob("footage")) == []
    assert list(place.iterdir()) == []


def test_one_that_was_killed_at_its_last_step_leaves_nothing_for_long(place):
    for name in ("stickdance-a1b2c3d4", "stickdance-a1b2c3d5"):
        (place / name).mkdir()
    os.utime(place / "stickdance-a1b2c3d4", (0, 0))
    with scratch_folder():
        pass
    assert [path.name for path in place.iterdir()] == ["stickdance-a1b2c3d5"]


def test_other_folders_are_left_alone(place):
    (place / "stickdance-mine").mkdir()
    (place / "photos").mkdir()
    (place / "photos" / LOCK).touch()
    (place / "stickdance-link").symlink_to(place / "photos")
    with scratch_folder():
        pass
    assert sorted(each.name for each in place.iterdir()) == [
        "photos", "stickdance-link", "stickdance-mine",
    ]  # fmt: skip
    assert (place / "photos" / LOCK).exists()


def test_a_lock_that_is_a_link_is_not_followed(tmp_path):
    (tmp_path / "letter.txt").write_text("dear")
    (tmp_path / LOCK).symlink_to(tmp_path / "letter.txt")
    with pytest.raises(OutputFailed), only_one(tmp_path):
        pass
    assert (tmp_path / "letter.txt").read_text() == "dear"

"""Files changed at random are read or refused in one line; what ever failed is read again."""

import os
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent))
import fuzz

from stickdance.checkpoints.errors import BadInput

FAILED_ONCE = sorted(file for file in fuzz.CORPUS.rglob("*") if file.is_file())
RUNS, RUNS_OF_MEDIA = 20, 1


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", fuzz.READERS)
def test_changed_files_are_read_or_refused(name, tmp_path):
    runs = RUNS if name in fuzz.PURE else RUNS_OF_MEDIA
    runs = max(1, round(runs * fuzz.READERS[name].share))
    result = fuzz.fuzz(name, runs, seed=1, keep=tmp_path)
    assert result["failures"] == {}
    assert result["read"] + result["refused"] == runs


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("file", FAILED_ONCE, ids=lambda file: f"{file.parent.name}-{file.name}")
def test_what_failed_once_is_refused_in_one_line(file, tmp_path):
    reader = fuzz.READERS[file.parent.name.replace("_", " ")]
    assert fuzz.outcome(reader, tmp_path, file.read_bytes()) in ("read", "refused")


NO_FILE = ("hint", "device list")  # texts that come from no file
MAY_BE_ABSENT = ("filmed shots",)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no named pipes")
@pytest.mark.parametrize("name", [each for each in fuzz.READERS if each not in NO_FILE])
def test_what_has_no_end_is_refused_before_it_is_opened(name, tmp_path):
    reader = fuzz.READERS[name]
    for kind in ("pipe", "device"):
        file = fuzz.place_of(reader, tmp_path / kind)
        file.parent.mkdir(parents=True)
        if kind == "pipe":
            os.mkfifo(file)
        else:
            file.symlink_to("/dev/zero")
        if name in MAY_BE_ABSENT:
            reader.read(file)
            continue
        with pytest.raises(BadInput) as caught:
            reader.read(file)
        assert "\n" not in str(caught.value)


def test_a_reader_that_breaks_is_a_finding_and_its_file_is_kept(tmp_path, monkeypatch):
    def broken(path):
        raise KeyError(path.read_bytes())

    reader = fuzz.Reader(".json", lambda: [b"[1]"], broken, lambda data, chance: b"[2]")
    assert fuzz.outcome(reader, tmp_path, b"[1]").startswith("KeyError")
    good = fuzz.Reader(
        ".json",
        lambda: [b"[1]"],
        lambda path: 1 / (path.read_bytes() == b"[1]"),
        lambda data, chance: b"[2]",
    )
    monkeypatch.setitem(fuzz.READERS, "good", good)
    result = fuzz.fuzz("good", 3, 0, tmp_path)
    (name,) = result["failures"].values()
    assert (tmp_path / "good" / name).read_bytes() == b"[2]"

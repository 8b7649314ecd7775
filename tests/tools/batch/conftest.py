import sys

import fsspec
import pytest

from stickdance.tools.batch import doing

# A process of a job with a command of the test's own: record, pipe and ending are real. It writes
# what it read; a file FAULT-NAME beside the manifest tells what goes wrong, the first time.
PROCESS = """
import os, sys, time
from pathlib import Path
from stickdance.checkpoints.errors import BadInput, OutputFailed
from stickdance.tools import cli
from stickdance.tools.jobs import process

def fault(song):
    for path in Path(FAULTS).glob(f"*-{song.stem}"):
        if not path.name.startswith("wait"):
            path.unlink()
        return path.name.partition("-")[0]

def command(words):
    song, output = Path(words[1]), Path(words[words.index("--output") + 1])
    output.mkdir()
    (output / "half").touch()
    kind = fault(song)
    if kind == "killed":
        os.kill(os.getpid(), 9)
    if kind == "silent":
        raise BadInput("song.wav: is silent")
    if kind == "full":
        raise OutputFailed("no space")
    while kind == "wait":
        (Path(FAULTS) / "began").touch()
        time.sleep(0.02)
    (output / "half").rename(output / "dance")
    options = [word for word in words[2:] if "/" not in word]
    (output / "dance").write_text(song.read_text() + " ".join(options))
    return 0

cli.run = command
process.main(Path(sys.argv[1]), *sys.argv[2:])
"""


@pytest.fixture
def faults(tmp_path, monkeypatch):
    """The folder of what goes wrong in jobs, each a process of its own."""
    folder = tmp_path / "faults"
    folder.mkdir()
    script = tmp_path / "process.py"
    script.write_text(f"FAULTS = {str(folder)!r}\n{PROCESS}")
    popen = doing.subprocess.Popen

    def started(command, **options):
        return popen([sys.executable, str(script), *command[-2:]], **options)

    monkeypatch.setattr(doing.subprocess, "Popen", started)
    monkeypatch.setattr(doing, "_LOOK_SECONDS", 0.02)
    return folder


@pytest.fixture
def memory():
    """fsspec's store in this process, empty."""
    store = fsspec.filesystem("memory")
    store.store.clear()
    yield store
    store.store.clear()


@pytest.fixture
def manifest(tmp_path):
    """A manifest of three dances, two of one song, and its songs."""
    folder = tmp_path / "in"
    folder.mkdir()
    for name in ("one", "two"):
        (folder / f"{name}.wav").write_text(name)
    lines = ["command,name,song,seed"]
    lines += [f"choreograph,{n},{s}.wav,{n}" for n, s in enumerate(("one", "two", "one"))]
    (folder / "m.csv").write_text("\n".join(lines) + "\n")
    return folder / "m.csv"

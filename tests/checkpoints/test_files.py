"""What is left when a process is killed at any step of replacing a file or folder."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from stickdance.checkpoints import files
from stickdance.checkpoints.errors import BadInput, InUse, OutputFailed, UsageError
from stickdance.checkpoints.files import (
    check_writable,
    clear_left,
    content_digest,
    recover,
    sha256,
    whole_file,
    whole_folder,
    write_json,
)

ROOT = Path(__file__).resolve().parent.parent.parent
KILLED = """
import os, signal, sys
from pathlib import Path
from stickdance.checkpoints import files

place, name, number, moment = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), sys.argv[4]
owner = files if name == "exchange" else os
if name != "exchange":
    files.exchange = lambda one, other: False  # as on a file system that cannot
real, calls = getattr(owner, name), []

def killing(*arguments):
    calls.append(1)
    if len(calls) == number and moment == "before":
        os.kill(os.getpid(), signal.SIGKILL)
    done = real(*arguments)
    if len(calls) == number:
        os.kill(os.getpid(), signal.SIGKILL)
    return done

setattr(owner, name, killing)
with files.whole_folder(place) as folder:
    (folder / "content").write_text("new")
"""
HALFWAY = """
import sys
from pathlib import Path
from stickdance.checkpoints.files import whole_folder

with whole_folder(Path(sys.argv[1])) as folder:
    (folder / "footage").write_text("half")
    print("in", flush=True)
    sys.stdin.read()
"""


def names(folder):
    return sorted(entry.name for entry in folder.iterdir())


def written(place, content):
    with whole_folder(place) as folder:
        (folder / "content").write_text(content)
    return place


def killed(place, name, number, moment):
    command = [sys.executable, "-c", KILLED, str(place), name, str(number), moment]
    assert subprocess.run(command, cwd=ROOT, check=False).returncode == -9


@pytest.fixture
def halfway(tmp_path):
    """Return a process that is about to write the folder "anna"."""
    process = subprocess.Popen(
        [sys.executable, "-c", HALFWAY, str(tmp_path / "anna")],
        cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout.readline() == "in\n"
    yield process
    process.kill()
    process.wait()


@pytest.mark.skipif(sys.platform not in ("linux", "darwin"), reason="renames one by one")
@pytest.mark.parametrize(("moment", "content"), [("before", "old"), ("after", "new")])
def test_a_folder_is_replaced_in_one_step(tmp_path, moment, content):
    place = written(tmp_path / "anna", "old")
    killed(place, "exchange", 1, moment)
    assert (place / "content").read_text() == content
    assert names(written(place, "newest").parent) == ["anna"]
    assert (place / "content").read_text() == "newest"


@pytest.mark.parametrize(
    ("number", "moment", "content"),
    [(1, "before", "old"), (1, "after", "new"), (2, "before", "new"), (2, "after", "new")],
)
def test_where_it_takes_two_steps_no_kill_between_them_loses_a_folder(
    tmp_path, number, moment, content
):
    place = written(tmp_path / "anna", "old")
    killed(place, "replace", number, moment)
    recover(place)
    assert (place / "content").read_text() == content
    assert names(written(place, "newest").parent) == ["anna"]


def test_the_next_writer_gives_a_lost_name_back_even_if_it_fails_itself(tmp_path):
    place = written(tmp_path / "anna", "old")
    killed(place, "replace", 1, "after")
    assert not place.exists()
    with pytest.raises(RuntimeError), whole_folder(place):
        raise RuntimeError
    assert (place / "content").read_text() == "new"
    assert names(tmp_path) == ["anna"]


def test_two_steps_replace_a_folder_too(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "exchange", lambda one, other: False)
    place = written(written(tmp_path / "anna", "old"), "new")
    assert (place / "content").read_text() == "new"
    assert names(tmp_path) == ["anna"]


def test_what_a_killed_process_left_is_cleared_by_the_next_one_there(tmp_path, halfway):
    halfway.kill()
    halfway.wait()
    assert list(tmp_path.rglob("footage"))
    written(tmp_path / "anna", "new")
    assert names(tmp_path) == ["anna"]
    assert names(tmp_path / "anna") == ["content"]


def test_what_a_living_process_is_writing_is_left_alone(tmp_path, halfway, monkeypatch):
    monkeypatch.setattr(files, "_PATIENCE", 0.0)
    said = f"anna: process {halfway.pid} .* works there"
    with pytest.raises(InUse, match=said), whole_folder(tmp_path / "anna"):
        pass
    halfway.communicate("")
    assert (tmp_path / "anna" / "footage").read_text() == "half"
    assert names(tmp_path) == ["anna"]


def test_a_file_half_written_by_a_killed_process_is_cleared_too(tmp_path):
    code = (
        "import os, signal, sys; from pathlib import Path\n"
        "from stickdance.checkpoints.files import whole_file\n"
        "with whole_file(Path(sys.argv[1])) as new:\n"
        "    new.write_text('half'); new.with_stem(new.stem + '.silent').write_text('half')\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    path = tmp_path / "a.mp4"
    subprocess.run([sys.executable, "-c", code, str(path)], cwd=ROOT, check=False)
    assert not path.exists()
    with whole_file(path) as new:
        assert new.suffix == ".mp4"
        new.write_text("whole")
    assert names(tmp_path) == ["a.mp4"]
    assert path.read_text() == "whole"


def test_a_link_to_a_folder_elsewhere_stays_a_link(tmp_path):
    written(tmp_path / "disk" / "anna", "old")
    (tmp_path / "anna").symlink_to(tmp_path / "disk" / "anna")
    written(tmp_path / "anna", "new")
    assert (tmp_path / "anna").is_symlink()
    assert (tmp_path / "disk" / "anna" / "content").read_text() == "new"
    assert names(tmp_path / "disk") == ["anna"]


def test_somebody_elses_folder_of_the_workshops_name_is_not_emptied(tmp_path):
    theirs = tmp_path / ".anna.partial" / "letter.txt"
    theirs.parent.mkdir()
    theirs.write_text("dear")
    written(tmp_path / "anna", "new")
    assert theirs.read_text() == "dear"


def test_a_file_where_a_folder_would_have_to_be_is_said(tmp_path):
    (tmp_path / "file").touch()
    with (
        pytest.raises(OutputFailed, match="cannot be written"),
        whole_folder(tmp_path / "file" / "a"),
    ):
        pass
    with pytest.raises(OutputFailed, match="is a folder"), whole_file(tmp_path):
        pass


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes with names")
def test_what_is_no_ordinary_file_is_never_replaced(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(OutputFailed, match="no ordinary file"), whole_file(tmp_path / "pipe"):
        pass
    assert (tmp_path / "pipe").is_fifo()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes with names")
def test_what_has_no_end_has_no_digest(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    for endless, kind in ((tmp_path / "pipe", "a pipe"), (Path("/dev/full"), "a device")):
        for digest in (sha256, content_digest):
            with pytest.raises(BadInput, match=f"is {kind}, expected an ordinary file"):
                digest(endless)
    (tmp_path / "file").write_text("x")
    before = content_digest(tmp_path)
    (tmp_path / "pipe").unlink()
    assert content_digest(tmp_path) == before


def test_what_was_left_under_a_name_of_chance_is_cleared(tmp_path):
    (tmp_path / ".a1.partial" / "new.a1").mkdir(parents=True)
    (tmp_path / ".a1.partial" / "lock").touch()
    with whole_file(tmp_path / "b2") as living:
        living.write_text("x")
        (tmp_path / ".a1.partial" / "new.a1" / "song.wav").touch()
        clear_left(tmp_path)
        assert sorted(path.name for path in tmp_path.iterdir()) == [".b2.partial"]
    assert (tmp_path / "b2").read_text() == "x"


def test_the_folder_that_a_process_runs_in_is_never_replaced(tmp_path, monkeypatch):
    inner = tmp_path / "in"
    inner.mkdir()
    monkeypatch.chdir(inner)
    for place in (Path("."), Path(""), tmp_path):
        with pytest.raises(UsageError, match="name another"), whole_folder(place):
            pass
    with whole_folder(Path("new")) as new:
        (new / "a").write_text("a")
    assert (inner / "new" / "a").is_file()


@pytest.mark.parametrize("write", [lambda path: write_json(path, 1), check_writable])
def test_a_link_that_leads_back_to_itself_is_refused_and_stays(tmp_path, write):
    loop = tmp_path / "loop.json"
    loop.symlink_to(loop)
    with pytest.raises(OutputFailed, match="leads back to itself"):
        write(loop)
    assert loop.is_symlink()
    assert [loop] == list(tmp_path.iterdir())

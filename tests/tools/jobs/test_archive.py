import json
import os
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest

from stickdance.checkpoints.errors import BadInput, UsageError
from stickdance.tools.jobs.archive import KIND, export_jobs, import_jobs
from stickdance.tools.jobs.queue import Jobs


@pytest.fixture
def here(tmp_path):
    """A queue with a job that reads a song and a folder."""
    place = tmp_path / "here"
    (place / "anna").mkdir(parents=True)
    (place / "anna" / "weights").write_bytes(b"w" * 100)
    (place / "my song.mp3").write_bytes(b"la la")
    words = ["make", "my song.mp3", f"--performer={place / 'anna'}", "--label=--a=b", "-o", "x.mp4"]
    jobs = Jobs(place / "jobs")
    return jobs, jobs.add(words, "Anna", place)


@pytest.fixture
def there(tmp_path):
    return Jobs(tmp_path / "there" / "jobs")


def packed(to, words, **files):
    with zipfile.ZipFile(to, "w") as archive:
        told = {"kind": "stickdance jobs", "jobs": [{"title": "x", "words": words}]}
        archive.writestr("jobs.json", json.dumps(told))
        for name, text in files.items():
            archive.writestr(name, text)
    return to


def test_a_job_goes_to_another_computer_with_all_that_it_reads(here, there, tmp_path):
    _, job = here
    assert export_jobs([job], tmp_path / "jobs.zip") == ["my song.mp3", "anna"]
    folder = tmp_path / "there" / "imported"
    (came,) = import_jobs(there, tmp_path / "jobs.zip", folder)
    assert (came.title, came.state, came.place) == ("Anna", "queued", str(folder))
    assert came.words == (
        "make", "files/1/my song.mp3", "--performer=files/2/anna", "--label=--a=b", "-o",
        "made/1-x.mp4",
    )  # fmt: skip
    assert (folder / "files/1/my song.mp3").read_bytes() == b"la la"
    assert (folder / "files/2/anna/weights").read_bytes() == b"w" * 100
    assert (folder / "made").is_dir()


@pytest.mark.parametrize(
    "words",
    [
        ["make", "/etc/passwd", "-o", "made/x.mp4"],
        ["make", "files/../../x", "-o", "made/x.mp4"],
        ["make", "--performer=~/secret", "-o", "made/x.mp4"],
        ["make", "files/1/x", "-o", "x.mp4"],
        ["make", "files/1/x", "--output=made/../../x.mp4"],
        ["make", "files/1/x", "--output", "/home/x.mp4"],
        ["make", "files/1/x", "--actions", "files/1/evil.py", "-o", "made/x.mp4"],
        ["make", "files/1/x", "--actions=files/1/evil.py", "-o", "made/x.mp4"],
        ["models", "get"],
    ],
)  # fmt: skip
def test_no_command_of_a_stranger_leads_elsewhere_or_runs_python(there, tmp_path, words):
    archive = packed(tmp_path / "jobs.zip", words)
    with pytest.raises((BadInput, UsageError)):
        import_jobs(there, archive, tmp_path / "imported")
    assert there.all() == []


@pytest.mark.parametrize("name", ["files/../../x", "/etc/x", "other/x", "files/..\\..\\x"])
def test_no_file_of_a_stranger_lands_elsewhere(there, tmp_path, name):
    archive = packed(tmp_path / "jobs.zip", ["make", "files/1/x"], **{name: "x"})
    with pytest.raises(BadInput, match="leads out"):
        import_jobs(there, archive, tmp_path / "imported")
    assert not (tmp_path / "imported").exists()
    assert there.all() == []


def test_what_is_no_archive_is_told_so(here, there, tmp_path):
    (tmp_path / "jobs.zip").write_bytes(b"PK nonsense")
    with pytest.raises(BadInput, match="jobs export"):
        import_jobs(there, tmp_path / "jobs.zip", tmp_path / "imported")
    with pytest.raises(UsageError, match=r"ends in \.zip"):
        export_jobs([here[1]], tmp_path / "jobs.tar")
    with pytest.raises(UsageError, match="name the jobs"):
        export_jobs([], tmp_path / "jobs.zip")


@pytest.mark.parametrize(
    "words",
    [
        ["choreograph", "files/1/song.wav", "-o/tmp/elsewhere"],
        ["choreograph", "files/1/song.wav", "-o../../elsewhere"],
        ["choreograph", "files/1/song.wav", "-o", "x=y"],
        ["choreograph", "files/1/song.wav", "-w/etc"],
        ["choreograph", "files/1/song.wav", "-o=elsewhere"],
    ],
    ids=" ".join,
)
def test_no_spelling_of_a_flag_leads_out(words, tmp_path):
    made = tmp_path / "foreign.zip"
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("jobs.json", json.dumps({"kind": KIND, "jobs": [{"words": words}]}))
    with pytest.raises(BadInput, match=r"foreign\.zip"):
        import_jobs(Jobs(tmp_path / "jobs"), made, tmp_path / "made")
    assert not (tmp_path / "made").exists()


def packed_twice(here, tmp_path):
    jobs, job = here
    export_jobs([job, jobs.add(job.words, "Berta", Path(job.place))], tmp_path / "jobs.zip")
    return tmp_path / "jobs.zip"


def add_until(jobs, number, then):
    """Let a queue do something else in place of adding its job of that number."""
    add, called = jobs.add, iter(range(1, 9))
    jobs.add = lambda *words: add(*words) if next(called) < number else then()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="another process has to be killed")
@pytest.mark.parametrize("number", [1, 2])
def test_the_next_import_takes_back_what_a_killed_one_left(here, there, tmp_path, number):
    archive, folder = packed_twice(here, tmp_path), tmp_path / "in" / "first"
    process = os.fork()
    if not process:
        add_until(there, number, lambda: os._exit(9))
        import_jobs(there, archive, folder)
    assert os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]) == 9
    assert folder.is_dir()
    assert len(there.all()) == number - 1
    came = import_jobs(there, archive, tmp_path / "in" / "second")
    assert [job.title for job in came] == ["Anna", "Berta"]
    assert there.all() == came
    assert [each.name for each in (tmp_path / "in").iterdir()] == ["second"]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="another process has to be killed")
def test_a_job_that_somebody_works_at_keeps_its_folder(here, there, tmp_path):
    archive, folder = packed_twice(here, tmp_path), tmp_path / "in" / "first"
    process = os.fork()
    if not process:
        add_until(there, 2, lambda: os._exit(9))
        import_jobs(there, archive, folder)
    os.waitpid(process, 0)
    there.change(there.all()[0], lambda job: replace(job, state="done"))
    import_jobs(there, archive, tmp_path / "in" / "second")
    assert len(there.all()) == 3
    assert (folder / "made").is_dir()


def test_an_import_that_fails_leaves_nothing(here, there, tmp_path):
    def fail():
        raise BadInput("no")

    archive = packed_twice(here, tmp_path)
    add_until(there, 2, fail)
    with pytest.raises(BadInput, match="no"):
        import_jobs(there, archive, tmp_path / "in" / "first")
    assert there.all() == []
    assert list((tmp_path / "in").iterdir()) == []

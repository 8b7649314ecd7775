"""Jobs as one file, with all that they read: to be done by another computer.

A zip of `jobs.json` and `files/N/NAME`. In the command lines of an archive every path is one of the
archive's: what is read lies in `files/`, what is made comes into `made/`. It is given away, so that
what comes in is believed in nothing: no path leads out of the folder that it is unpacked into, and
no command runs Python of somebody's own.
"""

import json
import re
import shutil
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from stickdance.checkpoints.errors import OutputFailed, StickdanceError, UsageError, saying_why
from stickdance.checkpoints.files import clear_left, whole_file, whole_folder
from stickdance.checkpoints.json_reader import parse_json
from stickdance.checkpoints.locks import only_one
from stickdance.checkpoints.reading import check_ordinary, refusing, stays_inside
from stickdance.tools.jobs.job import Job
from stickdance.tools.jobs.queue import Jobs

KIND = "stickdance jobs"
_LIST, _READ, _MADE = "jobs.json", "files", "made"
_OUTPUTS, _RUNS_PYTHON = ("-o", "--output"), "--actions"
_GLUED = re.compile("-[A-Za-z].")  # -oFILE
_LARGEST_LIST = 1 << 22
_SPARE = 1 << 30  # bytes that stay free on the disk
_IMPORTS, _PATIENCE = ".imports", 10.0  # one import at a time, and seconds to wait for another
_COMING = ".coming"  # .NAME.coming beside the folder NAME, until all its jobs are queued


def export_jobs(jobs: Sequence[Job], to: Path) -> list[str]:
    """Write jobs and what they read into a zip, and return the names of what they read.

    Args:
        jobs: in any state; they begin anew where they are imported.
        to: the .zip to write.

    Raises:
        UsageError: no job, another ending, or a command that runs Python of one's own.
        BadInput: they read a pipe, device or socket.
        OutputFailed: `to` cannot be written.
    """
    if not jobs:
        raise UsageError("name the jobs to export (see `stickdance jobs list`)")
    if to.suffix.lower() != ".zip":
        raise UsageError(f"--output {to}: expected a name that ends in .zip")
    inputs: dict[Path, str] = {}
    told = [_packed(job, number, inputs) for number, job in enumerate(jobs, 1)]
    with whole_file(to) as temporary, zipfile.ZipFile(temporary, "w") as archive:
        archive.writestr(_LIST, json.dumps({"kind": KIND, "jobs": told}, indent=1))
        for path, name in inputs.items():
            for file, inside in _files(path, name):
                archive.write(file, inside)
    return [path.name for path in inputs]


def import_jobs(jobs: Jobs, archive: Path, folder: Path) -> list[Job]:
    """Unpack an archive into a new folder and put its jobs into the queue.

    Args:
        jobs: the queue.
        archive: of `export_jobs`.
        folder: to make; everything is unpacked into it, and the jobs make what they make there.

    Raises:
        BadInput: it is no such archive, or leads out of the folder.
        OutputFailed: the folder is there already, or the disk would be full.
        InUse: another process imports jobs here.
    """
    told = _list_in(archive)
    words = [_checked(archive, each) for each in told]
    if folder.exists():
        raise OutputFailed(f"{folder}: is there already; repeat the command")
    with only_one(jobs.folder / _IMPORTS, jobs.folder, _PATIENCE), _all_or_none(jobs, folder):
        with whole_folder(folder) as coming:
            _unpack(archive, coming)
            (coming / _MADE).mkdir()
        return [
            jobs.add(line, str(each.get("title", ""))[:200], folder)
            for line, each in zip(words, told, strict=True)
        ]


@contextmanager
def _all_or_none(jobs: Jobs, folder: Path) -> Iterator[None]:
    """Take back a folder and its jobs where the block fails; where it is killed, the next time."""
    with saying_why(folder.parent):
        folder.parent.mkdir(parents=True, exist_ok=True)
    for left in folder.parent.glob(f".?*{_COMING}"):
        _taken_back(jobs, left)
    clear_left(folder.parent)
    mark = folder.with_name(f".{folder.name}{_COMING}")
    try:
        with saying_why(mark):
            mark.touch()
        yield
        mark.unlink()
    except BaseException:
        _taken_back(jobs, mark)
        raise


def _taken_back(jobs: Jobs, mark: Path) -> None:
    """Remove what an import left that did not end, but not what somebody works at already."""
    folder = mark.with_name(mark.name.removeprefix(".").removesuffix(_COMING))
    queued = [job for job in jobs.all() if Path(job.place) == folder.absolute()]
    if all(job.state == "queued" for job in queued):
        for job in queued:
            with suppress(StickdanceError):
                jobs.remove(job)
        shutil.rmtree(folder, ignore_errors=True)
    mark.unlink(missing_ok=True)


def _packed(job: Job, number: int, inputs: dict[Path, str]) -> dict[str, Any]:
    """Return a job as the archive tells it; what it reads is added to `inputs`."""
    out, before = [], ""
    for word in job.words:
        flag, equals, value = word.partition("=") if word.startswith("-") else ("", "", word)
        if (flag or word) == _RUNS_PYTHON:
            raise UsageError(f"job {job.id}: {_RUNS_PYTHON} may run Python; it is not exported")
        path = (Path(job.place) / value).absolute() if value and (equals or not flag) else None
        if path is not None and (before in _OUTPUTS or flag in _OUTPUTS):
            value = f"{_MADE}/{number}-{path.name}"
        elif path is not None and value not in (".", "..") and path.exists():
            value = inputs.setdefault(path, f"{_READ}/{len(inputs) + 1}/{path.name}")
        out.append(f"{flag}{equals}{value}")
        before = word
    return {"title": job.title, "words": out}


def _files(path: Path, name: str) -> Iterator[tuple[Path, str]]:
    """Yield the files of a file or folder, each with its name in the archive."""
    check_ordinary(path)
    if path.is_file():
        yield path, name
        return
    for file in sorted(path.rglob("*")):
        if file.is_file() and not file.name.startswith("."):
            yield file, f"{name}/{file.relative_to(path).as_posix()}"


def _list_in(path: Path) -> list[Mapping[str, Any]]:
    what = "an archive of `stickdance jobs export`"
    with refusing(path, what), zipfile.ZipFile(path) as archive:
        if archive.getinfo(_LIST).file_size > _LARGEST_LIST:
            raise ValueError("its list of jobs is too large")
        values = parse_json(archive.read(_LIST), str(path), what)
        if values["kind"] != KIND or not isinstance(values["jobs"], list) or not values["jobs"]:
            raise ValueError("it holds no jobs")
        return values["jobs"]


def _checked(archive: Path, told: Mapping[str, Any]) -> list[str]:
    """Return the words of a job whose paths all stay within the folder."""
    with refusing(archive, "a job of an archive"):
        words = [str(word) for word in told["words"]]
        outputs = [
            value
            for before, word in zip(["", *words], words, strict=False)
            for flag, value in [_flag_and_value(before, word)]
            if flag in _OUTPUTS and word not in _OUTPUTS
        ]
        if any(not value.startswith(f"{_MADE}/") for value in outputs):
            raise ValueError(f"a command writes elsewhere than into {_MADE}/")
        for word in words:
            flag, value = _flag_and_value("", word)
            if flag.startswith(_RUNS_PYTHON):
                raise ValueError(f"a command runs Python: {_RUNS_PYTHON}")
            if _GLUED.match(word):
                raise ValueError(f"{word!r:.60}: a flag and its value have to be two words")
            if not stays_inside(value):
                raise ValueError(f"{value!r:.60} leads out of the archive")
    return words


def _flag_and_value(before: str, word: str) -> tuple[str, str]:
    """Return a word's flag, which may be the word before, and its value; "" where it has none."""
    if not word.startswith("-"):
        return before, word
    flag, _, value = word.partition("=")
    return flag, value


def _unpack(path: Path, folder: Path) -> None:
    with refusing(path, "an archive of jobs"), zipfile.ZipFile(path) as archive:
        members = [each for each in archive.infolist() if each.filename != _LIST]
        for each in members:
            if not each.filename.startswith(f"{_READ}/") or not stays_inside(each.filename):
                raise ValueError(f"{each.filename!r:.60} leads out of the archive")
        size = sum(each.file_size for each in members)
        if shutil.disk_usage(folder).free < size + _SPARE:
            raise OutputFailed(f"{folder}: too little space for {size / 1e9:.1f} GB; free some")
        for each in members:
            archive.extract(each, folder)

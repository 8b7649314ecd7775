"""Files and folders that appear whole or not at all, and never lose what was there before.

What is written to `NAME` comes into being in the workshop `.NAME.partial/` beside it, which one
process at a time may use (`locks`):

    lock          held by the process that works there
    new.NAME      what is being written; synced, then given its name in one step
    old.NAME      what had the name before, while that step takes two (`exchange` says where)

A process that was killed leaves its workshop. The next one that writes there, or looks for `NAME`
in vain, sees that nobody holds the lock, gives the name back if it was lost between the two steps,
and clears the workshop.
"""

import errno
import hashlib
import json
import os
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from stickdance.checkpoints.errors import InUse, OutputFailed, UsageError, saying_why
from stickdance.checkpoints.exchange import exchange
from stickdance.checkpoints.locks import only_one
from stickdance.checkpoints.reading import check_ordinary, check_readable
from stickdance.checkpoints.unchanged import check_inputs, written

_PATIENCE = 2.0  # seconds: small files are soon written, long work is not waited for


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """Give a temporary path that takes the name `path` when the block ends well.

    Its suffix is the same, so that programs which look at it write their format.

    Raises:
        OutputFailed: there is no space, no permission, or `path` is a folder or device.
        InUse: another process is writing it.
        BadInput: an input was changed meanwhile (`unchanged`).
    """
    path = Path(path)
    _check_is_file(path)
    with saying_why(path), _workshop(path) as new:
        yield new
        sync(new)
        check_inputs()
        os.replace(new, _real(path))
        written(path)
        sync(_real(path).parent)


def write_text(path: Path, text: str) -> Path:
    """Write a text in UTF-8 as `whole_file` does, and return the path."""
    with whole_file(path) as temporary:
        temporary.write_text(text, encoding="utf-8")
    return Path(path)


def write_json(path: Path, value: Any, indent: int | None = 2) -> Path:
    """Write JSON values as `whole_file` does, and return the path."""
    return write_text(path, json.dumps(value, indent=indent, ensure_ascii=False) + "\n")


def check_writable(path: Path) -> None:
    """Refuse before long work what `whole_file` would refuse after it; its folder is made.

    Raises:
        OutputFailed: there is no space, no permission, or `path` is a folder or device.
        InUse: another process is writing it.
    """
    _check_is_file(path)
    with saying_why(path), _workshop(path):
        pass


@contextmanager
def whole_folder(path: Path) -> Iterator[Path]:
    """Give an empty temporary folder that replaces `path` when the block ends well.

    Raises:
        OutputFailed: there is no space or no permission.
        InUse: another process is writing it.
        UsageError: the process runs in that folder, which would be gone.
        BadInput: an input was changed meanwhile (`unchanged`).
    """
    path = Path(path)
    if _is_underfoot(_real(path)):
        raise UsageError(f"{path}: is the folder that this runs in, or holds it; name another")
    with saying_why(path), _workshop(path) as new:
        new.mkdir()
        yield new
        for file in new.rglob("*"):
            sync(file)
        check_inputs()
        _replace_folder(_real(path), new)
        written(path)
        sync(_real(path).parent)


def recover(path: Path) -> None:
    """Give a folder its name back that a process was killed over while it replaced the folder."""
    real = _real(path)
    if os.path.lexists(real) or not _old(real).exists():
        return
    with suppress(InUse, OSError), only_one(_workshop_of(real)):
        _name_again(real)


def clear_left(folder: Path) -> None:
    """Clear what killed processes left in a folder under names that nobody will ask for again."""
    for workshop in Path(folder).glob(".?*.partial"):
        name = workshop.name.removeprefix(".").removesuffix(".partial")
        with suppress(InUse, OutputFailed, OSError), _workshop(workshop.with_name(name)):
            continue


def sha256(path: Path) -> str:
    """Return the SHA-256 of a file as hexadecimal digits.

    Raises:
        BadInput: it is a pipe, device or socket, or may not be read.
        OSError: it is absent, a folder, or the disk fails.
    """
    check_ordinary(path)
    check_readable(path)
    with Path(path).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def content_digest(path: Path) -> str:
    """Return a SHA-256 of what a file or folder holds, whatever it is called.

    A result folder is told by its manifest, which holds its files' own; any other folder by the
    names and bytes of its files, but for hidden ones.

    Raises:
        BadInput: it is a pipe, device or socket, or may not be read; pipes, devices and sockets in
            a folder are left out.
        OSError: it is absent, or the disk fails.
    """
    path = Path(path)
    if not path.is_dir():
        return sha256(path)
    names = {file.relative_to(path).as_posix(): file for file in path.rglob("*") if file.is_file()}
    return joint_digest({name: sha256(names[name]) for name in told_by(names)})


def told_by(names: Iterable[str]) -> list[str]:
    """Return which files of a folder tell what it holds, by their names in it."""
    seen = sorted(name for name in names if not any(p.startswith(".") for p in name.split("/")))
    return ["manifest.json"] if "manifest.json" in seen else seen


def joint_digest(digests: Mapping[str, str]) -> str:
    """Return one SHA-256 of those of several files by name."""
    lines = "".join(f"{name}\0{digest}\n" for name, digest in digests.items())
    return hashlib.sha256(lines.encode("utf-8", "surrogateescape")).hexdigest()


def sync(path: Path) -> None:
    """Wait until a file or folder is on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    except OSError as error:  # some file systems cannot sync a folder
        if error.errno not in (errno.EINVAL, errno.EBADF):
            raise
    finally:
        os.close(handle)


def _check_is_file(path: Path) -> None:
    with saying_why(path):
        other = path.exists() and not path.is_file()
    if other:  # never replaced: a device, say
        what = "a folder" if path.is_dir() else "no ordinary file"
        raise OutputFailed(f"{path}: is {what}, expected a file name; name a file in a folder")


@contextmanager
def _workshop(path: Path) -> Iterator[Path]:
    """Give the name of what is to be made, in a workshop that was cleared and is cleared again."""
    real = _real(path)
    if real.is_symlink():  # all others were followed; it would be replaced without a word
        raise OutputFailed(
            f"{path}: is a link that leads back to itself; remove it or name another"
        )
    workshop = _workshop_of(real)
    try:
        with only_one(workshop, path, _PATIENCE):
            _clear(real)
            try:
                yield workshop / f"new.{real.name}"
            finally:
                _clear(real)
    finally:
        with suppress(OSError):  # the next one works there already
            workshop.rmdir()


def _clear(real: Path) -> None:
    _name_again(real)
    # Only what can be ours: nobody's own folder of that name is emptied.
    for left in (*_workshop_of(real).glob("new.*"), *_workshop_of(real).glob("old.*")):
        if left.is_dir() and not left.is_symlink():
            shutil.rmtree(left, ignore_errors=True)
        else:
            left.unlink(missing_ok=True)


def _name_again(real: Path) -> None:
    """Where a process ended between two renames, finish what it did: the new one was whole."""
    if _old(real).exists() and not os.path.lexists(real):
        os.replace(_new(real) if _new(real).exists() else _old(real), real)


def _replace_folder(real: Path, new: Path) -> None:
    if os.path.lexists(real) and exchange(new, real):
        return
    if os.path.lexists(real):
        os.replace(real, _old(real))
    os.replace(new, real)


def _is_underfoot(real: Path) -> bool:
    """Return whether this process runs in a folder, or below it."""
    try:
        return Path.cwd().is_relative_to(real)
    except FileNotFoundError:  # it runs nowhere any more
        return False


def _real(path: Path) -> Path:
    """Return the place that a name stands for, through links, so that two names share its lock."""
    return Path(os.path.realpath(path))


def _workshop_of(real: Path) -> Path:
    return real.with_name(f".{real.name}.partial")


def _new(real: Path) -> Path:
    return _workshop_of(real) / f"new.{real.name}"


def _old(real: Path) -> Path:
    return _workshop_of(real) / f"old.{real.name}"

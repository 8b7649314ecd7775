"""One process at a place: a lock that names its holder.

The lock is the system's own, on a file of the place. The system lets go of it when its holder ends,
however it ends, on another computer too where the disk is shared: a lock is never stale, and no
process number has to be believed. The file tells others who works there, and goes with the lock.
"""

import errno
import json
import os
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from stickdance.checkpoints.errors import InUse, OutputFailed, saying_why

LOCK = "lock"
_TAKEN = (errno.EWOULDBLOCK, errno.EAGAIN, errno.EACCES, errno.EDEADLK)
_OPENING = os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0)  # a link could lead anywhere
_LOOK_SECONDS = 0.05
_LONGEST_COMMAND, _LONGEST_NOTE = 400, 1 << 14
_BEHIND_THE_NOTE = 1 << 20  # Windows lets nobody read the bytes that are locked
_held: list[IO[str]] = []  # locks of this process


@contextmanager
def only_one(folder: Path, known_as: Path | None = None, patience: float = 0.0) -> Iterator[None]:
    """Keep other processes away from a folder while the block runs; it is made where it is not.

    On a file system without locks nobody is kept away.

    Args:
        folder: the lock lies in it while the block runs.
        known_as: what people call the place; by default the folder.
        patience: seconds to wait for another process to leave.

    Raises:
        InUse: another process works there; the message names it.
        OutputFailed: the folder cannot be made.
    """
    path, place = Path(folder) / LOCK, known_as or Path(folder)
    with saying_why(place):
        file = _acquired(path, place, time.monotonic() + patience)
    _held.append(file)
    try:
        with saying_why(place):
            _leave_note(file)
        yield
    finally:
        if file in _held:  # not in a child that was forked meanwhile
            _held.remove(file)
            _let_go(file, path)


def _acquired(path: Path, place: Path, until: float) -> IO[str]:
    while True:
        _make_folder(path.parent, place)
        with suppress(FileNotFoundError):  # the last one there took the folder away just now
            file = os.fdopen(os.open(path, _OPENING, 0o666), "r+", encoding="utf-8")
            taken = not _lock(file.fileno())
            if not taken and _is_there(file, path):
                return file
            file.close()
            if taken and time.monotonic() >= until:
                raise InUse(
                    f"{place}: {_holder(path)} works there; wait for it, or name another place"
                )
        time.sleep(_LOOK_SECONDS)


def _make_folder(folder: Path, place: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except FileNotFoundError as error:  # no folder can be there: /proc, a drive that is not
        raise OutputFailed(
            f"{place}: its folder cannot be made ({error.strerror}); choose another place"
        ) from None


def _is_there(file: IO[str], path: Path) -> bool:
    """Return whether the file that was locked still has its name; who leaves takes it away."""
    try:
        return os.path.samestat(os.fstat(file.fileno()), path.stat())
    except FileNotFoundError:
        return False


def _let_go(file: IO[str], path: Path) -> None:
    with suppress(OSError):
        path.unlink()
    with suppress(OSError):  # the note could not be written: the disk is full
        file.close()
    if os.name == "nt":  # which cannot remove what is open
        with suppress(OSError):
            path.unlink()


def _leave_note(file: IO[str]) -> None:
    command = " ".join([Path(sys.argv[0]).name, *sys.argv[1:]])[:_LONGEST_COMMAND]
    since = time.strftime("%Y-%m-%d %H:%M:%S")
    note = {"pid": os.getpid(), "host": socket.gethostname(), "since": since, "command": command}
    file.truncate(0)
    file.write(json.dumps(note))
    file.flush()


def _holder(path: Path) -> str:
    """Return who holds a lock, in words."""
    try:
        with path.open(encoding="utf-8") as file:
            note = json.loads(file.read(_LONGEST_NOTE))
        where = "" if note["host"] == socket.gethostname() else f" on {note['host']}"
        return f"process {note['pid']}{where} ({note['command']!s:.80}, since {note['since']})"
    except (OSError, ValueError, KeyError, TypeError):  # not written yet
        return "another process"


def _lock(handle: int) -> bool:
    """Lock an open file; return False where another process holds it."""
    try:
        _lock_by_system(handle)
    except OSError as error:
        return error.errno not in _TAKEN
    return True


def _lock_by_system(handle: int) -> None:
    try:
        import fcntl
    except ImportError:  # Windows
        import msvcrt

        os.lseek(handle, _BEHIND_THE_NOTE, os.SEEK_SET)
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined]
        return
    fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _let_go_of_locks() -> None:
    # A child that outlives its parent must not keep others out.
    for file in _held:
        file.close()
    _held.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_let_go_of_locks)

"""Files and folders that appear whole or not at all: temporary name, fsync, rename.

`checkpoints` imports nothing of stickdance, so it keeps these few lines of its own. What a process
that was killed left behind is cleared away by the next one that writes to the same place.
"""

import errno
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from checkpoints.errors import NotWritten

_REFUSALS = (errno.ENOSPC, errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR, errno.EDQUOT)


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """Give a temporary path that takes the name `path` when the block ends well.

    Raises:
        NotWritten: there is no space or no permission.
    """
    temporary = path.with_name(f".{path.name}.partial")
    with saying_why(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            yield temporary
            sync(temporary)
            os.replace(temporary, path)
            sync(path.parent)
        finally:
            with suppress(OSError):
                temporary.unlink(missing_ok=True)


@contextmanager
def whole_folder(path: Path) -> Iterator[Path]:
    """Give an empty temporary folder that replaces `path` when the block ends well.

    Raises:
        NotWritten: there is no space or no permission.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}.partial")
    old = path.with_name(f".{path.name}.{os.getpid()}.old")
    with saying_why(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.rmtree(temporary, ignore_errors=True)
        temporary.mkdir()
        try:
            yield temporary
            for file in temporary.rglob("*"):
                sync(file)
            if path.exists():
                os.replace(path, old)
            os.replace(temporary, path)
            sync(path.parent)
        finally:
            shutil.rmtree(temporary, ignore_errors=True)
            shutil.rmtree(old, ignore_errors=True)


@contextmanager
def saying_why(path: Path) -> Iterator[None]:
    """Turn the system's refusals to write `path` into one `NotWritten` line."""
    try:
        yield
    except OSError as error:
        if error.errno not in _REFUSALS:
            raise
        remedy = "free some space" if error.errno == errno.ENOSPC else "choose another place"
        raise NotWritten(f"{path}: cannot be written ({error.strerror}); {remedy}") from error


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

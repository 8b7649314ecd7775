"""Folders for a while that outlive no process for long.

Python removes a temporary folder when its block ends, which a process that is killed never comes
to: footage of a person would lie there for ever. The next one who wants such a folder removes those
whose process is gone.
"""

import os
import shutil
import stat
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from stickdance.checkpoints.errors import InUse, OutputFailed
from stickdance.checkpoints.locks import LOCK, only_one

_PREFIX = "stickdance-"
_FILES = "files"
_SOON = 60.0  # seconds
_PATIENCE = 2.0  # seconds: somebody looks whether this process lives


@contextmanager
def scratch_folder() -> Iterator[Path]:
    """Give an empty folder among the system's temporary ones, gone when the block ends.

    Raises:
        OutputFailed: there is no space or no permission.
    """
    _remove_left()
    folder = Path(tempfile.mkdtemp(prefix=_PREFIX))
    try:
        with only_one(folder, patience=_PATIENCE):
            folder.chmod(0o700)  # somebody may have taken it for one that was left, and it is new
            inner = folder / _FILES
            inner.mkdir()
            try:
                yield inner
            finally:  # while it is locked: one that is killed here is found by its lock
                shutil.rmtree(inner, ignore_errors=True)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _remove_left() -> None:
    with suppress(OSError):
        for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}????????"):
            if not _is_own(folder):
                continue
            if (folder / LOCK).is_file():
                with suppress(InUse, OutputFailed, OSError):
                    with only_one(folder):
                        shutil.rmtree(folder / _FILES, ignore_errors=True)
                    folder.rmdir()
            elif time.time() - folder.stat().st_mtime > _SOON:  # else it may be about to be locked
                with suppress(OSError):
                    folder.rmdir()  # killed at its very last step


def _is_own(folder: Path) -> bool:
    """Return whether a folder is this user's: in a place for everybody, others lay traps."""
    try:
        status = folder.lstat()
    except OSError:
        return False
    return stat.S_ISDIR(status.st_mode) and status.st_uid == getattr(os, "getuid", lambda: 0)()

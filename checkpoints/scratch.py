"""Folders for a while that outlive no process for long.

Python removes a temporary folder when its block ends, which a process that is killed never comes
to: footage of a person would lie there for ever. The next one who wants such a folder removes those
whose process is gone.
"""

import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from stickdance.checkpoints.errors import InUse, OutputFailed
from stickdance.checkpoints.locks import LOCK, only_one

_PREFIX = "stickdance-"
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
            inner = folder / "files"
            inner.mkdir()
            yield inner
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _remove_left() -> None:
    with suppress(OSError):
        for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
            if (
                _is_own(folder) and (folder / LOCK).is_file()
            ):  # else its process is about to lock it
                with suppress(InUse, OutputFailed, OSError), only_one(folder):
                    shutil.rmtree(folder, ignore_errors=True)


def _is_own(folder: Path) -> bool:
    """Return whether a folder is this user's: in a place for everybody, others lay traps."""
    try:
        status = folder.lstat()
    except OSError:
        return False
    return stat.S_ISDIR(status.st_mode) and status.st_uid == getattr(os, "getuid", lambda: 0)()

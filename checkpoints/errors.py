"""What can go wrong with a trained model on disk, with the exit status of a program.

Every message is one line: which file, what was found, what was expected, what to do.
"""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_FULL = (errno.ENOSPC, errno.EDQUOT)
_REFUSALS = {
    *(errno.EACCES, errno.EPERM, errno.EROFS, errno.ENAMETOOLONG),
    errno.ELOOP,
    *(errno.ENOTDIR, errno.EEXIST),  # a file where a folder would have to be
}


class CheckpointError(Exception):
    """Base of all errors of this package: the files are not what was expected (exit status 3)."""

    exit_status = 3


class NewerFormat(CheckpointError):
    """The files were written by a newer version (exit status 3)."""


class InUse(CheckpointError):
    """Another process works on the same folder (exit status 1)."""

    exit_status = 1


class ChangedOptions(CheckpointError):
    """A training that was begun with other options would be carried on (exit status 2)."""

    exit_status = 2


class WeightsAbsent(CheckpointError):
    """Public weights are not on this computer, or could not be fetched (exit status 4)."""

    exit_status = 4


class UnknownWeights(CheckpointError):
    """There are no public weights of that name (exit status 2)."""

    exit_status = 2


class NotWritten(CheckpointError):
    """A file could not be written: no space or no permission (exit status 5)."""

    exit_status = 5


@contextmanager
def saying_why(path: Path) -> Iterator[None]:
    """Turn the system's refusals to write `path` into one `NotWritten` line."""
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            why = "no space left on the disk; free some space and repeat"
        elif error.errno in _REFUSALS:
            why = f"{error.strerror}; choose another place"
        else:
            raise
        raise NotWritten(f"{path}: cannot be written, {why}") from error

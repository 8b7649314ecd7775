"""All that can go wrong, in one tree, each with the exit status that a program answers with.

Every message is one line: which file or flag, what was found, what was expected, what to do.
"""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_FULL = (errno.ENOSPC, errno.EDQUOT)
_FAILING = (errno.EIO, errno.ENXIO, errno.ENODEV, errno.ESTALE, errno.ETIMEDOUT)
"""A disk that is broken, was pulled out, or that a network lost."""
_REFUSALS = {
    errno.EFBIG,
    *(errno.EACCES, errno.EPERM, errno.EROFS, errno.ENAMETOOLONG),
    errno.ELOOP,
    *(errno.ENOTDIR, errno.EEXIST),  # a file where a folder would have to be
}


class StickdanceError(Exception):
    """Base of all errors that are raised on purpose; `exit_status` is a program's answer."""

    exit_status = 1


class UsageError(StickdanceError):
    """An option's value cannot be used, or the words of a command do not fit together (2)."""

    exit_status = 2


class ChangedOptions(UsageError):
    """A training that was begun with other options would be carried on (2)."""


class BadInput(StickdanceError):
    """A file or value from outside is not what was expected (3)."""

    exit_status = 3


class NewerFormat(BadInput):
    """The files were written by a newer version (3)."""


class UnusableFootage(BadInput):
    """Footage was judged not usable when its take was whole; that take is kept (3)."""


class NobodySeen(BadInput):
    """No frame shows a person (3)."""


class MissingDependency(StickdanceError):
    """A program, package or weights file is absent; the message tells how to get it (4)."""

    exit_status = 4


class WeightsAbsent(MissingDependency):
    """Public weights are not on this computer, or could not be fetched (4)."""


class OutputFailed(StickdanceError):
    """A result could not be written: no space or no permission (5)."""

    exit_status = 5


class InUse(StickdanceError):
    """Another process works on the same folder (1)."""


class TrainingFailed(StickdanceError):
    """The training cannot go on: a loss is not a number (1)."""


class OutOfMemory(StickdanceError):
    """The device has no room for these settings; the message names some that fit (1)."""


class LeftAlone(StickdanceError):
    """Another of the processes that train together failed, and says why itself (1)."""


class ExportDiffers(StickdanceError):
    """An exported graph computes something else than the generator (1)."""


def in_a_line(error: Exception) -> str:
    """Return the message of an error; of the system's, which file and why, without its number."""
    text = str(error)
    if isinstance(error, OSError) and error.filename and error.strerror:
        text = f"{error.filename}: {error.strerror}"
    return " ".join(text.split())


@contextmanager
def saying_why(path: Path) -> Iterator[None]:
    """Turn the system's refusals to write `path` into one `OutputFailed` line."""
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            why = "no space left on the disk; free some space and repeat"
        elif error.errno in _FAILING:
            why = f"the disk fails ({error.strerror}); see to it, or choose another place"
        elif error.errno in _REFUSALS:
            why = f"{error.strerror}; choose another place"
        else:
            raise
        raise OutputFailed(f"{path}: cannot be written, {why}") from error

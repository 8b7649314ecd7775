"""What can go wrong, each with the exit status that a program answers with.

Every message is one line: which file or flag, what was found, what was expected, what to do.
"""


class CaptureError(Exception):
    """Base of all errors that this package raises; `exit_status` is the program's answer."""

    exit_status = 1


class BadInput(CaptureError):
    """A file or value from outside is not what was expected (exit status 3)."""

    exit_status = 3


class UnusableFootage(BadInput):
    """Footage was judged not usable when its take was whole; that take is kept (exit status 3)."""


class MissingDependency(CaptureError):
    """A program, package or weights file is absent; the message tells how to get it (4)."""

    exit_status = 4


class OutputFailed(CaptureError):
    """A result could not be written: no space or no permission (5)."""

    exit_status = 5

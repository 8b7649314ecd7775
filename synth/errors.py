"""What can go wrong in this package, each with the exit status that a program answers with.

Every message is one line: which file or flag, what was found, what was expected, what to do.
"""


class SynthError(Exception):
    """Base of all errors that this package raises; `exit_status` is the program's answer."""

    exit_status = 1


class UnfitTake(SynthError):
    """A take or a dance cannot be used with these options or this performer (exit status 3)."""

    exit_status = 3


class BadOptions(SynthError):
    """An option's value cannot be used (exit status 2)."""

    exit_status = 2


class MissingDependency(SynthError):
    """A package is absent; the message tells how to get it (exit status 4)."""

    exit_status = 4


class TrainingFailed(SynthError):
    """The training cannot go on: a loss is not a number (exit status 1)."""


class OutOfMemory(SynthError):
    """The device has no room for these settings; the message names some that fit (1)."""


class LeftAlone(SynthError):
    """Another of the processes that train together failed, and says why itself (1)."""


class MissingEngine(SynthError):
    """An engine that was asked for is not installed; the message names the command (4)."""

    exit_status = 4


class ExportDiffers(SynthError):
    """An exported graph computes something else than the generator (exit status 1)."""

"""What can go wrong with a trained model on disk, with the exit status of a program.

Every message is one line: which file, what was found, what was expected, what to do.
"""


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
    """A public backbone's weights are not at hand and cannot be fetched (exit status 4)."""

    exit_status = 4


class NotWritten(CheckpointError):
    """A file could not be written: no space or no permission (exit status 5)."""

    exit_status = 5

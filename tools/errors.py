"""What can go wrong in the programs themselves, each with its exit status."""


class ToolError(Exception):
    """Base of the errors that the programs raise; `exit_status` is what they answer with."""

    exit_status = 1


class UsageError(ToolError):
    """The words of a command do not fit together (exit status 2)."""

    exit_status = 2

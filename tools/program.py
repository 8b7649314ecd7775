"""How programs begin and end.

They end with one clear line and an exit status, whatever went wrong. Benchmarks and other small
programs get their flags from the signature of their `main`.
"""

import errno
import io
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

from stickdance.checkpoints.errors import in_a_line
from stickdance.tools.display import displayed, unbroken
from stickdance.tools.memory_limits import memory_limit, ran_out
from stickdance.tools.stop_signals import StopSignals

_LONGEST_REASON = 120
_FULL = (errno.ENOSPC, errno.EDQUOT)
_NO_SPACE_OR_PERMISSION = (
    *(*_FULL, errno.EACCES, errno.EPERM, errno.EROFS),
    *(errno.EIO, errno.ENXIO, errno.ENODEV, errno.ESTALE, errno.ETIMEDOUT),  # the disk fails
)
_TOO_MUCH_AT_ONCE = (errno.EMFILE, errno.ENFILE, errno.EAGAIN, errno.EBUSY)


def leave_with(run: Callable[[], int | None], name: str, quiet: bool = False) -> NoReturn:
    """Run a program and leave with what it returns, None for 0.

    An error that has an `exit_status` is told in one line; any other is a fault of ours and shows
    where it happened. No space and no permission are 5, Ctrl-C 130, SIGTERM 143.

    Args:
        run: the program.
        name: what the line begins with.
        quiet: show nothing of how the work goes on.
    """
    for stream in (sys.stdout, sys.stderr):  # names of files need not be text
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    with StopSignals(name) as signals, displayed(quiet):
        try:
            sys.exit(run())
        except BrokenPipeError:
            sys.exit(1)
        except Exception as error:
            if signals.came is None:
                sys.exit(_told(error, name))
            raise  # the signal's doing: ffmpeg beside us got it too, say


def _told(error: Exception, name: str) -> int:
    """Tell an error in one line and return its status; one without a status is raised again."""
    status: int | None = getattr(error, "exit_status", None)
    if isinstance(error, OSError) and error.errno in _NO_SPACE_OR_PERMISSION:
        status = 5
    elif isinstance(error, OSError) and error.errno in _TOO_MUCH_AT_ONCE:
        status = 1
    elif status is None and ran_out(error):
        print(f"{name}: {_what_lacks(error)}", file=sys.stderr)
        return 1
    elif isinstance(error, ImportError) and _is_foreign(error.name):
        told = " ".join(str(error).split())[:_LONGEST_REASON]
        print(
            f"{name}: the package {error.name} is missing or broken ({told}); `stickdance doctor` "
            "tells the command that mends it",
            file=sys.stderr,
        )
        return 4
    if status is None:
        raise error
    told = in_a_line(error)
    if isinstance(error, OSError) and not error.filename and error.errno in _FULL:
        told = f"what it writes to, perhaps standard output: {error.strerror}"
    print(f"{name}: {unbroken(told)}", file=sys.stderr)
    return status


def _is_foreign(module: str | None) -> bool:
    return module is not None and module.partition(".")[0] != "stickdance"


def _what_lacks(error: Exception) -> str:
    """Return in one line that memory ran out, how much there is and who says so."""
    limit = memory_limit()
    there = "" if limit is None else f"; there are {limit.bytes / 1e9:.1f} GB by {limit.by}"
    told = " ".join(str(error).split())[:_LONGEST_REASON] or "no more is given"
    return (
        f"memory ran out ({told}){there}; allow this process more, make the work smaller, or ask "
        "`stickdance doctor` what it takes"
    )


def run_program(main: Callable[..., Any]) -> NoReturn:
    """Run a small program from the command line; what `main` returns as an int is its status."""
    import tyro

    spec = getattr(sys.modules["__main__"], "__spec__", None)
    called = f"python -m {spec.name}" if spec else None

    def program() -> int | None:
        status = tyro.cli(main, prog=called, config=(tyro.conf.OmitArgPrefixes,))
        return status if isinstance(status, int) else None

    leave_with(program, Path(sys.argv[0]).stem)

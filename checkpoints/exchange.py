"""Two names change places in one step of the system, so that no moment is without either."""

import ctypes
import functools
import os
import sys
from collections.abc import Callable
from pathlib import Path

_AT_WORKING_FOLDER, _RENAME_EXCHANGE = -100, 2  # linux/fcntl.h, linux/fs.h
_RENAME_SWAP = 2  # sys/stdio.h of macOS


def exchange(one: Path, other: Path) -> bool:
    """Let two files or folders of one disk take each other's names; return whether that was done.

    Linux has it as renameat2 with RENAME_EXCHANGE, macOS as renamex_np with RENAME_SWAP. False, and
    nothing changed, where the system or the file system has no such step, or refuses it: renaming
    one by one then tells why.
    """
    call = _exchanging()
    return call is not None and call(os.fsencode(one), os.fsencode(other)) == 0


@functools.cache
def _exchanging() -> Callable[[bytes, bytes], int] | None:
    try:
        library = ctypes.CDLL(None)
        if sys.platform == "darwin":
            renamex = library.renamex_np
            return lambda one, other: int(renamex(one, other, _RENAME_SWAP))
        renameat = library.renameat2
    except (OSError, AttributeError, TypeError):  # Windows, or an older C library
        return None
    here = _AT_WORKING_FOLDER
    return lambda one, other: int(renameat(here, one, here, other, _RENAME_EXCHANGE))

"""Files from foreign hands: whatever reading them raises becomes one line about the file.

Every reader takes `what`, the words for what was expected, and raises `BadInput`.
"""

import errno
import lzma
import os
import stat
import tokenize
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from stickdance.checkpoints.errors import BadInput

LARGEST_TEXT = 16 << 20
"""Bytes of the largest text that is read where its reader asks for no other limit."""

DAMAGES = (
    *(OSError, EOFError, MemoryError, SyntaxError),
    *(ValueError, ArithmeticError, LookupError, TypeError, AttributeError),
    RuntimeError,  # encrypted members of an archive; deep recursion and unknown methods are its kin
    *(zipfile.BadZipFile, zlib.error, lzma.LZMAError, tokenize.TokenError),
)
"""What json, zipfile, zlib, numpy, and taking their values apart raise at a damaged file."""

_OF_WRITING = (errno.ENOSPC, errno.EDQUOT, errno.EROFS)  # which no reading raises
_LONGEST_REASON = 120
_ENDLESS = (
    *((stat.S_ISFIFO, "a pipe"), (stat.S_ISSOCK, "a socket")),
    *((stat.S_ISCHR, "a device"), (stat.S_ISBLK, "a device")),
)


@contextmanager
def refusing(path: Path, what: str) -> Iterator[None]:
    """Turn what reading a damaged file raises into one line; our own errors pass through.

    Args:
        path: the file.
        what: what it should be, e.g. "a body profile".

    Raises:
        BadInput: the block raised one of `DAMAGES`.
    """
    try:
        check_ordinary(path)
        yield
    except FileNotFoundError:
        raise BadInput(f"{path}: no such file; expected {what}") from None
    except IsADirectoryError:
        raise BadInput(f"{path}: is a folder; expected {what}") from None
    except DAMAGES as error:
        if isinstance(error, OSError) and error.errno in _OF_WRITING:
            raise  # of what the block wrote
        raise BadInput(f"{path}: cannot be read as {what} ({reason(error)})") from error


def check_ordinary(path: Path) -> None:
    """Refuse what no reading would come to the end of: pipes, devices, sockets.

    What is absent, and folders, are for whoever reads to tell of.

    Raises:
        BadInput: `path` is one of these.
    """
    try:
        mode = os.stat(path).st_mode
    except (OSError, ValueError):
        return
    if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
        kind = next((kind for test, kind in _ENDLESS if test(mode)), "no file")
        raise BadInput(f"{path}: is {kind}, expected an ordinary file")


def check_readable(path: Path) -> None:
    """Refuse a file or folder that is there and may not be read; what is absent passes.

    Raises:
        BadInput: it may not, or a folder that it lies in.
    """
    try:
        is_folder = stat.S_ISDIR(os.stat(path).st_mode)
        if not os.access(path, os.R_OK | os.X_OK if is_folder else os.R_OK):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    except PermissionError as error:
        raise BadInput(f"{path}: cannot be read ({reason(error)})") from None
    except (OSError, ValueError):
        return


def reason(error: BaseException) -> str:
    """Return in a few words of one line why a file cannot be read."""
    if isinstance(error, MemoryError):
        return "it needs more memory than there is"
    if isinstance(error, RecursionError):
        return "it is nested too deeply"
    if isinstance(error, KeyError) and error.args:
        return f"it lacks {error.args[0]!r:.80}"
    if isinstance(error, tokenize.TokenError):  # a message and a place in a text nobody sees
        return str(error.args[0])
    told = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return " ".join(str(told).split())[:_LONGEST_REASON]


def read_bytes(path: Path, what: str, largest: int = LARGEST_TEXT) -> bytes:
    """Return what a file of at most `largest` bytes holds.

    Raises:
        BadInput: it is absent, a folder, too large, or cannot be read.
    """
    with refusing(path, what), Path(path).open("rb") as file:
        data = file.read(largest + 1)
    if len(data) > largest:
        raise BadInput(
            f"{path}: is larger than {_size(largest)}, the most that is read; expected {what}"
        )
    return data


def read_text(path: Path, what: str, largest: int = LARGEST_TEXT) -> str:
    """Return the text of a file in UTF-8, with or without a byte order mark.

    Raises:
        BadInput: it is absent, a folder, larger than `largest` bytes, or not UTF-8.
    """
    return decoded(read_bytes(path, what, largest), str(path), what)


def decoded(data: bytes, label: str, what: str) -> str:
    """Return bytes as text in UTF-8, with or without a byte order mark.

    Raises:
        BadInput: they are no UTF-8.
    """
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadInput(
            f"{label}: is not text in UTF-8 (byte {error.start}); expected {what}"
        ) from None


def check_name(name: str) -> None:
    """Refuse a file name that is not UTF-8: it would go into manifests, reports and pages.

    Raises:
        BadInput: it holds bytes that are no text.
    """
    try:
        name.encode("utf-8")
    except UnicodeEncodeError:
        raise BadInput(f"{name!a:.120}: this name is not UTF-8; rename the file") from None


def stays_inside(name: str) -> bool:
    """Return whether a name from elsewhere, joined to a folder, leads to something in it."""
    parts = PurePosixPath(name.replace("\\", "/")).parts
    return not (name.startswith(("/", "\\", "~")) or ".." in parts or ":" in name.split("/")[0])


def _size(count: int) -> str:
    return f"{count >> 20} MiB" if count >= 1 << 20 else f"{count} bytes"

"""Inputs that stay what they were while a result is made of them.

Long work reads an input more than once: its hash is told, its sound is decoded, its frames are
read again. Where somebody puts another file in its place meanwhile, the result would be of neither.
So every file and folder that appears (`files`) asks first whether the inputs are still the same,
which takes a look at their sizes and times; their content is read again only where those changed.
"""

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path

from stickdance.checkpoints.errors import BadInput

_TOLD_BY = "manifest.json"
_Facts = tuple[tuple[str, int, int, int], ...]


@dataclass(frozen=True)
class _Input:
    path: Path
    facts: _Facts
    digest: str
    """"" where a change of the facts is enough."""


_WATCHED: ContextVar[dict[Path, _Input]] = ContextVar("watched", default={})  # noqa: B039
_DIGEST: ContextVar[Callable[[Path], str] | None] = ContextVar("digest", default=None)


@contextmanager
def watching(
    paths: Iterable[Path], digest_of: Callable[[Path], str] | None = None
) -> Iterator[dict[Path, str]]:
    """Give the digests of inputs; within the block nothing appears once one of them was changed.

    Args:
        paths: files and folders.
        digest_of: what tells their content; None takes size and time of change for it, and gives
            empty digests.
    """
    found = {}
    for path in paths:
        facts = _facts(path)  # first, so that no change falls between the two
        found[_real(path)] = _Input(path, facts, digest_of(path) if digest_of else "")
    watched, digest = _WATCHED.set(found), _DIGEST.set(digest_of)
    try:
        yield {each.path: each.digest for each in found.values()}
    finally:
        _WATCHED.reset(watched)
        _DIGEST.reset(digest)


def check_inputs() -> None:
    """Refuse to go on with inputs that are not what they were.

    Raises:
        BadInput: one was changed, or is gone.
    """
    digest_of = _DIGEST.get()
    for real, each in _WATCHED.get().items():
        now = _facts(each.path)
        if now == each.facts:
            continue
        if not now or digest_of is None or digest_of(each.path) != each.digest:
            raise BadInput(f"{each.path}: was changed while it was read; repeat the command")
        _WATCHED.get()[real] = _Input(each.path, now, each.digest)


def written(path: Path) -> None:
    """Let an input go that this program itself has written now, or written into."""
    real, watched = _real(path), _WATCHED.get()
    for each in [each for each in watched if each == real or each in real.parents]:
        del watched[each]


def _facts(path: Path) -> _Facts:
    """Return names, sizes, times and numbers of the files that tell an input; () without any."""
    own = _of_file(path)
    manifest = _of_file(path / _TOLD_BY)
    if own or manifest:
        return own or manifest
    return tuple(each for file in sorted(path.rglob("*")) for each in _of_file(file))


def _of_file(path: Path) -> _Facts:
    try:
        status = os.stat(path)
    except (OSError, ValueError):
        return ()
    if not path.is_file():
        return ()
    return ((path.name, status.st_size, status.st_mtime_ns, status.st_ino),)


def _real(path: Path) -> Path:
    return Path(os.path.realpath(path))

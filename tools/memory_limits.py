"""How much memory this process may have: the machine's, a container's, a shell's.

The least of what there is counts: the memory of the machine, the limits of the control groups that
the process is in (both versions; those above it bind as well), and its own limit of addresses
(`ulimit -v`), which counts more than what is used.
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_GROUPS = Path("/sys/fs/cgroup")
_MEMBERSHIP, _MACHINE = Path("/proc/self/cgroup"), Path("/proc/meminfo")
_UNLIMITED = 1 << 60  # version 1 says "no limit" by a number of about 2**63


@dataclass(frozen=True)
class MemoryLimit:
    """An amount of memory, and what sets it."""

    bytes: float
    by: str
    """In words, e.g. "ulimit -v"."""


def memory_limit() -> MemoryLimit | None:
    """Return the least that bounds this process; None where no system tells."""
    return min(_limits(), key=lambda each: each.bytes, default=None)


def memory_free() -> float | None:
    """Return the bytes that the machine could still give; None where it does not tell."""
    return _of_machine("MemAvailable:")


def ran_out(error: BaseException) -> bool:
    """Return whether an error says, in the words of whichever library, that memory ran out."""
    if isinstance(error, MemoryError):
        return True
    said = str(error).lower()
    return isinstance(error, (OSError, RuntimeError, ImportError)) and any(
        words in said
        for words in (
            *("cannot allocate memory", "can't allocate memory", "bad_alloc", "out of memory"),
            *("failed to map segment", "can't start new thread", "insufficient memory"),
        )
    )


def _limits() -> Iterator[MemoryLimit]:
    if (machine := _of_machine("MemTotal:")) is not None:
        yield MemoryLimit(machine, "this machine")
    for file in _group_files():
        try:
            found = float(file.read_text(encoding="ascii").strip())
        except (OSError, ValueError):  # another version's, another's, or "max"
            continue
        if found < _UNLIMITED:
            yield MemoryLimit(found, f"the container or control group ({file})")
    yield from _addresses()


def _group_files() -> Iterator[Path]:
    """Yield where limits of this process may stand, from its own group up to the root."""
    try:
        lines = _MEMBERSHIP.read_text(encoding="utf-8").splitlines()
    except OSError:
        return
    for line in lines:
        _, _, rest = line.partition(":")
        kinds, _, place = rest.partition(":")
        if kinds not in ("", "memory"):
            continue
        root = _GROUPS / kinds
        name = "memory.limit_in_bytes" if kinds else "memory.max"
        group = root / place.lstrip("/")
        for folder in (group, *group.parents):
            if folder.is_relative_to(root):
                yield folder / name


def _addresses() -> Iterator[MemoryLimit]:
    if sys.platform == "win32":
        return
    import resource

    limit = resource.getrlimit(resource.RLIMIT_AS)[0]
    if limit != resource.RLIM_INFINITY:
        yield MemoryLimit(float(limit), "ulimit -v")


def _of_machine(name: str) -> float | None:
    try:
        lines = _MACHINE.read_text(encoding="ascii").splitlines()
        return next(float(line.split()[1]) * 1024 for line in lines if line.startswith(name))
    except (OSError, ValueError, IndexError, StopIteration):
        return None

"""Loops over numbers as machine code, by Numba.

They hold no interpreter lock, so threads work side by side. What was compiled is kept beside the
source or in the user's cache folder for the next time; where neither can be written, each process
compiles it anew, in a second or two.
"""

from collections.abc import Callable
from typing import Any, TypeVar

import numba

Loop = TypeVar("Loop", bound=Callable[..., Any])


def compiled(loop: Loop) -> Loop:
    """Return a function compiled for the types that it is called with."""
    return _kept(loop, {})


def compiled_fast(loop: Loop) -> Loop:
    """Return the same; sums may be added up in another order than they are written in."""
    return _kept(loop, {"fastmath": {"contract", "reassoc", "nsz", "arcp"}})


def _kept(loop: Loop, how: dict[str, Any]) -> Loop:
    try:
        kept: Loop = numba.njit(cache=True, nogil=True, **how)(loop)
    except RuntimeError:  # no folder for caches can be written
        kept = numba.njit(nogil=True, **how)(loop)
    return kept

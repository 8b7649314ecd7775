"""The largest memory that a program has held."""

import sys
from pathlib import Path

_STATUS = Path("/proc/self/status")


def peak_memory_mb() -> float | None:
    """Return the largest memory that this process has held, in MB; None where no system tells.

    Decoders and encoders beside it, 20 to 180 MB each, are not in it. Linux would tell of them, but
    counts as their peak what their parent held when it started them.
    """
    try:
        lines = _STATUS.read_text(encoding="ascii", errors="replace").splitlines()
    except OSError:  # not Linux
        return _by_usage()
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM:")), None)


def _by_usage() -> float | None:
    try:
        import resource
    except ImportError:  # Windows
        return None
    unit = 1 << 20 if sys.platform == "darwin" else 1 << 10
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit

"""Space on disks, memory, and folders that can be written."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from stickdance.checkpoints.public.model_files import models_folder
from stickdance.tools.doctor.finding import Finding
from stickdance.tools.memory_limits import memory_free, memory_limit
from stickdance.tools.studio.places import default_workspace

LEAST_DISK, LEAST_MEMORY = 1e9, 1.7e9
"""Bytes: footage of some minutes with its take; capture with hands and face, the hungriest stage
at sizes up to 720 rows."""
_GB = 1e9


def disk() -> Iterator[Finding]:
    """Tell how much space is left where results and temporary files go."""
    for part, folder in (("disk here", Path.cwd()), ("disk for scratch", _scratch())):
        free = shutil.disk_usage(folder).free
        told = f"{free / _GB:.1f} GB free in {folder}"
        if free < LEAST_DISK:
            least = f"{told}; a job takes {LEAST_DISK / _GB:.0f} GB"
            yield Finding(part, "wrong", least, "free some space, or work in another folder")
        else:
            yield Finding(part, "fine", told)


def memory() -> Iterator[Finding]:
    """Tell how much memory there is, and what limits it."""
    limit, free = memory_limit(), memory_free()
    if limit is None:
        yield Finding("memory", "fine", "this system does not tell how much there is")
        return
    told = f"{limit.bytes / _GB:.1f} GB by {limit.by}"
    if limit.bytes < LEAST_MEMORY:
        told += f"; capture takes {LEAST_MEMORY / _GB:.1f} GB"
        yield Finding("memory", "wrong", told, _more_memory(limit.by))
    elif free is not None and free < LEAST_MEMORY:
        told += f", of which {free / _GB:.1f} are free now; capture takes {LEAST_MEMORY / _GB:.1f}"
        yield Finding("memory", "absent", told, "end other programs")
    else:
        left = "" if free is None else f", {free / _GB:.1f} free now"
        yield Finding("memory", "fine", told + left)


def folders() -> Iterator[Finding]:
    """Tell which folders that are used can be written; a file without a name is tried in each."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    yield _writable("writing here", Path.cwd(), essential=True)
    yield _writable("writing scratch", _scratch(), essential=True)
    yield _writable("writing models", models_folder(), essential=False)
    yield _writable("writing caches", cache, essential=False)
    yield _writable("writing the studio", default_workspace(), essential=False)


def _more_memory(by: str) -> str:
    if by == "ulimit -v":
        return "ulimit -v unlimited"
    return "allow the container more, e.g. docker run --memory 4g" if "(" in by else "add memory"


def _scratch() -> Path:
    return Path(tempfile.gettempdir())


def _writable(part: str, folder: Path, essential: bool) -> Finding:
    place = next(each for each in (folder, *folder.parents) if each.exists())
    try:
        with tempfile.TemporaryFile(dir=place) as file:
            file.write(b"tried")
    except OSError as error:
        told = f"{place}: {error.strerror}"
        remedy = f"chmod u+w '{place}', or choose another folder"
        return Finding(part, "wrong" if essential else "absent", told, remedy)
    return Finding(part, "fine", str(folder))

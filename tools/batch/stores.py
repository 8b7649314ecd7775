"""Object stores by fsspec, and the folder of a batch's results, in one or on this computer.

A store has no step that makes many files appear at once. So a result's files are put up first, and
its manifest last: what has none is not there, and goes before it is put up again.
"""

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

from stickdance.checkpoints.errors import (
    BadInput,
    MissingDependency,
    OutputFailed,
    StickdanceError,
    UsageError,
)
from stickdance.checkpoints.files import whole_file, whole_folder
from stickdance.checkpoints.manifest import MANIFEST, read_manifest
from stickdance.checkpoints.reading import stays_inside
from stickdance.tools.batch.locations import is_url

KIND = "batch job"
"""Of a result's manifest."""
_PACKAGES = {"s3": "s3fs", "gs": "gcsfs", "gcs": "gcsfs", "abfs": "adlfs", "file": "", "memory": ""}
"""Stores -> the package that fsspec needs for them."""
IN_ONE_PROCESS = "memory://"


class StoreFailed(StickdanceError):
    """An object store did not do what was asked, which may pass (1)."""


class Results(Protocol):
    """The folder that results are put into."""

    def has(self, name: str) -> bool:
        """Return whether a result is there, whole."""

    def put(self, folder: Path, name: str) -> None:
        """Put up a result's folder, with its manifest, whole or not at all; it may be moved."""

    def put_file(self, file: Path, name: str) -> None:
        """Put up a file."""


@contextmanager
def asked(url: str) -> Iterator[None]:
    """Turn what a store raises into one line; every backend has errors of its own.

    Raises:
        BadInput: there is nothing of that name.
        OutputFailed: it is not allowed.
        StoreFailed: anything else.
    """
    try:
        yield
    except StickdanceError:
        raise
    except FileNotFoundError:
        raise BadInput(f"{url}: nothing of that name is in the store") from None
    except PermissionError as error:
        raise OutputFailed(f"{url}: the store does not allow it ({error!s:.120})") from None
    except Exception as error:
        raise StoreFailed(f"{url}: the store failed ({error!r:.200})") from error


def filesystem(url: str) -> tuple[Any, str]:
    """Return fsspec's file system of an address, and the address without its store.

    Raises:
        UsageError: a store that is not known.
        MissingDependency: the package for it is not installed.
    """
    scheme = url.partition("://")[0]
    if scheme not in _PACKAGES:
        known = ", ".join(f"{each}://" for each in _PACKAGES)
        raise UsageError(f"{url:.120}: no object store that is known; expected one of {known}")
    import fsspec

    try:
        kind = fsspec.get_filesystem_class(scheme)
    except ImportError:
        package = _PACKAGES[scheme]
        raise MissingDependency(
            f"{url:.120}: {package} is not installed; run `python -m pip install {package}`"
        ) from None
    with asked(url):
        return fsspec.filesystem(scheme), str(kind._strip_protocol(url))


def files_in_store(url: str) -> dict[str, str]:
    """Return the address of each file in a store's folder by its name below it, or of a file by "".

    Raises:
        BadInput: nothing is there, or a name leads out of the folder.
    """
    store, root = filesystem(url)
    scheme = url.partition("://")[0]
    with asked(url):
        if store.isfile(root):
            return {"": url}
        found = {}
        for path in sorted(store.find(root)):
            name = path[len(root) :].lstrip("/")
            if not path.startswith(root) or not stays_inside(name) or not name.isprintable():
                raise BadInput(f"{url}: holds {name!r:.80}, a name that leads out of it")
            found[name] = f"{scheme}://{path}"
        if not found:
            raise FileNotFoundError
        return found


def results_in(output: str) -> Results:
    """Return the results' folder, which is made where it is not there.

    Raises:
        OutputFailed: it cannot be made.
        UsageError, MissingDependency: as for `filesystem`.
    """
    return StoreResults(output) if is_url(output) else LocalResults(Path(output))


class LocalResults:
    """Results in a folder of this computer."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def has(self, name: str) -> bool:
        """Return whether a result is there, whole."""
        try:
            read_manifest(self._folder / name, KIND)
        except BadInput:
            return False
        return True

    def put(self, folder: Path, name: str) -> None:
        """Give a result's folder its place in one step."""
        with whole_folder(self._folder / name) as new:
            new.rmdir()
            shutil.move(folder, new)

    def put_file(self, file: Path, name: str) -> None:
        """Copy a file."""
        with whole_file(self._folder / name) as temporary:
            shutil.copyfile(file, temporary)


class StoreResults:
    """Results in an object store."""

    def __init__(self, url: str) -> None:
        self._url = url.rstrip("/")
        self._store, self._root = filesystem(self._url)

    def has(self, name: str) -> bool:
        """Return whether a result's manifest is there, which comes last."""
        with asked(f"{self._url}/{name}"):
            try:
                manifest = json.loads(self._store.cat_file(f"{self._root}/{name}/{MANIFEST}"))
            except (FileNotFoundError, ValueError):
                return False
            return isinstance(manifest, dict) and manifest.get("kind") == KIND

    def put(self, folder: Path, name: str) -> None:
        """Put up a result's files, and its manifest when all others are there."""
        with asked(f"{self._url}/{name}"):
            if self._store.exists(f"{self._root}/{name}"):  # of a process that was killed
                self._store.rm(f"{self._root}/{name}", recursive=True)
            files = [file for file in sorted(folder.rglob("*")) if file.is_file()]
            for file in sorted(files, key=lambda file: file == folder / MANIFEST):
                self.put_file(file, f"{name}/{file.relative_to(folder).as_posix()}")

    def put_file(self, file: Path, name: str) -> None:
        """Put up a file."""
        target = f"{self._root}/{name}"
        with asked(f"{self._url}/{name}"):
            self._store.makedirs(os.path.dirname(target), exist_ok=True)
            self._store.put_file(str(file), target)

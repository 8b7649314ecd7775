"""Inputs from object stores: fetched once, kept by their SHA-256, the longest unused going first.

    files/SHA256     what was fetched
    digests/NAME     the SHA-256 of what the store says is one version of a file, so that it is not
                     fetched only to learn that its result is there

Several processes use one cache at a time. A job gets its inputs as links: what the cache drops
meanwhile stays with whoever has it.
"""

import functools
import hashlib
import os
import secrets
import shutil
import stat
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stickdance.checkpoints.errors import StickdanceError, saying_why
from stickdance.checkpoints.files import content_digest, joint_digest, told_by
from stickdance.checkpoints.reading import refusing
from stickdance.tools.batch.locations import is_url
from stickdance.tools.batch.stores import StoreFailed, asked, files_in_store, filesystem

_PIECE = 1 << 20  # bytes that are copied at once


@dataclass(frozen=True)
class Cache:
    """A folder of inputs."""

    folder: Path
    largest: int
    """Bytes to keep; the file that was used last stays, however large."""

    def digest(self, url: str) -> str:
        """Return the SHA-256 of a file in a store, fetched where its version is not known.

        Raises:
            BadInput: there is none.
            StoreFailed: it cannot be fetched, just now.
        """
        store, path = filesystem(url)
        with asked(url):
            version = hashlib.sha256(f"{url}\0{store.ukey(path)}".encode()).hexdigest()
        known = self.folder / "digests" / version
        with suppress(OSError):
            return known.read_text(encoding="ascii")
        digest = self._fetched(store, path, url)
        _write(known, digest.encode("ascii"))
        return digest

    def give(self, url: str, digest: str, to: Path) -> None:
        """Put a file of a store at `to`; its folder is made.

        Raises:
            StoreFailed: the store has another version by now, or fails.
        """
        to.parent.mkdir(parents=True, exist_ok=True)
        for _ in range(3):  # another process may drop it in between
            with suppress(FileNotFoundError):
                _link(self._file(digest), to)
                os.utime(self._file(digest))
                return
            store, path = filesystem(url)
            if self._fetched(store, path, url) != digest:
                raise StoreFailed(f"{url}: was changed while it was read; try again")
        raise StickdanceError(f"{self.folder}: holds no file for long; give it more --cache-gb")

    def _file(self, digest: str) -> Path:
        return self.folder / "files" / digest

    def _fetched(self, store: Any, path: str, url: str) -> str:
        (self.folder / "files").mkdir(parents=True, exist_ok=True)
        partial = self.folder / "files" / f".{secrets.token_hex(8)}.partial"
        try:
            total = hashlib.sha256()
            with asked(url), store.open(path, "rb") as source, partial.open("wb") as target:
                while piece := source.read(_PIECE):
                    total.update(piece)
                    with saying_why(self.folder):
                        target.write(piece)
            digest = total.hexdigest()
            os.replace(partial, self._file(digest))
        finally:
            partial.unlink(missing_ok=True)
        self._drop(digest)
        return digest

    def _drop(self, newest: str) -> None:
        """Remove files until the others fit."""
        found = []
        for file in (self.folder / "files").iterdir():
            with suppress(OSError):
                status = file.stat()
                found.append((file.name == newest, status.st_mtime, status.st_size, file))
        total = sum(size for _, _, size, _ in found)
        for is_newest, _, size, file in sorted(found, key=lambda each: each[:2]):
            if total <= self.largest or is_newest or file.name.startswith("."):
                continue
            file.unlink(missing_ok=True)
            total -= size


def digest_of(location: str, cache: Cache) -> str:
    """Return a SHA-256 of an input (`stickdance.checkpoints.files.content_digest`).

    Raises:
        BadInput: nothing is there.
        StoreFailed: the store failed.
    """
    if not is_url(location):
        with refusing(Path(location), "an input"):
            status = os.stat(location)
            if stat.S_ISDIR(status.st_mode):
                return content_digest(Path(location))
            return _digest_of_file(location, status.st_mtime_ns, status.st_size)
    files = files_in_store(location)
    if files.keys() == {""}:
        return cache.digest(location)
    return joint_digest({name: cache.digest(files[name]) for name in told_by(files)})


@functools.lru_cache(1024)  # a song may be in hundreds of rows
def _digest_of_file(path: str, changed: int, size: int) -> str:
    return content_digest(Path(path))


def fetch(url: str, cache: Cache, to: Path) -> None:
    """Put a file or folder of a store at `to`."""
    for name, place in files_in_store(url).items():
        cache.give(place, cache.digest(place), to / name if name else to)


def _link(source: Path, target: Path) -> None:
    try:
        os.link(source, target)
    except FileExistsError:
        return
    except FileNotFoundError:
        raise
    except OSError:  # another disk, or one without links
        shutil.copyfile(source, target)


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{secrets.token_hex(8)}.partial")
    partial.write_bytes(content)
    os.replace(partial, path)

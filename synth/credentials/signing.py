"""Credentials put into a video: the very last step, before the file takes its name.

The signature holds for every byte but its own: whatever is written into the file later breaks it.
"""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from stickdance.checkpoints.errors import OutputFailed
from stickdance.synth.credentials.c2pa_library import c2pa, offline_context
from stickdance.synth.credentials.claims import Claims, copy_manifest
from stickdance.synth.credentials.signer import Signer

KINDS = {".mp4": "video/mp4", ".m4v": "video/mp4", ".mov": "video/quicktime"}
"""Suffix -> the kinds of video that credentials go into; C2PA has no place for them in WebM."""


def sign_video(written: Path, claims: Claims, signer: Signer, title: str) -> None:
    """Put credentials into a video that is whole but has not taken its name yet.

    Args:
        written: the video; another of the same folder takes its place.
        claims: what is said of it.
        signer: who says so.
        title: the name that it will have.

    Raises:
        OutputFailed: they cannot be written.
        OSError: the system's own refusals.
    """
    _sign(written, c2pa().Builder(claims.manifest(title), context=offline_context()), signer)


def sign_copy(written: Path, original: Path, signer: Signer, title: str) -> None:
    """Put credentials into a copy, as the copy of the original, whose own stay in them.

    Args, errors: as `sign_video`; `original` is the video that was copied.
    """
    library = c2pa()
    builder = library.Builder(copy_manifest(title), context=offline_context())
    builder.set_intent(library.C2paBuilderIntent.EDIT)
    about = {"title": original.name, "relationship": "parentOf"}
    with original.open("rb") as source:
        builder.add_ingredient(about, KINDS[original.suffix.lower()], source)
    _sign(written, builder, signer)


def _sign(written: Path, builder: Any, signer: Signer) -> None:
    library, signed = c2pa(), written.with_stem(f"{written.stem}.signed")
    try:
        with written.open("rb") as source, signed.open("w+b") as target:
            whence, to = _Noticing(source), _Noticing(target)
            try:
                builder.sign(signer.for_library(), KINDS[written.suffix.lower()], whence, to)
            except library.C2paError as error:
                if (refusal := whence.refusal or to.refusal) is not None:
                    raise refusal from None
                raise OutputFailed(_failed(written, error)) from None
        os.replace(signed, written)
    finally:
        signed.unlink(missing_ok=True)


def _failed(written: Path, error: Exception) -> str:
    why = " ".join(str(error).split())[:100]
    return (
        f"{written.name.removeprefix('new.')}: content credentials cannot be written ({why}); "
        "--no-credentials leaves them out"
    )


class _Noticing:
    """A file that keeps why it could not be used: the library tells only that something failed.

    Ctrl-C comes here too, where it would be lost among the library's calls.
    """

    def __init__(self, file: Any) -> None:
        self._file = file
        self.refusal: BaseException | None = None

    def read(self, count: int = -1) -> bytes:
        return bytes(self._kept(self._file.read, count))

    def readinto(self, buffer: Any) -> int:
        return int(self._kept(self._file.readinto, buffer))

    def write(self, data: bytes) -> int:
        return int(self._kept(self._file.write, data))

    def flush(self) -> None:
        self._kept(self._file.flush)

    def _kept(self, does: Callable[..., Any], *what: Any) -> Any:
        try:
            return does(*what)
        except BaseException as error:
            self.refusal = error
            raise OSError(str(error)) from error  # what the library passes on as a failure

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)

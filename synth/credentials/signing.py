"""Credentials put into a video: the very last step, before the file takes its name.

The signature holds for every byte but its own: whatever is written into the file later breaks it.
"""

import os
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
            to = _Noticing(target)
            try:
                kind = KINDS[written.suffix.lower()]
                builder.sign(signer.for_library(), kind, source, to)
            except library.C2paError as error:
                if to.refusal is not None:
                    raise to.refusal from None
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
    """A file to write that keeps the system's refusal: the library tells only that it failed."""

    def __init__(self, file: Any) -> None:
        self._file = file
        self.refusal: OSError | None = None

    def write(self, data: bytes) -> int:
        try:
            return int(self._file.write(data))
        except OSError as error:
            self.refusal = error
            raise

    def flush(self) -> None:
        try:
            self._file.flush()
        except OSError as error:
            self.refusal = error
            raise

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)

"""What a video says of itself: its credentials, the mark in its pixels, its title and comment.

Nothing is believed: texts and recipes are told as the words of whoever wrote them, and a signature
as what it is, the word of a signer whom somebody may or may not trust.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from stickdance.capture.media.probing import probe
from stickdance.capture.media.streams import read_metadata
from stickdance.synth.credentials.c2pa_library import why_absent
from stickdance.synth.credentials.reading import Credentials, credentials_of
from stickdance.synth.marking.code import BYTES
from stickdance.synth.marking.of_rendering import digits
from stickdance.synth.marking.reading import frames_of, mark_in
from stickdance.synth.marking.videoseal import VideoSeal
from stickdance.synth.rendering.recipe import recipe_hash


@dataclass(frozen=True)
class Texts:
    """What stands in the texts of a video; anybody can write or remove them."""

    title: str
    recipe: Mapping[str, Any] | None
    """The comment that stickdance writes; None where there is none."""
    recipe_sha256: str = ""


@dataclass(frozen=True)
class Mark:
    """What the pixels of a video say."""

    found: bool
    digits: str = ""
    """All 64 bits as hexadecimal digits; "" where they are not surely right."""
    fit: float = 0.0
    """How well they fit the mark, in standard deviations of noise; chance stays below `limit`."""


@dataclass(frozen=True)
class Verified:
    """What was found out about a video."""

    path: Path
    credentials: Credentials | None
    """None where they cannot be read here."""
    why_unread: str
    texts: Texts
    mark: Mark
    videoseal: str | None = None
    """Of Video Seal: "" where it has no message of ours, None where it was not asked."""

    @property
    def mark_fits_recipe(self) -> bool | None:
        """Return whether the mark is that of the recipe at hand; None where one is not there."""
        told = self.credentials.recipe if self.credentials else None
        recipe = str((told or {}).get("sha256") or "") or self.texts.recipe_sha256
        if not self.mark.digits or not recipe or (told is None and self.texts.recipe is None):
            return None
        return self.mark.digits[-2 * BYTES :] == recipe[: 2 * BYTES]

    def as_json(self) -> dict[str, Any]:
        """Return the fields as JSON values."""
        return {**asdict(self), "path": str(self.path)}


def verify(
    video: Path, trusted: Path | None = None, videoseal: tuple[Path, str] | None = None
) -> Verified:
    """Look at everything that a video says of itself.

    Args:
        video: any video.
        trusted: certificates of authorities whose signers are trusted, as PEM; None trusts nobody.
        videoseal: file of Video Seal's networks, and its SHA-256; None asks them nothing.

    Raises:
        BadInput: no video that can be read, no certificates, or no such networks.
    """
    probe(video)
    seal = None if videoseal is None else VideoSeal(*videoseal)
    absent = why_absent()
    credentials = None if absent else credentials_of(video, trusted)
    told = None if seal is None else (seal.message_in(frames_of(video)[0]) or b"").hex()
    return Verified(video, credentials, absent or "", texts_of(video), mark_of(video), told)


def mark_of(video: Path) -> Mark:
    """Return what the pixels of a video say.

    Raises:
        BadInput: no video that can be read.
    """
    found = mark_in(video)
    read = digits(found.message) if found.is_read else ""
    return Mark(found.is_mark, read, round(found.fit, 1))


def texts_of(video: Path) -> Texts:
    """Return title and recipe of a video, as its own texts tell them."""
    texts = read_metadata(video, "a video")
    comment = texts.get("comment", "")
    return Texts(texts.get("title", ""), _recipe(comment), recipe_hash(comment) if comment else "")


def _recipe(comment: str) -> Mapping[str, Any] | None:
    try:
        about = json.loads(comment)
    except (ValueError, RecursionError):
        return None
    ours = isinstance(about, dict) and about.get("made_with") == "stickdance"
    return {name: value for name, value in about.items() if name != "plan"} if ours else None

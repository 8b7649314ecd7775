"""Footage for pages: whether it is a video at all, before anything is done with it."""

from pathlib import Path
from typing import Any


def look_at(video: Path) -> dict[str, Any]:
    """Return length, size and recorded consent of a video.

    Raises:
        BadInput: no video that can be read, or one that is too large.
    """
    from stickdance.capture.media.consent_metadata import recorded_consent
    from stickdance.capture.media.probing import probe

    info = probe(video)
    about = {"seconds": round(info.seconds, 2), "size": list(info.size)}
    consent = recorded_consent(video)
    return about if consent is None else {**about, "consent": consent}


def footage_of(to: Path) -> dict[str, Any]:
    """Make the footage of what a browser recorded, and return what `look_at` says of it.

    Args:
        to: the video to be, beside the recording's folder (`Session`).

    Raises:
        BadInput: nothing was recorded, or it cannot be read.
        OutputFailed: no space left.
    """
    from stickdance.tools.recording.session import Session

    if not to.is_file():  # else the studio was killed just after it was made
        Session(to, browser=True).recover()
    return look_at(to)

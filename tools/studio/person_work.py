"""Footage for pages: whether it is a video at all, before anything is done with it."""

from pathlib import Path
from typing import Any


def look_at(video: Path) -> dict[str, Any]:
    """Return length and size of a video.

    Raises:
        BadInput: no video that can be read, or one that is too large.
    """
    from stickdance.capture.media.probing import probe

    info = probe(video)
    return {"seconds": round(info.seconds, 2), "size": list(info.size)}

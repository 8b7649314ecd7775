"""What a recording says of itself: the consent of the person filmed, kept in the video's own texts.

So it stays with the file wherever it goes, and a capture of it need not ask again.
"""

from collections.abc import Sequence
from pathlib import Path

from stickdance.capture.media.streams import read_metadata

NOT_STATED = "not stated"
"""What is kept where nobody said anything."""

NOBODY_FILMED = "nobody was filmed"
"""Words in a consent that tell of a drawing: there is no person to ask or to be mistaken for."""

_MARK = "stickdance recording; consent: "


def recording_metadata(consent: str) -> dict[str, str]:
    """Return the texts to write into a recorded MP4."""
    return {"comment": _MARK + " ".join(consent.split())}


def is_drawn(consent: str) -> bool:
    """Return whether a consent says that nobody was filmed."""
    return NOBODY_FILMED in " ".join(consent.lower().split())


def recorded_consent(video: Path) -> str | None:
    """Return what the person in a recording agreed to; None where the video does not say.

    Raises:
        BadInput: no video that can be read.
    """
    if video.is_dir():  # pictures carry no consent
        return None
    comment = read_metadata(video, "a video").get("comment", "")
    consent = comment.removeprefix(_MARK)
    return None if consent in (comment, NOT_STATED) else consent


def consent_or_recorded(consent: str, videos: Sequence[Path]) -> str:
    """Return a consent that was stated, else what the videos themselves say, else as given."""
    return (common_consent(videos) or consent) if consent == NOT_STATED else consent


def common_consent(videos: Sequence[Path]) -> str | None:
    """Return what was agreed to in all videos; None where one of them does not say.

    Where the videos differ, each is named with its own.
    """
    texts = {video.name: recorded_consent(video) for video in videos}
    if not texts or None in texts.values():
        return None
    if len(set(texts.values())) == 1:
        return next(iter(texts.values()))
    return "; ".join(f"{name}: {text}" for name, text in texts.items())

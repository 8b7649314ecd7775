"""Where a performer comes from: the footage that trained it, and what the person filmed agreed to.

Performers of earlier versions tell it on their cards alone, in lines of `synth.performer.card`.
"""

import re
from dataclasses import dataclass

from stickdance.capture.media.consent_metadata import NOT_STATED, is_drawn
from stickdance.synth.performer.performer import Performer

_CONSENT = re.compile(r"^- consent of the person: (.+)$", re.MULTILINE)
_FOOTAGE = re.compile(r"^- .+: \d+ frames, SHA-256 ([0-9a-f]{64})$", re.MULTILINE)
_LONGEST = 500  # letters of a consent that go into every video


@dataclass(frozen=True)
class Origin:
    """What a performer was trained on."""

    footage: tuple[str, ...]
    """SHA-256 of each video."""
    consent: str
    """In one line; "not stated" where nobody said anything."""

    @property
    def shows_a_person(self) -> bool:
        """Return whether somebody was filmed, as far as is known."""
        return not is_drawn(self.consent)


def origin_of(performer: Performer) -> Origin:
    """Return where a performer comes from."""
    footage, consent = performer.training.get("footage"), performer.training.get("consent")
    if not isinstance(footage, list):
        footage = _FOOTAGE.findall(performer.card)
    if not isinstance(consent, str):
        told = _CONSENT.search(performer.card)
        consent = told.group(1) if told else NOT_STATED
    line = " ".join(consent.split()) or NOT_STATED
    return Origin(tuple(str(each) for each in footage), line[:_LONGEST])

"""Consent of the person filmed: asked for on a terminal, else recorded as not stated."""

import sys
from dataclasses import replace
from typing import TYPE_CHECKING

from stickdance.capture.media.consent_metadata import NOT_STATED, common_consent, recorded_consent

if TYPE_CHECKING:
    from stickdance.tools.make.options import MakeOptions

_QUESTION = "What did the person in {who} agree to (a line to keep with the result)? "


def asked_for(options: "MakeOptions") -> "MakeOptions":
    """Return the options with the consents kept in the videos, or a person's answers, if needed."""
    return _of_leader(_of_footage(options))


def _of_footage(options: "MakeOptions") -> "MakeOptions":
    if not options.footage or options.capture.consent != NOT_STATED:
        return options
    there = [video for video in options.footage if video.exists()]
    recorded = common_consent(there) if len(there) == len(options.footage) else None
    consent = recorded or asked(options.capture.consent)
    return replace(options, capture=replace(options.capture, consent=consent))


def _of_leader(options: "MakeOptions") -> "MakeOptions":
    video = options.follow
    if video is None or not video.is_file() or options.follow_consent != NOT_STATED:
        return options
    consent = recorded_consent(video) or asked(NOT_STATED, video.name)
    return replace(options, follow_consent=consent)


def asked(consent: str, who: str = "the footage") -> str:
    """Return what the person in `who` agrees to: as given, else as answered at a terminal."""
    nobody_to_ask = not (sys.stdin.isatty() and sys.stderr.isatty())
    if nobody_to_ask or consent != NOT_STATED:
        return consent
    print(_QUESTION.format(who=who), end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip() or NOT_STATED

"""Consent of the person filmed: asked for on a terminal, else recorded as not stated."""

import sys
from dataclasses import replace

from tools.song_to_video import MakeOptions

_QUESTION = "What did the person in the footage agree to (a line to keep with the result)? "


def asked_for(options: MakeOptions) -> MakeOptions:
    """Return the options with the answer of a person at the terminal, where one is needed."""
    nobody_to_ask = not (sys.stdin.isatty() and sys.stderr.isatty())
    if nobody_to_ask or not options.footage or options.consent != MakeOptions.consent:
        return options
    print(_QUESTION, end="", file=sys.stderr, flush=True)
    answer = sys.stdin.readline().strip()
    return replace(options, consent=answer or MakeOptions.consent)

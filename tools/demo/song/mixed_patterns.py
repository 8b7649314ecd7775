"""Patterns of parts that several grooves lend: the drums of one, the bass and chords of others.

So that what is fitted on composed songs learns what beats have in common, and no pattern by heart.
"""

from dataclasses import replace

import numpy as np

from stickdance.tools.demo.song.grooves import GROOVES, Groove, Pattern

_LEFT_OUT, _GHOSTS = 0.08, 0.05
_GHOST = "3"
_ALONE = 0.25


def mixed_pattern(random: np.random.Generator, groove: Groove) -> Pattern:
    """Return a pattern for the metre of `groove`, of parts of grooves that fit it."""
    lenders = [
        (one, pattern)
        for one in GROOVES.values()
        if one.metre == groove.metre and one.division == groove.division
        for pattern in one.patterns
    ]
    drums, bass, chords = (lenders[int(random.integers(len(lenders)))] for _ in range(3))
    own = groove.patterns[int(random.integers(len(groove.patterns)))]
    if random.random() < 0.5:
        drums = (groove, own)
    mixed = Pattern(
        {
            voice: _touched_up(random, _in_parts(text, drums[0].parts, groove.parts))
            for voice, text in drums[1].drums.items()
        },
        _in_parts(bass[1].bass, bass[0].parts, groove.parts),
        {
            voice: _touched_up(random, _in_parts(text, chords[0].parts, groove.parts))
            for voice, text in chords[1].chords.items()
        },
        chords[1].held,
    )
    return replace(mixed, drums={}) if random.random() < _ALONE else mixed


def _in_parts(text: str, have: int, want: int) -> str:
    """Return a pattern in another number of parts of a beat; what falls between is left out."""
    letters = text.replace(" ", "")
    if have == want:
        return letters
    if have < want:
        return "".join(letter + "." * (want // have - 1) for letter in letters)
    return letters[:: have // want]


def _touched_up(random: np.random.Generator, text: str) -> str:
    """Return a pattern of which a little is left out, and to which soft hits are added."""
    chances = random.random(len(text))
    letters = [
        ("." if chance < _LEFT_OUT else letter)
        if letter != "."
        else (_GHOST if chance < _GHOSTS else ".")
        for letter, chance in zip(text, chances, strict=True)
    ]
    return "".join(letters)

"""The notes of a section that a groove plays: its pattern bar after bar, and a tune above it.

Conventions: those of `style`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from stickdance.tools.demo.song.grooves import Groove, Pattern
from stickdance.tools.demo.song.mixed_patterns import mixed_pattern
from stickdance.tools.demo.song.notes import voiced_chord
from stickdance.tools.demo.song.style import FULLNESS, LOUDNESS, Note, SongStyle

_KICKS = ("kick", "deep_kick", "cajon")
_STEPS = {"r": 0, "t": 2, "f": 4, "o": 7}
_BALANCE = {"kick": 0.6, "hat": 0.8, "snare": 0.5, "bass": 0.5, "chords": 0.5, "tune": 0.5}
"""Standard deviation of each family's loudness from song to song, as a natural logarithm."""
_FAMILIES = {
    "kick": "kick", "deep_kick": "kick", "hat": "hat", "open_hat": "hat", "shaker": "hat",
    "ride": "hat", "snare": "snare", "rim": "snare", "clap": "snare", "brush": "snare",
    "woodblock": "snare", "cajon": "kick", "tambourine": "hat", "bass": "bass",
    "upright": "bass", "synth_bass": "bass",
}  # fmt: skip


Players = Literal["usual", "mixed", "kept", "drums"]
"""Who plays: the groove's own patterns, parts of several grooves together, those kept, or drums
of several grooves alone."""


@dataclass(frozen=True)
class Band:
    """Who plays a song's groove, and how."""

    groove: Groove
    kept: bool
    """Plays the patterns and instruments that nothing was fitted on."""
    patterns: Mapping[str, Pattern]
    """By label of the section."""
    balance: Mapping[str, float]
    """How loud each family of instruments is."""
    bass: str
    tune: str
    """Voices."""
    bars_per_chord: float
    bare: bool
    """Intro and outro are without the bass drum."""
    early: bool
    """The bar's last chord is the next bar's already."""
    alone: bool = False
    """Only drums play."""


def choose_band(
    random: np.random.Generator, groove: Groove, players: Players, tempo: float
) -> Band:
    """Choose how a groove is played in one song."""
    kept = players == "kept"
    choices = groove.kept if kept else groove.patterns
    if players in ("mixed", "drums"):
        choices = tuple(mixed_pattern(random, groove) for _ in range(2))
    verse, chorus = (choices[int(random.integers(len(choices)))] for _ in range(2))
    patterns = dict.fromkeys(FULLNESS, verse) | {"chorus": chorus}
    spread = {name: random.normal(0, sd) for name, sd in _BALANCE.items()}
    balance = {name: float(np.exp(np.clip(off, -1, 1))) for name, off in spread.items()}
    slow = groove.metre * 60 / tempo > 2.2
    chords = (0.5, 1.0, 1.0) if slow and groove.metre == 4 else (1.0, 1.0, 2.0)
    return Band(
        groove, kept, patterns, balance, str(random.choice(("bass", "upright"))),
        str(random.choice(("flute", "brass", "organ"))), float(random.choice(chords)),
        bool(random.random() < 0.5), bool(random.random() < 0.15), players == "drums",
    )  # fmt: skip


def write_groove(
    random: np.random.Generator, band: Band, style: SongStyle, label: str, bars: int
) -> tuple[Note, ...]:
    """Return the notes of one section, drums included."""
    pattern = band.patterns[label]
    bare = band.bare and label in ("intro", "outro")
    notes = [
        note
        for note in _drums(band, pattern, bars)
        if not (bare and note.voice in _KICKS)
    ]  # fmt: skip
    if not band.alone:
        notes += [
            *_bass(band, style, pattern, label, bars),
            *_chords(band, style, pattern, label, bars),
        ]
    if label == "chorus":
        notes.append(Note("crash", 0, 4, 50, 0.7))
    if band.groove.tune and label != "intro":
        notes += write_tune(random, band, style, label, bars * style.metre)
    loud = LOUDNESS[label]
    return tuple(replace(note, velocity=min(1.6, note.velocity * loud)) for note in notes)


def write_tune(
    random: np.random.Generator, band: Band, style: SongStyle, label: str, beats: int
) -> list[Note]:
    """Return a tune that mostly begins notes on beats: four bars of rhythm, again and again."""
    if band.alone:
        return []
    metre, half = style.metre, 2 / 3 if band.groove.division == 3 else 0.5
    places = sorted(
        [float(beat) for beat in range(4 * metre) if random.random() < 0.6]
        + [beat + half for beat in range(4 * metre) if random.random() < 0.3]
    )
    voice = "reed" if band.kept else ("lead" if label == "chorus" else band.tune)
    step, notes = 9, []
    for phrase in range(0, beats, 4 * metre):
        for place, until in zip(places, [*places[1:], float(4 * metre)], strict=False):
            step = int(np.clip(step + random.choice((-2, -1, 1, 2)), 5, 15))
            if phrase + place < beats:
                length = 0.9 * min(until - place, 2.0)
                pitch = style.key.pitch(step)
                notes.append(Note(voice, phrase + place, length, pitch, 0.6 * band.balance["tune"]))
    return notes


def _drums(band: Band, pattern: Pattern, bars: int) -> Iterator[Note]:
    for voice, text in pattern.drums.items():
        for at, letter in _struck(band.groove, text, bars):
            loud = int(letter) / 9 * band.balance[_FAMILIES[voice]]
            yield Note(voice, at, 0.5, 50, loud)


def _bass(band: Band, style: SongStyle, pattern: Pattern, label: str, bars: int) -> Iterator[Note]:
    voice = "synth_bass" if band.kept else band.bass
    for (at, letter), length in _with_lengths(
        _struck(band.groove, pattern.bass, bars), bars * style.metre
    ):
        if letter == "n":
            step = _chord(band, style, label, at + style.metre) - 1
        else:
            step = _chord(band, style, label, at) + _STEPS[letter]
        pitch = style.key.pitch(step)
        pitch -= 12 * -(-(pitch - 45) // 12) if pitch > 45 else 0
        yield Note(voice, at, min(length, 2.0) * 0.9, pitch, 0.8 * band.balance["bass"])


def _chords(
    band: Band, style: SongStyle, pattern: Pattern, label: str, bars: int
) -> Iterator[Note]:
    for voice, text in pattern.chords.items():
        struck = _struck(band.groove, text, bars)
        for (at, letter), length in _with_lengths(struck, bars * style.metre):
            ahead = 0.5 if band.early and at % style.metre >= style.metre - 0.5 else 0.0
            chord = _chord(band, style, label, at + ahead)
            held = length * 0.98 if pattern.held or voice == "pad" else min(0.4, length)
            for pitch in voiced_chord(style.key, chord, style.key.root + 9):
                loud = int(letter) / 11 * band.balance["chords"]
                yield Note(voice, at, held, pitch, loud)


def _chord(band: Band, style: SongStyle, label: str, beat: float) -> int:
    """Return the scale step of the chord's root at a beat of a section."""
    progression = style.progressions[label]
    place = int((beat + 1e-6) / (band.bars_per_chord * style.metre))
    return progression[place % len(progression)]


def _struck(groove: Groove, text: str, bars: int) -> list[tuple[float, str]]:
    """Return (beat, character) of all that a pattern strikes in so many bars."""
    letters = text.replace(" ", "")
    across = groove.metre * groove.parts
    if len(letters) % across:
        raise ValueError(f"a pattern of {len(letters)} characters: {text!r}")
    return [
        (place / groove.parts, letters[place % len(letters)])
        for place in range(bars * across)
        if letters[place % len(letters)] != "."
    ]


def _with_lengths(
    struck: Sequence[tuple[float, str]], end: float
) -> Iterator[tuple[tuple[float, str], float]]:
    """Yield each with the beats until the next one."""
    ends = [*(at for at, _ in struck[1:]), end][: len(struck)]
    for one, until in zip(struck, ends, strict=True):
        yield one, until - one[0]

"""The notes of a composed song: bass, chords and melody of each section, and its drums.

A section's notes are written once for its label and heard again wherever the label returns.

Conventions: those of `style`.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from stickdance.tools.demo.song.drums import write_drums
from stickdance.tools.demo.song.style import FAST, FULLNESS, LOUDNESS, Key, Note, SongStyle

_Pattern = tuple[tuple[float, ...], ...]
"""Notes within a bar: each a beat, a length, and what else the voice needs."""

_RHYTHMS: dict[int, tuple[_Pattern, ...]] = {
    4: (
        ((0, 1), (1, 0.5), (1.5, 0.5), (2, 1.5)),
        ((0, 1.5), (1.5, 0.5), (2, 1), (3, 1)),
        ((0, 0.5), (0.5, 0.5), (1, 1), (2, 2)),
        ((0.5, 0.5), (1, 1), (2, 0.5), (2.5, 0.5), (3, 1)),
        ((0, 1), (1, 1), (2, 1), (3, 0.5), (3.5, 0.5)),
        ((0, 2), (2, 1), (3, 1)),
    ),
    3: (
        ((0, 2), (2, 1)),
        ((0, 1), (1, 1), (2, 1)),
        ((0, 1.5), (1.5, 0.5), (2, 1)),
        ((0, 1), (1, 0.5), (1.5, 0.5), (2, 1)),
        ((0, 2), (2, 0.5), (2.5, 0.5)),
    ),
}
_COMPING: dict[int, tuple[_Pattern, ...]] = {
    3: (((1, 0.8), (2, 0.8)), ((0, 0.9), (1, 0.8), (2, 0.8))),
    4: (
        ((0, 1.4), (1.5, 0.4), (2, 1.4)),
        ((0, 0.9), (1, 0.9), (2, 0.9), (3, 0.9)),
        ((0, 1.4), (1.5, 1.4), (3, 0.9)),
    ),
}
_BASS_LINES: dict[int, tuple[_Pattern, ...]] = {  # beat, length, scale steps above the chord's root
    3: (((0, 1.8, 0), (2, 0.8, 4)), ((0, 1.8, 0), (2, 0.8, 0))),
    4: (
        ((0, 1.4, 0), (1.5, 0.4, 0), (2, 1.4, 4), (3.5, 0.4, 4)),
        ((0, 1.9, 0), (2, 1.4, 0), (3.5, 0.4, 4)),
        ((0, 0.9, 0), (1, 0.9, 4), (2, 0.9, 7), (3, 0.9, 4)),
    ),
}
_MELODY_FROM = {"intro": 9, "verse": 7, "chorus": 11, "bridge": 9, "outro": 9}


def write_section(
    random: np.random.Generator, style: SongStyle, label: str, bars: int
) -> tuple[Note, ...]:
    """Return the notes of one section, drums included."""
    progression = style.progressions[label]
    chords = [progression[bar % len(progression)] for bar in range(bars)]
    notes = [
        *_bass(random, style, label, chords),
        *_chords(random, style, label, chords),
        *write_drums(random, style, label, bars),
    ]
    if label != "intro":
        notes += _melody(random, style, label, chords)
    return tuple(replace(note, velocity=note.velocity * LOUDNESS[label]) for note in notes)


def _melody(
    random: np.random.Generator, style: SongStyle, label: str, chords: Sequence[int]
) -> list[Note]:
    """Return a tune of phrases a b a c: two motifs, one of them again, and a long note."""
    rhythms = _RHYTHMS[style.metre]
    first, second = (rhythms[place] for place in random.permutation(len(rhythms))[:2])
    motifs = [(rhythm, _contour(random, len(rhythm))) for rhythm in (first, second)]
    ending = (((0.0, style.metre - 0.5),), (0,))
    phrase = (motifs[0], motifs[1], motifs[0], ending)
    voice = "lead" if label == "chorus" else "flute"
    notes, step = [], _MELODY_FROM[label]
    for bar, chord in enumerate(chords):
        rhythm, contour = phrase[bar % 4]
        for (start, length), move in zip(rhythm, contour, strict=True):
            step = _kept_near(step + move, _MELODY_FROM[label])
            if start % 2 == 0:
                step = _nearest_chord_step(step, chord)
            velocity = (0.85 if start == 0 else 0.7) * (0.75 + 0.25 * FULLNESS[label])
            at = bar * style.metre + start
            notes.append(Note(voice, at, length * 0.92, style.key.pitch(step), velocity))
    return notes


def _contour(random: np.random.Generator, count: int) -> tuple[int, ...]:
    return tuple(int(move) for move in random.choice((-2, -1, -1, 1, 1, 2, 3), count))


def _kept_near(step: int, middle: int) -> int:
    while step > middle + 5:
        step -= 4
    while step < middle - 4:
        step += 4
    return step


def _nearest_chord_step(step: int, chord: int) -> int:
    return min(
        (step + move for move in (0, 1, -1, 2, -2)),
        key=lambda near: (near - chord) % 7 not in (0, 2, 4),
    )


def _chords(
    random: np.random.Generator, style: SongStyle, label: str, chords: Sequence[int]
) -> list[Note]:
    """Return a pad that holds each bar's chord, and keys that play it in a rhythm."""
    metre, fullness = style.metre, FULLNESS[label]
    hits = _one_of(random, _COMPING[metre])
    notes, above = [], style.key.root + 9
    for bar, chord in enumerate(chords):
        pitches = voiced_chord(style.key, chord, above)
        for pitch in pitches:
            notes.append(Note("pad", bar * metre, metre * 0.98, pitch, 0.5 + 0.35 * fullness))
            notes += [
                Note("keys", bar * metre + at, length, pitch, (0.8 if at == 0 else 0.6) * fullness)
                for at, length in hits
            ]
    return notes


def voiced_chord(key: Key, chord: int, above: int) -> list[int]:
    """Return the chord's three pitches in the octave from `above`, so that voices move little."""
    pitches = (key.pitch(chord + third) for third in (0, 2, 4))
    return sorted(above + (pitch - above) % 12 for pitch in pitches)


def _bass(
    random: np.random.Generator, style: SongStyle, label: str, chords: Sequence[int]
) -> list[Note]:
    """Return a line of roots, fifths and octaves that always marks the bar's first beat."""
    metre = style.metre
    line = _one_of(random, _BASS_LINES[metre])
    if style.tempo > FAST and metre == 4:
        line = _BASS_LINES[4][2]
    elif label == "chorus":
        step = 1.0 if style.tempo > FAST or metre == 3 else 0.5
        places = np.arange(0, metre, step)
        line = tuple((at, 0.85 * step, 7 if at % 2 == 1.5 else 0) for at in places)
    velocity = 0.6 + 0.35 * FULLNESS[label]
    return [
        Note("bass", bar * metre + at, length, _low(style.key, chord + int(interval)), velocity)
        for bar, chord in enumerate(chords)
        for at, length, interval in line
    ]


def _one_of(random: np.random.Generator, choices: Sequence[_Pattern]) -> _Pattern:
    return choices[int(random.integers(len(choices)))]


def _low(key: Key, step: int) -> int:
    """Return the pitch of a scale step in the bass's octave and a half, from the E of 41 Hz."""
    pitch = key.pitch(step)
    while pitch > 45:
        pitch -= 12
    while pitch < 28:
        pitch += 12
    return pitch

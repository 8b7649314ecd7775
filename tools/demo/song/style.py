"""What the sections of a composed song share: notes, key, chord progressions, fullness.

Conventions: times and lengths in beats from the section's start; pitches are MIDI numbers (60 is
the middle C); a scale step counts the notes of the scale, 0 the key's root, 7 the octave above.
"""

from dataclasses import dataclass

import numpy as np

MAJOR, MINOR = (0, 2, 4, 5, 7, 9, 11), (0, 2, 3, 5, 7, 8, 10)

# none is another one begun elsewhere, so that no section is taken for another by its chords
_PROGRESSIONS: dict[tuple[int, ...], tuple[tuple[int, ...], ...]] = {
    MAJOR: (
        (0, 4, 5, 3), (0, 5, 3, 4), (5, 1, 3, 4), (0, 3, 5, 4), (3, 4, 2, 5), (1, 4, 0, 5),
    ),
    MINOR: (
        (0, 5, 2, 6), (0, 3, 5, 4), (5, 6, 0, 0), (0, 6, 5, 4), (3, 0, 5, 6), (0, 2, 6, 3),
    ),
}  # fmt: skip
FAST = 150.0
"""Beats a minute above which nothing is played between the beats but tunes."""
LOUDNESS = {"intro": 0.75, "verse": 0.8, "chorus": 1.0, "bridge": 0.75, "outro": 0.75}
"""How loudly each section is played."""
FULLNESS = {"intro": 0.5, "verse": 0.6, "chorus": 1.0, "bridge": 0.6, "outro": 0.55}
"""How many and how busy its instruments are."""


@dataclass(frozen=True)
class Note:
    """One note of one voice."""

    voice: str
    """A name in `voices.VOICES`."""
    start: float
    length: float
    pitch: int
    """Of no meaning to the drums but the toms."""
    velocity: float
    """0..1"""


@dataclass(frozen=True)
class Key:
    """The notes that a song is made of."""

    root: int
    """MIDI pitch of step 0."""
    scale: tuple[int, ...]

    def pitch(self, step: int) -> int:
        """Return the MIDI pitch of a scale step."""
        octave, place = divmod(step, len(self.scale))
        return self.root + 12 * octave + self.scale[place]

    @property
    def name(self) -> str:
        """Return the name, e.g. "F# minor"."""
        names = ("C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B")
        return f"{names[self.root % 12]} {'major' if self.scale == MAJOR else 'minor'}"


@dataclass(frozen=True)
class SongStyle:
    """What all sections of a song share."""

    key: Key
    metre: int
    tempo: float
    progressions: dict[str, tuple[int, ...]]
    """Scale steps of the chords' roots by section label, a chord for each bar, repeated."""


def choose_style(random: np.random.Generator, tempo: float, metre: int) -> SongStyle:
    """Choose a key, and for each section a chord progression; only the outro shares one."""
    scale = MAJOR if random.random() < 0.6 else MINOR
    choices = [_PROGRESSIONS[scale][place] for place in random.permutation(6)]
    verse, chorus, bridge, intro = choices[:4]
    progressions = {
        "intro": intro, "verse": verse, "chorus": chorus, "bridge": bridge, "outro": chorus,
    }  # fmt: skip
    return SongStyle(Key(48 + int(random.integers(-5, 7)), scale), metre, tempo, progressions)

"""Verses that vary: other words to the tune, other drums, and a rise of the key from a return on.

What returns in a record is seldom the same sound twice. Words are other lengths of the tune's
notes, some of them on a neighbouring step; drums are played on other instruments and more thinly.

Conventions: those of `style`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from stickdance.tools.demo.song.form import FormPart
from stickdance.tools.demo.song.style import Key, Note

_TUNES = ("flute", "lead", "reed", "brass")
_OTHER_DRUMS = {
    "hat": ("shaker", "ride", "tambourine"), "open_hat": ("ride", "tambourine"),
    "shaker": ("hat", "ride"), "ride": ("hat", "shaker"), "tambourine": ("shaker", "hat"),
    "snare": ("rim", "brush", "clap"), "rim": ("clap", "brush", "snare"), "brush": ("rim", "snare"),
    "clap": ("rim", "snare"), "woodblock": ("rim", "clap"),
}  # fmt: skip
_SPLIT, _JOINED, _MOVED = 0.3, 0.15, 0.2  # shares of the tune's notes
_LONG = 0.7  # beats; what is shorter is one syllable
_OTHER = 0.7  # of verses have other drums
_THINNED = 0.5  # of those have drums on beats alone
_RAISED = 0.6  # of songs


@dataclass(frozen=True)
class Variation:
    """How a song's sections differ each time that they are heard."""

    seed: int
    key: Key
    form: Sequence[FormPart]

    def of(self, place: int, notes: Sequence[Note]) -> tuple[Note, ...]:
        """Return the notes of the section at a place of the form from those written for its label.

        Choruses return as they were, but for the key.
        """
        random = np.random.default_rng([self.seed, 2027, place])
        label = self.form[place].label
        returns = any(part.label == label for part in self.form[:place])
        if label == "verse" and returns:
            notes = other_words(random, self.key, notes)
            if random.random() < _OTHER:
                notes = other_drums(random, notes)
        first, up = self._raised()
        if place < first:
            return tuple(notes)
        return tuple(replace(note, pitch=note.pitch + up) for note in notes)

    def _raised(self) -> tuple[int, int]:
        """Return from which place on all sounds higher, and by how many semitones."""
        random = np.random.default_rng([self.seed, 2028])
        returning = [
            place
            for place, part in enumerate(self.form)
            if part.label in ("verse", "chorus")
            and any(earlier.label == part.label for earlier in self.form[:place])
        ]  # fmt: skip
        if not returning or random.random() > _RAISED:
            return len(self.form), 0
        return int(random.choice(returning)), int(random.choice((1, 2, 2, 3)))


def other_words(random: np.random.Generator, key: Key, notes: Sequence[Note]) -> tuple[Note, ...]:
    """Return a section whose tune has other lengths and, here and there, other notes."""
    tune = [note for note in notes if note.voice in _TUNES]
    sung: list[Note] = []
    for note in tune:
        kind = random.random()
        if kind < _SPLIT and note.length >= _LONG:
            half = note.length / 2
            sung += [replace(note, length=half),
                     replace(note, start=note.start + half, length=half)]  # fmt: skip
        elif kind > 1 - _JOINED and sung:
            sung[-1] = replace(sung[-1], length=note.start + note.length - sung[-1].start)
        elif kind > 1 - _JOINED - _MOVED:
            steps = [key.pitch(step) for step in range(-14, 36)]
            near = sorted(steps, key=lambda pitch: abs(pitch - note.pitch))
            sung.append(replace(note, pitch=near[int(random.integers(1, 3))]))
        else:
            sung.append(note)
    return (*(note for note in notes if note.voice not in _TUNES), *sung)


def other_drums(random: np.random.Generator, notes: Sequence[Note]) -> tuple[Note, ...]:
    """Return a section whose drums are other instruments, in some songs only on beats."""
    instead = {voice: str(random.choice(others)) for voice, others in _OTHER_DRUMS.items()}
    thinned = random.random() < _THINNED
    return tuple(
        replace(note, voice=instead.get(note.voice, note.voice))
        for note in notes
        if not (thinned and note.voice in instead and note.start % 1)
    )

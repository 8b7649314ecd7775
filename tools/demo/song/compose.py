"""Composed songs: music without any download, whose beats, bars and sections are known exactly.

A seed chooses tempo, metre, swing, key, chords, tunes and the order of sections; drums, bass,
chords and melody are synthesised. The same section is the same music whenever it returns, but for
small differences of touch, as players make them, and a drum roll before a chorus; with `varied`,
verses have other words and other drums each time, and keys rise.

Conventions: seconds from the first sample; stereo float32 in [-1, 1], 44,100 samples a second.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import soundfile
from scipy.signal import lfilter

from stickdance.checkpoints.errors import BadInput
from stickdance.checkpoints.files import whole_file
from stickdance.tools.demo.song.drums import write_fill
from stickdance.tools.demo.song.form import FormPart, choose_form
from stickdance.tools.demo.song.groove_notes import Players, choose_band, write_groove, write_tune
from stickdance.tools.demo.song.grooves import GROOVES
from stickdance.tools.demo.song.mix import Sounding, record
from stickdance.tools.demo.song.notes import write_section
from stickdance.tools.demo.song.style import Note, SongStyle, choose_style
from stickdance.tools.demo.song.variation import Variation
from stickdance.tools.demo.song.voices import RATE

SLOWEST, FASTEST = 60.0, 180.0
"""Beats a minute."""
SHORTEST, LONGEST = 8.0, 1800.0
"""Seconds that can be asked for."""

_RINGING = 2.5  # seconds after the last beat
_TIGHT = ("kick", "snare", "rim")  # these are the beat, so they are struck on it
_LATEST = 0.01  # seconds that a player is off at most
_SWAY_BEATS = 32  # from one hurried place to the next
_MOST_SWAY = 0.15


@dataclass(frozen=True)
class ComposedSection:
    """A section of a composed song."""

    label: str
    """"intro", "verse", "chorus", "bridge" or "outro"."""
    start: float
    end: float


@dataclass(frozen=True)
class ComposedSong:
    """A song and the truth about it."""

    samples: np.ndarray
    """(samples, 2) float32 in [-1, 1]."""
    rate: int
    beats: np.ndarray
    """(beats,) float64, seconds; the last one is the closing chord's."""
    downbeats: np.ndarray
    """(bars + 1,) float64, seconds: the first beats of bars, and the closing chord."""
    sections: tuple[ComposedSection, ...]
    """From the first downbeat to the closing chord, without a gap."""
    tempo: float
    """Beats a minute."""
    metre: int
    """Beats in a bar: 3 or 4, by its groove also 5 or 7."""
    swing: float
    """Where in a beat its second half begins: 0.5 straight, 0.667 triplets."""
    sway: float
    """Share by which beats are shorter, then longer, every 32 beats; 0: steady."""
    key: str
    """E.g. "F# minor"."""
    seed: int
    groove: str = ""
    """A name in `grooves.GROOVES`, where one was asked for."""
    division: int = 2
    """Parts that a beat is heard in: 3 in 12/8 and shuffles."""

    @property
    def seconds(self) -> float:
        """Return the length, ringing out included."""
        return len(self.samples) / self.rate

    @property
    def bars(self) -> np.ndarray:
        """Return (bars, 2) seconds at which each bar starts and ends."""
        return np.stack([self.downbeats[:-1], self.downbeats[1:]], 1)


def compose(
    seed: int,
    *,
    seconds: float | None = None,
    tempo: float | None = None,
    metre: int | None = None,
    swing: float | None = None,
    bridge: bool | None = None,
    sway: float | None = None,
    groove: str | None = None,
    players: Players = "usual",
    varied: bool = False,
) -> ComposedSong:
    """Compose a song; the same arguments give the same samples.

    Args:
        seed: chooses all that is not given.
        seconds: about how long (whole sections), 8..1800; None: about a minute.
        tempo: beats a minute, 60..180.
        metre: 3 or 4 beats a bar; a groove has its own.
        swing: 0.5 (straight) .. 0.67 (triplets).
        bridge: whether a bridge leads to the last chorus.
        sway: 0 (steady) .. 0.15 (beats 15 % shorter, then 15 % longer, and so on).
        groove: a name in `grooves.GROOVES`, whose metre and usual tempo it has.
        players: with "mixed" other grooves lend parts; with "drums" these play alone; with "kept"
            patterns and instruments are those that nothing was fitted on.
        varied: whether verses return with other words and other drums, and keys rise.

    Raises:
        BadInput: a value outside its range.
    """
    if groove is not None:
        return _with_groove(seed, groove, players, seconds, tempo, bridge, sway, varied)
    sway = 0.0 if sway is None else sway
    random = np.random.default_rng([seed, 2003])
    chosen = _chosen(random)
    tempo = chosen.tempo if tempo is None else _within("tempo", tempo, SLOWEST, FASTEST)
    metre = chosen.metre if metre is None else int(_within("metre", metre, 3, 4))
    swing = chosen.swing if swing is None else _within("swing", swing, 0.5, 0.67)
    wanted = chosen.seconds if seconds is None else _within("seconds", seconds, SHORTEST, LONGEST)
    form = choose_form(random, wanted - _RINGING, metre * 60 / tempo, bridge)
    style = choose_style(random, tempo, metre)
    grid = _Grid(tempo, swing, chosen.lead_in, _within("sway", sway, 0, _MOST_SWAY))
    bars = sum(part.bars for part in form)
    beats = grid.beats(bars * metre + 1)
    variation = Variation(seed, style.key, form) if varied else None
    write = partial(write_section, random, style)
    notes = _performed(random, style, form, grid, write, variation)
    samples = record(notes, float(beats[-1]) + _RINGING)
    return ComposedSong(
        samples, RATE, beats, beats[::metre], _sections(form, beats[::metre]), tempo, metre, swing,
        sway, style.key.name, seed,
    )  # fmt: skip


def _with_groove(
    seed: int,
    name: str,
    players: Players,
    seconds: float | None,
    tempo: float | None,
    bridge: bool | None,
    sway: float | None,
    varied: bool,
) -> ComposedSong:
    if name not in GROOVES:
        raise BadInput(f"groove: found {name!r}, expected one of {', '.join(GROOVES)}")
    groove = GROOVES[name]
    random = np.random.default_rng([seed, 2026])
    low, high = groove.tempi
    tempo = (
        round(random.uniform(low, high), 1) if tempo is None else _within("tempo", tempo, 40, 230)
    )
    swing = round(float(random.uniform(*groove.swing)), 3)
    if sway is None:
        sway = groove.sway or float(random.choice((0, 0, 0.01, 0.02)))
    pickup = int(random.integers(1, groove.metre)) if random.random() < 0.25 else 0
    wanted = (
        random.uniform(30, 40)
        if seconds is None
        else _within("seconds", seconds, SHORTEST, LONGEST)
    )
    form = choose_form(random, wanted - _RINGING, groove.metre * 60 / tempo, bridge)
    style = choose_style(random, tempo, groove.metre)
    band = choose_band(random, groove, players, tempo)
    bars = sum(part.bars for part in form)
    drift = _drift(random, pickup + (bars + 2) * groove.metre) if random.random() < 0.5 else None
    grid = _Grid(
        tempo, swing, float(random.uniform(0.1, 0.9)), _within("sway", sway, 0, _MOST_SWAY), drift
    )
    beats = grid.beats(pickup + bars * groove.metre + 1)
    write = partial(write_groove, random, band, style)
    upbeat = write_tune(random, band, style, "verse", pickup)
    variation = Variation(seed, style.key, form) if varied else None
    notes = _performed(random, style, form, grid, write, variation, pickup, upbeat)
    samples = record(notes, float(beats[-1]) + _RINGING)
    downbeats = beats[pickup :: groove.metre]
    return ComposedSong(
        samples, RATE, beats, downbeats, _sections(form, downbeats), tempo, groove.metre, swing,
        sway, style.key.name, seed, name, groove.division,
    )  # fmt: skip


def write_song(song: ComposedSong, path: Path, *, truth: bool = False) -> Path:
    """Write a song as a 16-bit WAV and return its path.

    Args:
        song: what `compose` made.
        path: a name that ends in .wav.
        truth: also write tempo, beats, bars and sections beside it, as NAME.json.

    Raises:
        OutputFailed: no space or no permission.
    """
    path = Path(path)
    values = np.rint(song.samples * 32767).astype(np.int16)
    with whole_file(path) as temporary:
        soundfile.write(temporary, values, song.rate, subtype="PCM_16", format="WAV")
    if truth:
        with whole_file(path.with_suffix(".json")) as temporary:
            temporary.write_text(json.dumps(truth_of(song), indent=1) + "\n", encoding="utf-8")
    return path


def truth_of(song: ComposedSong) -> dict[str, object]:
    """Return what is known of a song as JSON values; times in seconds."""
    return {
        "seed": song.seed,
        "seconds": song.seconds,
        "tempo": song.tempo,
        "metre": song.metre,
        "swing": song.swing,
        "sway": song.sway,
        "key": song.key,
        **({"groove": song.groove, "division": song.division} if song.groove else {}),
        "beats": [round(float(time), 6) for time in song.beats],
        "downbeats": [round(float(time), 6) for time in song.downbeats],
        "sections": [
            {"label": one.label, "start": round(one.start, 6), "end": round(one.end, 6)}
            for one in song.sections
        ],
    }


@dataclass(frozen=True)
class _SongTraits:
    tempo: float
    metre: int
    swing: float
    seconds: float
    lead_in: float
    """Seconds of silence before the first beat."""


def _chosen(random: np.random.Generator) -> _SongTraits:
    tempo = float(random.integers(int(SLOWEST), int(FASTEST) + 1))
    metre = 3 if random.random() < 0.25 else 4
    swung = random.random() < 0.35 and tempo < 150
    swing = round(float(random.uniform(0.56, 0.667)), 3) if swung else 0.5
    return _SongTraits(
        tempo, metre, swing, float(random.uniform(55, 70)), float(random.uniform(0.1, 0.5))
    )


def _within(name: str, value: float, low: float, high: float) -> float:
    if not low <= value <= high or (name == "metre" and value not in (3, 4)):
        raise BadInput(f"{name}: found {value:g}, expected {low:g} to {high:g}")
    return float(value)


@dataclass(frozen=True)
class _Grid:
    """Turns beats into seconds."""

    tempo: float
    swing: float
    lead_in: float
    sway: float
    drift: np.ndarray | None = None
    """(beats,) by how many beats players are late by then, as their tempo wanders."""

    def beats(self, count: int) -> np.ndarray:
        return np.array([self._second(beat) for beat in range(count)])

    def at(self, beat: float) -> float:
        """Return the seconds of any place between beats, the second half-beat swung."""
        whole, rest = divmod(beat, 1)
        late = rest * self.swing * 2 if rest < 0.5 else 1 - (1 - rest) * (1 - self.swing) * 2
        return self._second(whole + late)

    def _second(self, beat: float) -> float:
        """Return when a beat comes: the integral over beats of 60 / tempo * (1 - sway * sin)."""
        turn = 2 * np.pi / _SWAY_BEATS
        hurried = self.sway / turn * (1 - np.cos(turn * beat))
        if self.drift is not None:
            hurried -= np.interp(beat, np.arange(len(self.drift)), self.drift)
        return float(self.lead_in + (beat - hurried) * 60 / self.tempo)


def _drift(random: np.random.Generator, beats: int) -> np.ndarray:
    """Return how late players are on each beat whose tempo wanders by one to three per cent."""
    steps = random.normal(0, random.uniform(0.004, 0.012), beats)
    wander = lfilter([1], [1, -0.92], steps)
    return np.cumsum(np.clip(wander, -0.06, 0.06))


def _sections(form: tuple[FormPart, ...], downbeats: np.ndarray) -> tuple[ComposedSection, ...]:
    ends = np.cumsum([part.bars for part in form])
    return tuple(
        ComposedSection(part.label, float(downbeats[end - part.bars]), float(downbeats[end]))
        for part, end in zip(form, ends, strict=True)
    )


def _performed(
    random: np.random.Generator,
    style: SongStyle,
    form: tuple[FormPart, ...],
    grid: _Grid,
    write: Callable[[str, int], tuple[Note, ...]],
    variation: Variation | None,
    first: int = 0,
    upbeat: Sequence[Note] = (),
) -> Iterator[Sounding]:
    """Yield all notes in seconds, played by people, then the closing chord."""
    written: dict[str, tuple[Note, ...]] = {}
    play = partial(_touched, random, grid)
    yield from (play(note, 0) for note in upbeat)
    for place, part in enumerate(form):
        if part.label not in written:
            written[part.label] = write(part.label, part.bars)
        notes = written[part.label]
        if variation:
            notes = variation.of(place, notes)
        if place + 1 < len(form) and form[place + 1].label == "chorus":
            notes = (*notes, *write_fill(random, style, part.bars))
        yield from (play(note, first) for note in notes)
        first += part.bars * style.metre
    yield from (play(note, first) for note in _closing(style))


def _closing(style: SongStyle) -> list[Note]:
    root = style.key.root
    third = style.key.scale[2]
    chord = [Note("pad", 0, 2, root + step, 0.8) for step in (12, 12 + third, 19)]
    chord += [Note("keys", 0, 2, root + step, 0.8) for step in (12, 12 + third, 19)]
    return [*chord, Note("bass", 0, 2, root - 12, 0.8), Note("kick", 0, 1, 50, 1.0),
            Note("crash", 0, 4, 50, 0.6)]  # fmt: skip


def _touched(random: np.random.Generator, grid: _Grid, note: Note, first: int) -> Sounding:
    """Return a note as a player plays it: a little early or late, softer or louder."""
    off = (
        0.0 if note.voice in _TIGHT else float(np.clip(random.normal(0, 0.004), -_LATEST, _LATEST))
    )
    velocity = note.velocity * float(random.uniform(0.92, 1.05))
    length = note.length * 60 / grid.tempo
    return Sounding(note.voice, grid.at(first + note.start) + off, length, note.pitch, velocity)

"""What tells the first beat of a bar from the others: sounds, bass, chords, and new things.

Of each beat: what starts on it and between it and the next, by register; how loud, how deep and how
high the bass is, whether it plays the chord's root or its fifth; how much chords, bass and timbre
change there against one to sixteen beats before. What each of these tells of each beat of a bar of
three, four, five or seven was fitted on composed songs (`bar_weights.json`, by
`python -m stickdance.tools.benchmarks.fit_bars`).
"""

import json
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import numpy as np
from scipy.ndimage import maximum_filter1d

from stickdance.choreography.music.analysis import Hearing
from stickdance.choreography.music.chroma import BASS_HZ, change_of_notes
from stickdance.choreography.music.onsets import DELAY, FRAME_RATE
from stickdance.choreography.music.tempo import levelled

WEIGHTS = Path(__file__).with_name("bar_weights.json")
_PLACES = {"low": (0, 0.5, 0.75), "snare": (0, 0.5), "high": (0, 0.5)}  # shares of a beat
_DEEP = 110.0  # Hz
_ABOVE_FIFTH = 7  # semitones
_TREBLE = 18  # of 24 mel bands, the first of the highest
_MOST = 3.0  # standard deviations that one beat counts
_PEAK, _PEAKS = 0.8, 4.0  # standard deviations of a boundary's novelty, and what it counts
_AROUND = 17  # beats among which it is the greatest


def bar_evidence(hearing: Hearing, times: np.ndarray) -> np.ndarray:
    """Return (beats, marks) what marks each beat, in standard deviations.

    Args:
        hearing: what was heard in the song.
        times: (beats,) rising seconds of its beats.
    """
    return np.stack([row for _, row in _marks(hearing, times)], axis=1)


def mark_names(hearing: Hearing, times: np.ndarray) -> tuple[str, ...]:
    """Return the names of the marks, in order."""
    return tuple(name for name, _ in _marks(hearing, times))


@lru_cache(maxsize=1)
def bar_weights() -> dict[int, np.ndarray]:
    """Return what each mark tells of each beat of a bar: by metre, (marks, metre)."""
    values = json.loads(WEIGHTS.read_text(encoding="utf-8"))["weights"]
    return {int(metre): np.array(list(rows.values())) for metre, rows in values.items()}


def _marks(hearing: Hearing, times: np.ndarray) -> Iterator[tuple[str, np.ndarray]]:
    edges = np.append(times, 2 * times[-1] - times[-2])
    notes, timbre = hearing.chroma.within(edges), hearing.timbre.within(edges)
    rows = [*_starts(hearing, edges), ("chord", change_of_notes(notes)),
            ("bass rise", hearing.chroma.bass_rise(edges))]  # fmt: skip
    rows += _bass(hearing.chroma.bass_within(edges), notes)
    rows += [(f"chords {reach}", _change(notes, reach)) for reach in (4, 8)]
    rows += [(f"timbre {reach}", _change(timbre, reach)) for reach in (1, 4, 8, 16)]
    rows += [("louder", _rise(timbre)), ("brighter", _rise(timbre[:, _TREBLE:]))]
    for name, row in rows:
        yield name, np.clip(_scaled(row), -_MOST, _MOST)
    for reach in (8, 16):
        yield f"peaks {reach}", _peaks(_change(timbre, reach), _change(notes, reach))


def _starts(hearing: Hearing, edges: np.ndarray) -> Iterator[tuple[str, np.ndarray]]:
    """Yield how strongly sounds start on beats and on the way to the next, by register."""
    onsets = hearing.onsets
    level = {
        name: maximum_filter1d(np.clip(levelled(getattr(onsets, name)), 0, 4), 5)
        for name in ("low", "middle", "high")
    }
    level["snare"] = np.sqrt(level["middle"] * level["high"])
    for name, shares in _PLACES.items():
        for share in shares:
            seconds = edges[:-1] + share * np.diff(edges)
            frames = np.round((seconds - DELAY) * FRAME_RATE).astype(int)
            yield f"{name} {share}", level[name][np.clip(frames, 0, len(onsets) - 1)]


def _bass(loud: np.ndarray, notes: np.ndarray) -> Iterator[tuple[str, np.ndarray]]:
    """Yield what the bass does.

    Args:
        loud: (beats, bins) of the bass.
        notes: (beats, 12) that sound.
    """
    whole = loud.sum(axis=1)
    yield "bass loud", whole
    yield "bass deep", loud[:, BASS_HZ < _DEEP].sum(axis=1) / (whole + 1e-9)
    yield "bass pitch", np.log2(BASS_HZ)[loud.argmax(axis=1)]
    apart = np.mod(12 * np.log2(BASS_HZ / 440)[:, None] + 9 - np.arange(12) + 6, 12) - 6
    played = loud @ np.exp(-0.5 * np.square(apart / 0.7))
    played = played / (played.max(axis=1, keepdims=True) + 1e-9)
    before = np.roll(played, 1, axis=0)
    lengths = np.linalg.norm(played, axis=1) * np.linalg.norm(before, axis=1)
    yield "bass change", 1 - (played * before).sum(axis=1) / (lengths + 1e-9)
    root, beats = _roots(notes), np.arange(len(notes))
    yield "bass on root", played[beats, root]
    yield "bass on fifth", played[beats, (root + _ABOVE_FIFTH) % 12]


def _roots(notes: np.ndarray) -> np.ndarray:
    """Return (beats,) the root, 0 for C, of the major or minor chord that fits notes best."""
    triads = np.zeros((24, 12))
    for root in range(12):
        triads[root, [root, (root + 4) % 12, (root + 7) % 12]] = 1
        triads[12 + root, [root, (root + 3) % 12, (root + 7) % 12]] = 1
    around = notes + np.roll(notes, -1, axis=0) + 0.5 * np.roll(notes, 1, axis=0)
    return np.asarray((around @ triads.T).argmax(axis=1) % 12)


def _rise(bands: np.ndarray) -> np.ndarray:
    loud = bands.mean(axis=1)
    return np.asarray(loud - np.roll(loud, 1))


def _change(values: np.ndarray, reach: int) -> np.ndarray:
    """Return (beats,) the distance between the means of `reach` beats before and from each on."""
    count, beats = len(values), np.arange(len(values))
    sums = np.concatenate([np.zeros((1, values.shape[1])), np.cumsum(values, 0, dtype=np.float64)])
    first, last = np.maximum(beats - reach, 0), np.minimum(beats + reach, count)
    before = (sums[beats] - sums[first]) / np.maximum(beats - first, 1)[:, None]
    after = (sums[last] - sums[beats]) / np.maximum(last - beats, 1)[:, None]
    change = np.linalg.norm(after - before, axis=1)
    change[(beats < max(1, reach // 2)) | (beats > count - max(1, reach // 2))] = 0
    return change


def _peaks(*changes: np.ndarray) -> np.ndarray:
    """Return (beats,) how clear a boundary each beat is; 0 beside boundaries."""
    new = _scaled(sum((row / (row.std() + 1e-9) for row in changes), np.zeros(len(changes[0]))))
    clear = (new == maximum_filter1d(new, _AROUND)) & (new > _PEAK)
    return np.where(clear, _PEAKS * new, 0)


def _scaled(row: np.ndarray) -> np.ndarray:
    """Return values with mean 0 and deviation 1; 0 where they are all alike."""
    spread = float(row.std())
    return (row - row.mean()) / spread if spread > 1e-9 else np.zeros(len(row))

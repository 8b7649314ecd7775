import numpy as np
import pytest

from stickdance.choreography.music.analysis import Hearing
from stickdance.choreography.music.bar_evidence import bar_evidence, bar_weights, mark_names
from stickdance.choreography.music.bars import METRES, find_bars
from stickdance.choreography.music.chroma import BASS_HZ, Chroma
from stickdance.choreography.music.chroma import FRAME_RATE as NOTES_RATE
from stickdance.choreography.music.onsets import FRAME_RATE, Onsets
from stickdance.choreography.music.timbre import Timbre

TIMES = 0.5 + 0.5 * np.arange(64)
SECONDS = 34


def heard(bass=True, chords=True):
    """Bars of four: the bass plays root, rest, fifth, rest; the chord changes with each bar."""
    frames = round(SECONDS * NOTES_RATE)
    notes, low = np.zeros((frames, 12), np.float32), np.zeros((frames, len(BASS_HZ)), np.float32)
    hits = np.zeros(round(SECONDS * FRAME_RATE), np.float32)
    for beat, time in enumerate(TIMES):
        bar, place = divmod(beat, 4)
        root = (0, 5, 7, 2)[bar % 4]
        span = slice(round(time * NOTES_RATE), round((time + 0.45) * NOTES_RATE))
        if chords:
            notes[span, [root, (root + 4) % 12, (root + 7) % 12]] = 1
        if bass and place % 2 == 0:
            pitch = root if place == 0 else (root + 7) % 12
            frequency = 65.4 * 2 ** (pitch / 12)
            low[span, int(np.abs(BASS_HZ - frequency).argmin())] = 1
        hits[round(time * FRAME_RATE)] = 1
    onsets = Onsets(hits, hits, hits, hits)
    timbre = Timbre(np.zeros((round(SECONDS * 22050 / 1024), 24), np.float32))
    return Hearing(onsets, Chroma(notes, low), timbre)


def mean_of(evidence, names, name):
    return [float(evidence[place:-4:4, names.index(name)].mean()) for place in range(4)]


def test_bass_chord_and_root_mark_the_first_beat():
    hearing = heard()
    evidence, names = bar_evidence(hearing, TIMES), mark_names(hearing, TIMES)
    assert evidence.shape == (64, len(names)) and np.isfinite(evidence).all()
    for name in ("chord", "bass on root"):
        assert int(np.argmax(mean_of(evidence, names, name))) == 0, name
    assert int(np.argmax(mean_of(evidence, names, "bass on fifth"))) == 2


def test_the_weights_know_every_mark_of_every_metre():
    hearing = heard(bass=False, chords=False)
    names = mark_names(hearing, TIMES)
    assert set(bar_weights()) == set(METRES)
    assert all(weight.shape == (len(names), metre) for metre, weight in bar_weights().items())


def test_silence_and_songs_without_bass_say_nothing_instead_of_failing():
    hearing = heard(bass=False, chords=False)
    bare = Hearing(hearing.onsets, Chroma(hearing.chroma.notes, None), hearing.timbre)
    assert np.isfinite(bar_evidence(bare, TIMES[:4])).all()


def fitted(first, strength, beats=64):
    return {4: np.where((np.arange(beats)[:, None] - first) % 4 == np.arange(4), strength, 0.0)}


@pytest.mark.parametrize("first", range(4))
def test_downbeats_are_where_the_fitted_evidence_has_them(first):
    silent = np.zeros((64, 2))
    bars = find_bars(silent, np.ones(2), silent, 4, fitted(first, 1.0))
    assert bars.downbeats.tolist() == list(range(first, 64, 4))


def test_a_bar_of_two_is_heard_where_much_speaks_for_it_and_not_for_little():
    silent = np.zeros((64, 2))
    for strength, broken in ((3.0, True), (0.3, False)):
        evidence = fitted(0, strength)[4]
        evidence[32:] = fitted(2, strength)[4][32:]
        bars = find_bars(silent, np.ones(2), silent, 4, {4: evidence})
        assert (len(set(bars.downbeats % 4)) > 1) == broken


def test_accents_decide_where_the_fitted_evidence_does_not():
    accents = np.zeros((64, 1))
    accents[2::4] = 1
    for strength, first in ((0.1, 2), (2.0, 1)):
        bars = find_bars(accents, np.ones(1), accents, 4, fitted(1, strength))
        assert bars.downbeats[0] == first


def test_a_metre_without_weights_goes_by_accents():
    accents = np.zeros((60, 1))
    accents[1::6] = 1
    bars = find_bars(accents, np.ones(1), accents, 6, fitted(0, 1.0))
    assert bars.downbeats.tolist() == list(range(1, 60, 6))

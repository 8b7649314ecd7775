import numpy as np
import pytest

from stickdance.choreography.music.chroma import strongest_one
from stickdance.choreography.music.key_changes import key_rises, lowered

BAR = 4
CHORDS = {
    "A": ((0, 4, 7), (7, 11, 2), (9, 0, 4), (5, 9, 0)),
    "B": ((2, 5, 9), (4, 7, 11), (5, 9, 0), (4, 7, 11)),
    "C": ((9, 0, 4), (2, 5, 9), (7, 11, 2), (0, 4, 7)),
}


def notes(form, raised_from=None, rise=0, noise=0.3):
    """Return (beats, 12) of sections of eight bars, raised from one of them on, other notes too."""
    random = np.random.default_rng(5)
    rows = []
    for place, label in enumerate(form):
        for bar in range(8):
            row = np.zeros(12)
            row[list(CHORDS[label][bar % 4])] = 1
            up = rise if raised_from is not None and place >= raised_from else 0
            rows += [np.roll(row, up)] * BAR
    out = np.array(rows) + noise * random.random((len(rows), 12))
    return strongest_one(out)


@pytest.mark.parametrize("rise", [1, 2, 3, -2])
def test_a_last_chorus_in_another_key_is_told_to_the_bar(rise):
    heard = key_rises(notes("ABABCB", 5, rise), BAR)
    assert set(heard.tolist()) == {0, rise}
    assert np.flatnonzero(heard)[0] == pytest.approx(5 * 8 * BAR, abs=BAR)
    assert (heard[5 * 8 * BAR + BAR :] == rise).all()


def test_two_changes_add_up():
    twice = notes("ABABAB", 2, 1)
    twice[4 * 8 * BAR :] = np.roll(twice[4 * 8 * BAR :], 2, axis=1)
    heard = key_rises(twice, BAR)
    assert [heard[place * 8 * BAR + 2 * BAR] for place in range(6)] == [0, 0, 1, 1, 3, 3]


@pytest.mark.parametrize("form", ["ABABCB", "ABC", "AAAAAA", "A"])
def test_a_song_that_stays_in_its_key_has_no_change(form):
    assert not key_rises(notes(form), BAR).any()


def test_silence_noise_and_a_few_beats_have_no_change():
    random = np.random.default_rng(1)
    assert not key_rises(np.zeros((200, 12), np.float32), BAR).any()
    assert not key_rises(strongest_one(random.random((200, 12))), BAR).any()
    assert not key_rises(np.ones((3, 12), np.float32), BAR).any()


def test_lowering_undoes_a_rise():
    plain = notes("AB", noise=0)
    raised = notes("AB", 1, 3, noise=0)
    rises = np.repeat([0, 3], 8 * BAR)
    assert lowered(raised, rises) == pytest.approx(plain)

from collections import Counter

import numpy as np
import pytest

from stickdance.tools.demo.song.compose import compose
from stickdance.tools.demo.song.form import FormPart
from stickdance.tools.demo.song.style import MAJOR, Key, Note
from stickdance.tools.demo.song.variation import Variation

KEY = Key(48, MAJOR)
FORM = [FormPart(label, 4) for label in ("verse", "chorus") * 3]
NOTES = (
    *(Note("flute", float(beat), 0.9, KEY.pitch(7 + beat % 5), 0.8) for beat in range(16)),
    *(Note("hat", beat / 2, 0.5, 50, 0.5) for beat in range(32)),
    *(Note("pad", 4.0 * bar, 3.9, KEY.pitch(7 + bar), 0.8) for bar in range(4)),
)


def of_voice(notes, *voices):
    return sorted((one.start, one.length, one.pitch) for one in notes if one.voice in voices)


@pytest.mark.parametrize("seed", range(4))
def test_verses_return_with_other_words_over_the_same_chords(seed):
    song = Variation(seed, KEY, FORM)
    assert song.of(0, NOTES) == NOTES
    again = song.of(2, NOTES)
    assert of_voice(again, "flute") != of_voice(NOTES, "flute")
    chords, before = of_voice(again, "pad"), of_voice(NOTES, "pad")
    rises = {after[2] - first[2] for after, first in zip(chords, before, strict=True)}
    assert len(rises) == 1 and rises <= {0, 1, 2, 3}
    assert sum(length for _, length, _ in of_voice(again, "flute")) == pytest.approx(14.4, abs=1.5)


def test_some_verses_have_other_drums_and_some_songs_another_key_to_their_end():
    drums, rises = Counter(), Counter()
    for seed in range(40):
        song = Variation(seed, KEY, FORM)
        drums[bool(of_voice(song.of(4, NOTES), "hat"))] += 1
        ups = [song.of(place, NOTES)[-1].pitch - NOTES[-1].pitch for place in (1, 3, 5)]
        rises[ups[-1]] += 1
        assert ups == sorted(ups) and ups[0] == 0
    assert min(drums.values()) > 5 and rises[0] > 5 and rises[2] > 5


def test_a_varied_song_has_the_form_of_the_same_song_unvaried():
    plain, varied = (compose(3, seconds=30, tempo=150, varied=one) for one in (False, True))
    assert plain.sections == varied.sections
    assert plain.beats == pytest.approx(varied.beats)
    assert not np.array_equal(plain.samples, varied.samples)

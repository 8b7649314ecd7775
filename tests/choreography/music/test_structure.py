import numpy as np
import pytest

from stickdance.capture.media.audio import decode_sound
from stickdance.choreography.music.beat_hints import BeatHints
from stickdance.choreography.music.beats import find_beats
from stickdance.choreography.music.chroma import find_chroma
from stickdance.choreography.music.lag_picture import draw_lag_matrix
from stickdance.choreography.music.structure import (
    Repetition,
    Section,
    Structure,
    find_chorus,
    find_structure,
)

CHORDS = {
    "A": [[57, 60, 64], [53, 57, 60], [48, 52, 55], [55, 59, 62]],
    "B": [[50, 53, 57], [58, 62, 65], [53, 57, 60], [60, 64, 67]],
    "C": [[52, 56, 59], [49, 52, 56], [54, 57, 61], [47, 51, 54]],
}
TUNES = {"A": [76, 72, 77, 69], "B": [81, 77, 74, 79], "C": [71, 68, 73, 66]}


def song(sounds, form, tempo=120, bars=8):
    """Return a sound whose sections have a chord, a tune and drums of their own."""
    beat = 60 / tempo
    seconds = len(form) * bars * 4 * beat + 0.2
    samples = np.zeros(round(seconds * 44_100) + 44_100)
    for place, label in enumerate(form):
        for bar in range(bars):
            start = 0.2 + (place * bars + bar) * 4 * beat
            chord = CHORDS[label][bar % 4]
            pieces = [(start, sounds.chord(chord, 4 * beat, 0.05))]
            for count in range(4):
                at = start + count * beat
                tune = TUNES[label][(bar + count) % 4]
                pieces.append((at, sounds.chord([tune], 0.8 * beat, 0.05)))
                pieces.append((at, sounds.drum(0.5) if count % 2 == 0 else sounds.click(3000, 0.2)))
                if label == "B":
                    pieces.append((at + beat / 2, sounds.click(7000, 0.25)))
            for time, piece in pieces:
                first = round(time * 44_100)
                samples[first : first + len(piece)] += piece
    return sounds.write(0.8 * samples / np.abs(samples).max())


@pytest.fixture(scope="module")
def found(tmp_path_factory, sound_maker):
    sounds = sound_maker(tmp_path_factory.mktemp("song"))
    sound = song(sounds, "ABABCB")
    beats = find_beats(sound)
    return sound, beats, find_structure(sound, beats)


def test_sections_cover_the_whole_song_without_a_gap(found):
    sound, _, structure = found
    assert structure.sections[0].start == 0
    assert structure.sections[-1].end == sound.seconds
    for before, after in zip(structure.sections[:-1], structure.sections[1:], strict=True):
        assert before.end == after.start > before.start


def test_sections_begin_where_the_song_changes_and_have_its_form(found):
    _, _, structure = found
    starts = [0.0, *(0.2 + 16 * np.arange(1, 6))]
    assert [section.label for section in structure.sections][:6] == list("ABABCB")
    for section, start in zip(structure.sections, starts, strict=False):
        assert section.start == pytest.approx(start, abs=0.55)


def test_the_chorus_is_what_returns_most_and_every_return_is_marked(found):
    _, _, structure = found
    assert structure.chorus == "B"
    marked = [section.start for section in structure.sections if section.chorus]
    assert marked == pytest.approx([16.2, 48.2, 80.2], abs=0.55)


def test_repetitions_say_what_they_repeat(found):
    _, _, structure = found
    lags = [(one.start - one.of_start) for one in structure.repetitions]
    assert any(lag == pytest.approx(32, abs=0.3) for lag in lags)  # A B comes again
    for one in structure.repetitions:
        assert 0 <= one.of_start < one.start < one.end
        assert 0.5 < one.similarity <= 1


def test_a_time_finds_its_section():
    structure = Structure(
        (Section("A", 0, 4, False), Section("B", 4, 9, False)), (Repetition(4, 8, 0, 0.9),), None
    )
    assert [structure.at(time).label for time in (-1, 0, 3.9, 4, 100)] == list("AAABB")


def test_the_picture_shows_the_repetitions_in_red(found):
    sound, beats, structure = found
    picture = draw_lag_matrix(find_chroma(sound), sound.seconds, beats, structure)
    assert picture.dtype == np.uint8 and picture.ndim == 3
    red = (picture[:, :, 0] > 180) & (picture[:, :, 1] < 80)
    assert red.sum() > 500


def test_the_first_panel_shows_each_moment_alike_with_itself_and_both_ways(found):
    sound, beats, structure = found
    picture = draw_lag_matrix(find_chroma(sound), sound.seconds, beats, structure)
    panel = picture[48:448, 48:1048, 0].astype(float)  # 400 rows of 1000 columns, time upwards
    square = panel[::-1, np.linspace(0, 999, 400).astype(int)]
    assert np.diag(square).mean() < 60 < square.mean() - 40
    assert np.abs(square - square.T).mean() < 0.2 * np.abs(square - square.mean()).mean()


def test_a_real_song_repeats_where_another_program_hears_its_chorus(shared_data, tmp_path):
    sound = decode_sound(shared_data / "songs/lets_go_fishin.ogg", tmp_path / "song.wav")
    structure = find_structure(sound, find_beats(sound))
    assert structure.chorus is not None
    spans = [(one.start, one.end) for one in structure.repetitions]
    spans += [(one.of_start, one.of_start + one.end - one.start) for one in structure.repetitions]
    assert any(start <= 53.1 <= end for start, end in spans)


def test_the_chorus_is_the_loudest_of_those_that_return_most_and_no_mere_line():
    labels, lengths = list("ABABCB"), [8.0] * 6
    assert find_chorus(labels, lengths, [0, 3, 0, 3, 9, 3]) == "B"
    assert find_chorus(list("ABAB"), [8.0] * 4, [-3, -9, -3, -9]) == "A"
    assert find_chorus(list("ABABA"), [2, 8, 2, 8, 2], [0, -9, 0, -9, 0]) == "B"
    assert find_chorus(list("ABA"), [2, 8, 2], [0, 0, 0]) == "A"  # nothing longer returns
    assert find_chorus(list("ABC"), [8.0] * 3, [0, 0, 0]) is None


def test_a_real_songs_second_half_returns_to_its_first(shared_data, tmp_path):
    sound = decode_sound(shared_data / "songs/lets_go_fishin.ogg", tmp_path / "song.wav")
    # Its own pulse is twice as fast as people count it; the tempo is given.
    structure = find_structure(sound, find_beats(sound, hints=BeatHints(tempo=88.5)))
    lags = [(one.start - one.of_start, one.end - one.start) for one in structure.repetitions]
    assert any(lag == pytest.approx(52.9, abs=0.5) and length > 40 for lag, length in lags)
    choruses = [section.start for section in structure.sections if section.chorus]
    assert np.diff(choruses) == pytest.approx([52.9], abs=0.5)


def test_jazz_returns_to_its_theme_with_other_instruments(shared_data, tmp_path):
    sound = decode_sound(shared_data / "songs/vibe_ace.ogg", tmp_path / "song.wav")
    structure = find_structure(sound, find_beats(sound))
    returns = [one.start for one in structure.sections if one.label == structure.chorus]
    assert returns == pytest.approx([14.8, 44.3], abs=0.5)
    assert any(
        one.start == pytest.approx(44.6, abs=1) and one.of_start == pytest.approx(15, abs=1)
        for one in structure.repetitions
    )

import numpy as np
import pytest

from stickdance.checkpoints.errors import BadInput
from stickdance.choreography.annotations.beats_file import write_beats_file
from stickdance.choreography.annotations.corrections import corrected_beats, corrected_structure
from stickdance.choreography.annotations.marks import BeatMarks, SectionMark
from stickdance.choreography.listening import listen
from stickdance.choreography.music.analysis import hear
from stickdance.choreography.options import ListeningOptions

TIMES = 0.5 + np.arange(48) * 0.5


@pytest.fixture
def sound(sounds):
    return sounds.write(sounds.hits(TIMES, sounds.drum(), 25))


def test_beats_by_hand_are_taken_as_they_are(sound, tmp_path):
    slow = TIMES[1::2] + 0.013
    path = write_beats_file(tmp_path / "a.beats", BeatMarks(slow, np.arange(len(slow)) % 3 + 1))
    beats = listen(sound, ListeningOptions(beats=path)).beats
    assert beats.times == pytest.approx(slow, abs=1e-3)
    assert beats.tempo == pytest.approx(60)
    assert beats.metre == 3
    assert beats.downbeats.tolist() == list(range(0, len(slow), 3))
    assert beats.strength.min() > 0.5  # a drum is under each of them


def test_beats_without_bars_get_bars_that_are_heard(sounds, tmp_path):
    shapes = [sounds.drum() if k % 3 == 0 else sounds.click(2500, 0.3) for k in range(len(TIMES))]
    sound = sounds.write(sounds.hits(TIMES, shapes, 25))
    beats = corrected_beats(sound, hear(sound), BeatMarks(TIMES, None), tmp_path / "a.beats")
    assert beats.metre == 3
    assert beats.downbeat_times[0] == pytest.approx(0.5)


def test_beats_of_another_song_are_refused(sound, tmp_path):
    with pytest.raises(BadInput, match=r"60\.00 s, but the song ends at 25\.00 s"):
        corrected_beats(
            sound, hear(sound), BeatMarks(np.array([1.0, 2, 3, 60]), None), tmp_path / "a.beats"
        )


def structure_of(sound, marks, tmp_path):
    hearing = hear(sound)
    beats = corrected_beats(sound, hearing, BeatMarks(TIMES, None), tmp_path / "a.beats")
    return corrected_structure(sound, hearing, beats, marks, tmp_path / "s.txt")


def test_sections_by_hand_lie_on_beats_and_cover_the_song(sound, tmp_path):
    marks = [SectionMark(4.1, 8.0, "verse", False), SectionMark(8.0, 12.05, "x", True),
             SectionMark(16.0, 20.0, "x", True)]  # fmt: skip
    structure = structure_of(sound, marks, tmp_path)
    assert [(one.label, one.start, one.end) for one in structure.sections] == [
        ("free 1", 0, 4.0), ("verse", 4.0, 8.0), ("x", 8.0, 12.0), ("free 2", 12.0, 16.0),
        ("x", 16.0, 20.0), ("free 3", 20.0, sound.seconds),
    ]  # fmt: skip
    assert structure.chorus == "x"
    assert [one.chorus for one in structure.sections] == [False, False, True, False, True, False]


def test_without_a_mark_the_chorus_is_what_returns_most(sound, tmp_path):
    marks = [
        SectionMark(start, start + 8, label, False)
        for start, label in ((0, "A"), (8, "B"), (16, "A"))
    ]
    assert structure_of(sound, marks, tmp_path).chorus == "A"


def test_sections_shorter_than_a_beat_or_behind_the_song_are_refused(sound, tmp_path):
    with pytest.raises(BadInput, match=r"section 1 \(A\).*shorter than a beat"):
        structure_of(sound, [SectionMark(4.0, 4.1, "A", False)], tmp_path)
    with pytest.raises(BadInput, match="another song"):
        structure_of(sound, [SectionMark(4.0, 90, "A", False)], tmp_path)

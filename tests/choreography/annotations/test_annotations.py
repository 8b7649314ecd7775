import json

import numpy as np
import pytest

from stickdance.checkpoints.errors import BadInput
from stickdance.choreography.annotations.audacity import (
    read_beat_labels,
    read_section_labels,
    write_beat_labels,
    write_section_labels,
)
from stickdance.choreography.annotations.beats_file import read_beats_file, write_beats_file
from stickdance.choreography.annotations.files import read_beats, read_sections
from stickdance.choreography.annotations.jams_file import write_jams
from stickdance.choreography.annotations.marks import BeatMarks, SectionMark
from stickdance.choreography.annotations.summary_file import write_summary

TIMES = np.array([0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 3.52])
COUNTS = np.array([3, 1, 2, 3, 1, 2, 3])
MARKS = BeatMarks(TIMES, COUNTS)
SECTIONS = (
    SectionMark(0.0, 10.25, "A", False),
    SectionMark(10.25, 20.5, "B", True),
    SectionMark(20.5, 31.0, "in between", False),
)


def written(folder):
    """Return the files of one song in every format: those with beats, those with sections."""
    write_beats_file(folder / "a.beats", MARKS)
    write_beat_labels(folder / "beats.txt", MARKS)
    write_section_labels(folder / "sections.txt", SECTIONS)
    write_jams(folder / "a.jams", "song", 31.0, MARKS, 120.0, SECTIONS)
    write_summary(folder / "a.json", {"song": "a"}, MARKS, SECTIONS, [])
    return (
        [folder / name for name in ("a.beats", "beats.txt", "a.jams", "a.json")],
        [folder / name for name in ("sections.txt", "a.jams", "a.json")],
    )


def test_beats_come_back_from_every_format_as_they_went(tmp_path):
    for path in written(tmp_path)[0]:
        marks = read_beats(path)
        assert marks.times == pytest.approx(TIMES, abs=1e-3), path
        assert marks.positions.tolist() == COUNTS.tolist(), path
        assert marks.metre == 3
        assert marks.downbeat_times == pytest.approx([1.0, 2.5], abs=1e-3)


def test_sections_come_back_from_every_format_as_they_went(tmp_path):
    for path in written(tmp_path)[1]:
        for found, given in zip(read_sections(path), SECTIONS, strict=True):
            assert (found.label, found.chorus) == (given.label, given.chorus), path
            assert (found.start, found.end) == pytest.approx((given.start, given.end), abs=1e-4)


def test_what_is_written_reads_like_the_formats_in_the_world(tmp_path):
    written(tmp_path)
    assert (tmp_path / "a.beats").read_text().splitlines()[:2] == ["0.500\t3", "1.000\t1"]
    assert (tmp_path / "beats.txt").read_text().splitlines()[0] == "0.500000\t0.500000\t3"
    lines = (tmp_path / "sections.txt").read_text().splitlines()
    assert lines[1] == "10.250000\t20.500000\tB chorus"


def test_the_jams_package_finds_the_jams_file_valid(tmp_path):
    jams = pytest.importorskip("jams")
    written(tmp_path)
    loaded = jams.load(str(tmp_path / "a.jams"), validate=True, strict=True)
    assert loaded.validate(strict=True)
    beats = loaded.search(namespace="beat")[0]
    assert [one.time for one in beats.data] == pytest.approx(TIMES, abs=1e-6)
    assert [one.value for one in beats.data] == COUNTS.tolist()
    assert loaded.search(namespace="tempo")[0].data[0].value == 120
    assert [one.value for one in loaded.search(namespace="segment_open")[0].data] == [
        "A", "B chorus", "in between",
    ]  # fmt: skip
    assert loaded.file_metadata.duration == 31


def test_a_jams_file_of_the_jams_package_is_read(tmp_path):
    jams = pytest.importorskip("jams")
    made = jams.JAMS()
    made.file_metadata.duration = 9
    beats = jams.Annotation(namespace="beat_position")
    for number, time in enumerate(np.arange(1, 7, 0.5)):
        value = {
            "position": number % 4 + 1,
            "measure": number // 4,
            "num_beats": 4,
            "beat_units": 4,
        }
        beats.append(time=time, duration=0, value=value)
    made.annotations.append(beats)
    made.save(str(tmp_path / "made.jams"))
    marks = read_beats(tmp_path / "made.jams")
    assert marks.metre == 4
    assert marks.positions.tolist() == [1, 2, 3, 4] * 3


def test_labels_that_mark_only_downbeats_are_counted_between(tmp_path):
    lines = [
        f"{time}\t{time}\t{'1' if time in (1.5, 3.0) else ''}" for time in np.arange(0.5, 5, 0.5)
    ]
    (tmp_path / "beats.txt").write_text("\n".join(lines))
    marks = read_beat_labels(tmp_path / "beats.txt")
    assert marks.positions.tolist() == [2, 3, 1, 2, 3, 1, 2, 3, 1]


def test_beats_without_any_count_have_no_bars(tmp_path):
    (tmp_path / "a.beats").write_text("0.5\n1\n1.5\n2\n")
    assert read_beats_file(tmp_path / "a.beats").positions is None


def test_labels_of_a_moment_last_until_the_next_one(tmp_path):
    (tmp_path / "s.txt").write_text("0\t0\tverse\n12\t12\tChorus\n\\\t100\t200\n20\t33\tend\n")
    marks = read_section_labels(tmp_path / "s.txt")
    assert [(one.label, one.start, one.end) for one in marks] == [
        ("verse", 0, 12), ("Chorus", 12, 20), ("end", 20, 33),
    ]  # fmt: skip
    assert [one.chorus for one in marks] == [False, True, False]


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("a.beats", "0.5 1\n0.9 2\n0.8 3\n1.5 4\n", "beat 3"),
        ("a.beats", "0.5 1\nabc 2\n", "line 2"),
        ("a.beats", "0.5 1\n0.9 x\n", "line 2"),
        ("a.beats", "0.5 1\n0.9 2\n", "2 beats"),
        ("a.beats", "-1 1\n0.9 2\n1 3\n2 4", "beat 1"),
        ("a.beats", "nan 1\n0.9 2\n1 3\n2 4", "beat 1"),
        ("a.txt", "0.5\n0.9\n", "TAB"),
        ("a.jams", "{}", "JAMS"),
        ("a.jams", json.dumps({"annotations": []}), "no annotation"),
        ("a.json", "[]", "beats"),
        ("a.json", '{"beats": [1, 2, 3, 4], "downbeats": [2.5]}', "2.5"),
        ("a.mid", "", ".jams"),
    ],
)
def test_a_wrong_file_of_beats_is_refused_with_its_name_and_place(tmp_path, name, text, said):
    (tmp_path / name).write_text(text)
    with pytest.raises(BadInput, match=said) as refusal:
        read_beats(tmp_path / name)
    assert name in str(refusal.value)
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("0\t10\tA\n9\t12\tB\n", "section 2"),
        ("0\t10\t\n", "without a label"),
        ("5\t4\tA\n", "section 1"),
        ("", "0 sections"),
    ],
)
def test_wrong_sections_are_refused_by_number(tmp_path, text, said):
    (tmp_path / "a.txt").write_text(text)
    with pytest.raises(BadInput, match=said):
        read_sections(tmp_path / "a.txt")


def test_what_is_no_file_of_text_is_refused(tmp_path):
    with pytest.raises(BadInput, match="no such file"):
        read_beats(tmp_path / "none.beats")
    (tmp_path / "bytes.beats").write_bytes(b"\xff\xfe\x00\x80" * 9)
    with pytest.raises(BadInput, match="is not text in UTF-8"):
        read_beats(tmp_path / "bytes.beats")


@pytest.mark.parametrize("number", ["1e999", "-Infinity", "NaN", "9" * 5000, '"1e999"', "[]"])
@pytest.mark.parametrize("field", ["time", "duration", "value"])
def test_a_jams_file_of_numbers_that_are_none_is_refused_in_one_line(tmp_path, field, number):
    beats = [{"time": t, "duration": 0.0, "value": t + 1, "confidence": None} for t in range(6)]
    beats[2][field] = "HERE"
    text = json.dumps({"annotations": [{"namespace": "beat", "data": beats}]})
    (tmp_path / "a.jams").write_text(text.replace('"HERE"', number))
    with pytest.raises(BadInput) as caught:
        read_beats(tmp_path / "a.jams")
    assert "\n" not in str(caught.value)

"""What is written is what is read, for any values that may be written."""

import json
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from stickdance.capture.pose.sequence import PoseSequence
from stickdance.capture.pose.skeleton import OPENPOSE_18
from stickdance.checkpoints.csv_cells import escaped, unescaped
from stickdance.checkpoints.json_reader import parse_json
from stickdance.checkpoints.tensors import read_tensors, write_tensors
from stickdance.choreography.annotations.audacity import (
    read_beat_labels,
    read_section_labels,
    write_beat_labels,
    write_section_labels,
)
from stickdance.choreography.annotations.beats_file import read_beats_file, write_beats_file
from stickdance.choreography.annotations.marks import BeatMarks, section_mark
from stickdance.choreography.plan.choreography import from_json
from stickdance.tools.jobs.job import Job

PLAN = json.loads((Path(__file__).parent / "seeds" / "plan.json").read_text(encoding="utf-8"))
few = settings(max_examples=15, derandomize=True, deadline=None, database=None,
               suppress_health_check=list(HealthCheck))  # fmt: skip
words = st.text("aZ0 é中😀\"'\\\n\t,;=+-@\x00\u2028", max_size=40)
numbers = st.floats(allow_nan=False, allow_infinity=False) | st.integers(-(2**63), 2**63 - 1)
json_values = st.recursive(
    st.none() | st.booleans() | numbers | words,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(words, inner, max_size=4),
    max_leaves=12,
)


def there(make, read):
    with TemporaryDirectory() as folder:
        path = Path(folder, "file")
        make(path)
        return read(path)


@few
@given(json_values)
def test_json(value):
    assert parse_json(json.dumps(value, ensure_ascii=False), "text", "a value") == value


@few
@given(words)
def test_texts_in_cells_of_tables(text):
    assert unescaped(escaped(text)) == text


@few
@given(
    arrays.arrays(np.float32, (5, 18, 2), elements=st.floats(-4000, 4000, width=32)),
    arrays.arrays(np.float32, (5, 18), elements=st.floats(0, 1, width=32)),
    st.floats(1, 240),
)
def test_poses(points, confidence, fps):
    poses = PoseSequence(points, confidence, fps, (640, 360), OPENPOSE_18)
    again = there(poses.save, lambda path: PoseSequence.load(path.with_suffix(path.suffix)))
    np.testing.assert_array_equal(again.points, poses.points)
    np.testing.assert_array_equal(again.confidence, poses.confidence)
    assert (again.fps, again.size, again.skeleton) == (poses.fps, poses.size, poses.skeleton)


@few
@given(
    st.dictionaries(st.from_regex(r"[a-z.]{1,9}", fullmatch=True), arrays.arrays(
        st.sampled_from([np.float32, np.int64, np.uint8]), arrays.array_shapes(max_side=3)),
        min_size=1, max_size=3),
    st.dictionaries(words, json_values, max_size=3),
)  # fmt: skip
def test_tensors(named, about):
    tensors = {name: torch.from_numpy(array) for name, array in named.items()}
    again, told = there(lambda path: write_tensors(path, tensors, about), read_tensors)
    assert told == about
    assert again.keys() == tensors.keys()
    for name in tensors:
        np.testing.assert_array_equal(again[name].numpy(), named[name])


times = st.lists(st.integers(1, 100_000), min_size=4, max_size=20, unique=True).map(
    lambda found: np.array(sorted(found)) / 100
)


@few
@given(times, st.integers(2, 6), st.sampled_from(["beats", "labels"]))
def test_beats(found, metre, kind):
    marks = BeatMarks(found, np.arange(len(found)) % metre + 1)
    write, read = {
        "beats": (write_beats_file, read_beats_file),
        "labels": (write_beat_labels, read_beat_labels),
    }[kind]
    again = there(lambda path: write(path, marks), read)
    np.testing.assert_allclose(again.times, marks.times, atol=1e-3)
    np.testing.assert_array_equal(again.positions, marks.positions)


labels = st.from_regex(r"[A-Za-z][A-Za-z0-9 ]{0,8}[a-z0-9]", fullmatch=True)


@few
@given(st.lists(st.tuples(st.integers(1, 90), labels), min_size=1, max_size=8))
def test_sections(parts):
    ends = np.cumsum([length for length, _ in parts])
    spans = zip([0, *ends[:-1]], ends, parts, strict=True)
    marks = tuple(section_mark(float(a), float(b), label) for a, b, (_, label) in spans)
    assert there(lambda path: write_section_labels(path, marks), read_section_labels) == marks


@few
@given(
    st.floats(40, 240), st.integers(0, 2**31), st.lists(st.floats(0, 1), min_size=4, max_size=4),
    st.lists(st.booleans(), min_size=4, max_size=4), words.filter(lambda text: text.isprintable()),
)  # fmt: skip
def test_plans(tempo, seed, energies, mirrored, song):
    values = json.loads(json.dumps(PLAN))
    values |= {"tempo": round(tempo, 3), "seed": seed}
    values["song"]["name"] = song or "song"
    for step, energy, turned in zip(values["steps"], energies, mirrored, strict=True):
        step |= {"energy": round(energy, 3), "mirrored": turned}
    plan = from_json(values)
    assert from_json(json.loads(plan.to_json())) == plan
    assert json.loads(plan.to_json())["tempo"] == values["tempo"]


@few
@given(words, st.lists(words, min_size=1, max_size=4), st.floats(0, 4e9))
def test_jobs(title, line, added):
    job = Job("job", title, tuple(line), "/", added)

    def written(path):
        (path.parent / "job").mkdir()
        job.save(path.parent / "job")

    assert there(written, lambda path: Job.load(path.parent / "job")) == job

import sys
import types

import pytest

from stickdance.tools.benchmarks.structure import by_pychorus, by_stickdance, covering
from stickdance.tools.demo.song.compose import compose, write_song


@pytest.fixture(scope="module")
def song(tmp_path_factory):
    made = compose(7004, seconds=60, tempo=110, metre=4, swing=0.5)
    return made, write_song(made, tmp_path_factory.mktemp("song") / "song.wav")


def test_a_stretch_covers_a_chorus_when_most_of_it_lies_inside():
    repetitions = [[50, 70, 10], [80, 84, 52], [30, 42, 5]]
    assert covering(repetitions, 53.1) == [[50, 70]]
    assert covering(repetitions, 9.5) == [[10, 30]]  # what is returned to counts too
    assert covering(repetitions, 100) == []


def test_stickdance_answers_with_both_ends_of_every_chorus(song):
    made, path = song
    answer = by_stickdance(path)
    true = [[one.start, one.end] for one in made.sections if one.label == "chorus"]
    for found, given in zip(answer["choruses"], true, strict=True):
        assert found == pytest.approx(given, abs=60 / 110)


def test_pychorus_answers_though_scipy_dropped_the_name_it_imports(song, monkeypatch):
    pytest.importorskip("pychorus")
    monkeypatch.delitem(sys.modules, "scipy.ndimage.filters", raising=False)
    start = by_pychorus(song[1])["start"]
    assert start is None or 0 <= start <= song[0].seconds
    assert isinstance(sys.modules["scipy.ndimage.filters"], types.ModuleType)

"""The benchmark of cold starts: nothing that is printed is taken for an answer."""

from stickdance.tools import cli
from stickdance.tools.benchmarks.cold_start import choreographed


def test_what_choreograph_prints_is_no_answer(monkeypatch, capsys):
    monkeypatch.setattr(cli, "main", lambda words: print("dance", *words))
    choreographed("song.wav")
    told = capsys.readouterr()
    assert told.out == "" and told.err == "dance choreograph song.wav\n"

import json

import pytest

from stickdance.checkpoints.errors import OutputFailed, UsageError
from stickdance.tools.output import Output, answer, output_asked

MADE = {"video": "a.mp4", "in_a_line": "video a.mp4\nnext sleep", "scores": [0.5]}


@pytest.mark.parametrize(
    ("words", "left", "asked"),
    [
        (["song.mp3", "--json"], ["song.mp3"], Output(json="-")),
        (["--json", "-", "song.mp3"], ["song.mp3"], Output(json="-")),
        (["--json", "out.json", "--quiet"], [], Output(True, "out.json")),
        (["--json=out.json"], [], Output(json="out.json")),
        (["--json", "song.mp3"], ["song.mp3"], Output(json="-")),
        (["--size", "64x64"], ["--size", "64x64"], Output()),
    ],
)
def test_what_is_asked_of_the_answer_is_taken_from_the_words(
    words, left, asked, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    assert output_asked(words) == (left, asked)


def test_a_file_that_does_not_end_in_json_is_refused():
    with pytest.raises(UsageError, match=r"song\.mp3: expected a file that ends in \.json"):
        output_asked(["--json=song.mp3"])


def test_a_place_where_no_file_can_be_is_refused_before_the_work(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "film").touch()
    (tmp_path / "folder.json").mkdir()
    for place in ("film/out.json", "folder.json"):
        with pytest.raises(OutputFailed, match=place):
            output_asked([f"--json={place}"])


def test_people_get_the_lines_programs_the_object_and_quiet_the_place(capsys, tmp_path):
    answer(MADE, Output())
    assert capsys.readouterr().out == "video a.mp4\nnext sleep\n"
    answer(MADE, Output(json="-"))
    assert json.loads(capsys.readouterr().out) == MADE
    answer(MADE, Output(quiet=True, json=str(tmp_path / "made.json")))
    assert capsys.readouterr().out == "a.mp4\n"
    assert json.loads((tmp_path / "made.json").read_text()) == MADE


def test_quiet_still_gives_a_result_that_is_no_file(capsys):
    answer({"tempo": 120.0}, Output(quiet=True))
    assert capsys.readouterr().out == "tempo: 120\n"


def test_ray_without_an_address_is_this_machines():
    for words in (["--ray"], ["--ray", "--page"]):
        assert output_asked(words)[0] == ["--ray", "local", *words[1:]]
    assert output_asked(["--ray", "auto"])[0] == ["--ray", "auto"]

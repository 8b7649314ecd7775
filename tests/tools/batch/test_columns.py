import pytest

from stickdance.checkpoints.errors import BadInput
from stickdance.tools.batch.columns import words_of
from stickdance.tools.batch.manifest import COMMANDS, Manifest


def texts(command, **cells):
    given = {name.replace("_", "-"): cell for name, cell in cells.items()}
    return [word.text for word in words_of(command, given, "m.csv: row 2")]


def test_a_row_is_the_command_line_that_somebody_would_type():
    words = words_of(
        "choreograph",
        {"seed": "3", "song": "a.wav", "hint": "a; b", "no-preview": "true", "size": "64x64"},
        "m.csv: row 2",
    )
    typed = "a.wav --hint a --hint b --no-preview --seed 3 --size 64x64"
    assert " ".join(word.text for word in words) == typed
    assert [word.text for word in words if word.input] == ["a.wav"]


def test_the_order_of_columns_and_empty_cells_make_no_difference():
    one = texts("choreograph", song="a.wav", seed="3", style="")
    assert one == texts("choreograph", seed=3, song="a.wav")


def test_a_table_may_have_the_columns_of_other_commands_where_they_are_empty():
    assert texts("choreograph", song="a.wav", reference="", rendered=None) == ["a.wav"]
    with pytest.raises(BadInput, match="has no column 'reference'"):
        texts("choreograph", song="a.wav", reference="b.mp4")
    with pytest.raises(BadInput, match="has no column 'sede'"):
        texts("choreograph", song="a.wav", sede="")


def test_values_of_json_are_lists_numbers_and_truth():
    listed = texts("choreograph", song="a.wav", hint=["a;b", "c"], fps=25.0, no_preview=False)
    assert " ".join(listed) == "a.wav --fps 25 --hint a;b --hint c"
    pair = texts("choreograph", song="a.wav", tempo_range=[100, 140])
    assert pair == texts("choreograph", song="a.wav", tempo_range="100 140")


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"song": "a", "sede": 1}, r"row 2: choreograph has no column 'sede' \(did you mean 'seed"),
        ({"song": "a", "style": "groov"}, "--style groov: .*did you mean 'groove'"),
        ({"song": "a", "seed": "x"}, "column seed: expected a whole number, found 'x'"),
        ({"song": "a", "fps": "inf"}, "column fps: expected a finite number"),
        ({"song": "a", "no-preview": "perhaps"}, "column no-preview: expected true or false"),
        ({"song": "a", "size": "5"}, "--size: expected WIDTHxHEIGHT"),
        ({"song": "a", "output": "x"}, "the batch itself decides"),
        ({"song": {"a": 1}}, "column song: expected text or a number"),
        ({"song": ["a", "b"]}, r"column song: expected one value, found \['a', 'b'\]"),
        ({"song": "a", "seed": [1]}, r"column seed: expected one value, found \[1\]"),
        ({"song": "a\nb"}, "column song: .* holds what no command line can"),
        ({"seed": 1}, "SONG: missing"),
    ],
)
def test_what_the_commands_own_parser_refuses_is_refused_with_its_row(cells, reason):
    with pytest.raises(BadInput, match=reason) as caught:
        words_of("choreograph", cells, "m.csv: row 2")
    assert str(caught.value).startswith("m.csv: row 2: ")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_of_a_batch_is_understood(command):
    given = {
        "capture": {"videos": "a.mp4"},
        "train": {"take": "t", "minutes": "+10"},
        "render": {"dance": "d", "performer": "p"},
        "evaluate": {"reference": "a.mp4", "rendered": "b.mp4;c.mp4"},
    }
    assert texts(command, **given.get(command, {"song": "a.wav"}))


def rows(tmp_path, text, root=None, command=None):
    file = tmp_path / "m.csv"
    file.write_text(text)
    return list(Manifest(file, root or str(tmp_path), "m.csv", command).rows())


def test_a_manifest_of_evaluate_is_one_of_a_batch(tmp_path):
    (row,) = rows(tmp_path, "reference,rendered,name\na.mp4,b.mp4,first\n", command="evaluate")
    assert (row.command, row.name) == ("evaluate", "first")
    assert [word.text for word in row.words] == [str(tmp_path / "a.mp4"), str(tmp_path / "b.mp4")]


def test_a_text_that_names_a_file_is_an_input_and_a_style_is_none(tmp_path):
    for name in ("beach.jpg", "pop"):
        (tmp_path / name).touch()
    text = "command,song,background,style\nmake,a.wav,beach.jpg,pop\nmake,a.wav,black,pop\n"
    named = [[word.text for word in row.words if word.input] for row in rows(tmp_path, text)]
    song, beach = str(tmp_path / "a.wav"), str(tmp_path / "beach.jpg")
    assert named == [[song, beach], [song]]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("command,song\nchoregraph,a\n", r"expected a command, one of .* mean 'choreograph'"),
        ("song\na\n", "it names none; add --command"),
        ("command,song\nchoreograph,../a.wav\n", "leads out of"),
        ("", "has no columns"),
    ],
)
def test_rows_that_are_no_jobs_are_refused(tmp_path, text, reason):
    with pytest.raises(BadInput, match=rf"m\.csv: .*{reason}"):
        rows(tmp_path, text)


@pytest.mark.parametrize(
    ("song", "reason"),
    [("/etc/passwd", "leads out"), ("~/a.wav", "leads out"), ("a/../../b.wav", "leads out")],
)
def test_a_manifest_of_a_store_names_nothing_of_this_computer(tmp_path, song, reason):
    text = f"command,song\nchoreograph,{song}\n"
    with pytest.raises(BadInput, match=reason):
        rows(tmp_path, text, "memory://bucket")
    (row,) = rows(tmp_path, text.replace(song, "a.wav"), "memory://bucket")
    assert row.words[0].text == "memory://bucket/a.wav"
    with pytest.raises(BadInput, match="may run Python"):
        rows(tmp_path, "command,song,actions\nchoreograph,a.wav,x.py\n", "memory://bucket")

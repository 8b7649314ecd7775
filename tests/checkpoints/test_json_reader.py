import json
import math
import os

import pytest

from stickdance.checkpoints.errors import BadInput
from stickdance.checkpoints.json_reader import DEEPEST, parse_json, read_json, read_json_object
from stickdance.checkpoints.npz_reader import read_npz


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (b"[1e999]", "the number 1e999 is out of range"),
        (b"-1" + b"0" * 400 + b".5", "is out of range"),
        (b"9" * 5000, r"the number 9{24}\.\.\. is out of range"),
        (b"[12345678901234567890123]", "out of range"),
        (b"[NaN]", "NaN is no number"),
        (b"[-Infinity]", "-Infinity is no number"),
        (b'["\\ud800"]', r"\\ud800, half of a surrogate pair"),
        (b'{"\\udcff": 1}', r"\\udcff, half of a surrogate pair"),
        (b"[" * 200_000, "nested 200000 deep, at most 64"),
        (b"\xff\xfe[\x00]\x00", "not text in UTF-8"),
        (b'"\xed\xa0\x80"', "not text in UTF-8"),
        (b"", "Expecting value"),
        (b"[1] [2]", "Extra data"),
    ],
)
def test_what_is_no_json_or_no_number_is_refused_in_one_line(tmp_path, text, told):
    path = tmp_path / "a.json"
    path.write_bytes(text)
    with pytest.raises(BadInput, match=told) as caught:
        read_json(path, "a thing")
    assert "\n" not in str(caught.value)
    assert str(caught.value).startswith(f"{path}: ")
    str(caught.value).encode("utf-8")


@pytest.mark.parametrize(
    "value",
    [
        {"a": [1, -2.5, 1e300, 2**63 - 1, -(2**63), True, None], "b": "\U0001f57a \u00e9 \\ud800"},
        ["[" * 100, '"[{', "\\", 'a\\"[['],
        "plain",
    ],
)
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("ascii_only", [True, False])
def test_what_json_writes_is_read_as_json_reads_it(value, mark, ascii_only):
    text = json.dumps(value, ensure_ascii=ascii_only).encode()
    assert parse_json(mark + text, "x", "a thing") == value


def test_not_a_number_is_taken_where_it_is_asked_for():
    assert math.isnan(parse_json(b"[NaN]", "x", "a thing", nan=True)[0])
    with pytest.raises(BadInput, match="Infinity is no number"):
        parse_json(b"[Infinity]", "x", "a thing", nan=True)


def test_the_deepest_text_that_is_read():
    assert parse_json("[" * DEEPEST + "]" * DEEPEST, "x", "a thing")
    with pytest.raises(BadInput, match="nested"):
        parse_json("[" * (DEEPEST + 1) + "]" * (DEEPEST + 1), "x", "a thing")


def test_size_and_number_of_values_are_judged_before_anything_is_parsed(tmp_path, monkeypatch):
    path = tmp_path / "a.json"
    path.write_text("[" + "1," * 50 + "1]")
    monkeypatch.setattr(json, "loads", None)
    monkeypatch.setattr("stickdance.checkpoints.json_reader.MOST_VALUES", 40)
    with pytest.raises(BadInput, match="larger than 100 bytes"):
        read_json(path, "a thing", largest=100)
    with pytest.raises(BadInput, match="51 values, at most 40"):
        read_json(path, "a thing")


def test_a_file_that_is_none_and_a_list_for_an_object(tmp_path):
    with pytest.raises(BadInput, match="no such file; expected a thing"):
        read_json(tmp_path / "none.json", "a thing")
    with pytest.raises(BadInput, match="is a folder; expected a thing"):
        read_json(tmp_path, "a thing")
    (tmp_path / "list.json").write_text("[]")
    with pytest.raises(BadInput, match="expected a JSON object, a thing, found a list"):
        read_json_object(tmp_path / "list.json", "a thing")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no named pipes")
def test_a_pipe_is_refused_and_nobody_waits_for_it(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(BadInput, match="is a pipe, expected an ordinary file"):
        read_json(tmp_path / "pipe", "a thing")
    with pytest.raises(BadInput, match="a pipe"):
        read_npz(tmp_path / "pipe", "a thing", wanted=["points"])

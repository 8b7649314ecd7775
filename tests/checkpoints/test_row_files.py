import json

import pytest

from stickdance.checkpoints.errors import BadInput
from stickdance.checkpoints.row_files import read_rows


def rows(path, check=lambda columns: None):
    return [(row.number, dict(row.cells)) for row in read_rows(path, check)]


def test_a_table_and_objects_are_read_alike_but_for_types(tmp_path):
    (tmp_path / "a.csv").write_text("song,seed\nx.wav,1\n'=y.wav,2\n")
    objects = [{"song": "x.wav", "seed": 1}, {"song": "=y.wav", "seed": 2}]
    (tmp_path / "a.jsonl").write_text("\n\n".join(map(json.dumps, objects)))
    table = rows(tmp_path / "a.csv")
    assert table == [(2, {"song": "x.wav", "seed": "1"}), (3, {"song": "=y.wav", "seed": "2"})]
    assert rows(tmp_path / "a.jsonl") == [(1, objects[0]), (3, objects[1])]


def test_rows_of_both_kinds_are_numbered_by_their_line_in_the_file(tmp_path):
    (tmp_path / "a.csv").write_text('song,name\n\nx,"two\nlines"\r\n\r\ny,one\n')
    (tmp_path / "a.jsonl").write_text('\n\n{"song": "x"}\n\n\n{"song": "y"}\n')
    assert [number for number, _ in rows(tmp_path / "a.csv")] == [3, 6]
    assert [number for number, _ in rows(tmp_path / "a.jsonl")] == [3, 6]


@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        ("a.jsonl", '{"a": 1}\n{"a": \n', "a.jsonl: row 2: is no JSON"),
        ("a.jsonl", "[1, 2]\n", "row 1: expected a JSON object"),
        ("a.jsonl", '{"b": 1}\n', "row 1: no b"),
        ("a.csv", "b\n1\n", "a.csv: no b"),
        ("a.csv", "a\n\n1,2\n", "row 3: has another number of fields"),
        ("a.csv", "a\n1,2\n", "row 2: has another number of fields"),
        ("a.csv", "a\n\0\n\xff", "cannot be read as a CSV"),
    ],
)
def test_what_is_no_manifest_is_refused_in_one_line(tmp_path, name, text, reason):
    (tmp_path / name).write_bytes(text.encode("latin-1"))

    def check(columns):
        if "b" in columns:
            raise BadInput(f"{tmp_path / name}: no b")

    with pytest.raises(BadInput, match=reason) as caught:
        rows(tmp_path / name, check)
    assert "\n" not in str(caught.value)


def test_a_column_twice_and_a_file_that_is_absent_are_told(tmp_path):
    table = tmp_path / "a.csv"
    table.write_text("song,to,to\na,1,2\n")
    with pytest.raises(BadInput, match="row 1: column 'to' stands twice"):
        list(read_rows(table, lambda columns: None))
    with pytest.raises(BadInput, match="no such file"):
        list(read_rows(tmp_path / "b.jsonl", lambda columns: None))
    with pytest.raises(BadInput, match="is a folder"):
        list(read_rows(tmp_path, lambda columns: None))

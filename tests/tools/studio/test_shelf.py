import pytest

from stickdance.checkpoints.errors import BadInput
from stickdance.tools.studio.shelf import Shelf, label


def test_things_are_kept_under_names_of_ours_the_newest_first(tmp_path):
    shelf = Shelf(tmp_path / "songs", "song")
    first = shelf.add({"label": "../one", "added": 1.0})
    second = shelf.add({"label": "two", "added": 2.0})
    assert [item["label"] for item in shelf.all()] == ["two", "../one"]
    assert {path.name for path in shelf.folder.iterdir()} == {first["id"], second["id"]}


def test_what_is_changed_is_read_again(tmp_path):
    shelf, other = Shelf(tmp_path, "song"), Shelf(tmp_path, "song")
    song = shelf.add({"label": "one"})
    other.change(song["id"], lambda item: {**item, "label": "two"})
    assert shelf.find(song["id"])["label"] == "two"
    shelf.remove(song["id"])
    with pytest.raises(BadInput, match="there is no song"):
        other.find(song["id"])


@pytest.mark.parametrize("name", ["", "..", "../x", "a/b", "ABCDEF", "x" * 40])
def test_a_name_that_is_not_ours_is_nothing(tmp_path, name):
    with pytest.raises(BadInput, match="there is no song"):
        Shelf(tmp_path, "song").find(name)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("  My\nsong\t ", "My song"),
        ("\x00\x1b[31m", "[31m"),
        ("\u202eevil", "evil"),  # turns the direction of what follows
        ("", "A song"),
        ("x" * 200, "x" * 80),
        (None, "None"),
    ],
)
def test_a_label_is_one_short_line_of_letters_that_are_seen(text, told):
    assert label(text, "A song") == told

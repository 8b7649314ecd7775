"""`import stickdance` is cheap, typed, and does what its own example says."""

import ast
import doctest
import subprocess
import sys
from pathlib import Path

import pytest

import stickdance
from stickdance.tools.demo.song.compose import compose, write_song

ROOT = Path(__file__).resolve().parent.parent.parent.parent


def typed_places() -> dict[str, str]:
    """What the imports for type checkers say: {public name: "module:name"}."""
    tree = ast.parse((ROOT / "tools/api/__init__.py").read_text(encoding="utf-8"))
    block = next(node for node in tree.body if isinstance(node, ast.If))
    return {
        alias.asname or alias.name: f"{node.module.removeprefix('stickdance.')}:{alias.name}"
        for node in block.body
        for alias in node.names
    }


def test_what_type_checkers_see_is_what_is_imported():
    assert typed_places() == stickdance._PLACES
    assert sorted(stickdance.__all__) == dir(stickdance)


@pytest.mark.parametrize("name", dir(stickdance))
def test_every_public_name_is_there_and_documented(name):
    assert getattr(stickdance, name).__doc__


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="has no attribute 'dance_me'"):
        _ = stickdance.dance_me


def test_importing_stickdance_loads_nothing_of_it_or_of_others():
    code = (
        "import sys; before = set(sys.modules); import stickdance; "
        "new = {name for name in sys.modules if name not in before}; "
        "print(*[name for name in new if name.split('.')[0] not in sys.stdlib_module_names])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert set(done.stdout.split()) <= {"stickdance", "_typing"}


def test_the_examples_do_what_they_say(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    song = tmp_path / "song.wav"
    write_song(compose(1, seconds=8.0, tempo=120.0), song)
    found = doctest.testmod(stickdance, extraglobs={"song": song}, raise_on_error=False)
    assert found.attempted >= 6
    assert found.failed == 0

import hashlib
from dataclasses import replace

import pytest

from stickdance.checkpoints.errors import WeightsAbsent
from stickdance.checkpoints.public import model_files
from stickdance.checkpoints.public.model_files import BLAZEPOSE, BLAZEPOSE_HEAVY, ModelFile


@pytest.fixture
def places(monkeypatch, tmp_path):
    """The three places where models are looked for, all empty: named, cached, installed."""
    named, cached, installed = (tmp_path / name for name in ("named", "cache", "installed"))
    monkeypatch.setenv("STICKDANCE_MODELS", str(named))
    monkeypatch.setenv("XDG_CACHE_HOME", str(cached))
    monkeypatch.setattr(model_files, "_installed", lambda: installed)
    return named, cached / "stickdance" / "models", installed / "pose"


@pytest.fixture
def abc():
    """A set of one file whose content is the three letters abc."""
    file = ModelFile("pose/one.tflite", 3, hashlib.sha256(b"abc").hexdigest())
    return replace(BLAZEPOSE, files=(file,))


def put(folder, content=b"abc"):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "one.tflite").write_bytes(content)
    return folder / "one.tflite"


def test_a_model_is_taken_from_the_first_place_that_has_it(places, abc):
    for folder in reversed(places):
        path = put(folder)
        assert abc.checked("one.tflite") == path
        assert (abc.state(), abc.path) == ("here", folder)


def test_an_absent_model_is_one_line_with_the_command_that_gets_it(places, abc):
    with pytest.raises(WeightsAbsent, match="`stickdance models get blazepose`") as error:
        abc.checked("one.tflite")
    assert error.value.exit_status == 4
    assert "STICKDANCE_MODELS" in str(error.value)
    assert abc.state() == "absent"


@pytest.mark.parametrize("own", [0, 1], ids=["named", "cached"])
def test_another_file_in_a_folder_of_ours_is_refused_and_not_passed_over(places, abc, own):
    path = put(places[own], b"abd")
    put(places[2])
    with pytest.raises(WeightsAbsent, match="is damaged or another file") as error:
        abc.checked("one.tflite")
    assert str(path) in str(error.value)
    assert abc.state() == "damaged"


def test_the_models_of_another_mediapipe_are_passed_over(places, abc):
    put(places[2], b"of another release")
    assert abc.state() == "absent"


def test_without_a_named_folder_models_lie_in_the_users_cache(places, monkeypatch):
    monkeypatch.delenv("STICKDANCE_MODELS")
    assert BLAZEPOSE_HEAVY.path == places[1] / "pose_landmark_heavy.tflite"
    assert BLAZEPOSE.path == places[1]

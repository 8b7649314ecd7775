"""Package managers are played by small scripts that leave the package which a test made."""

import hashlib
import io
import os
import sys
import tarfile
import zipfile
from dataclasses import replace

import pytest

from stickdance.checkpoints.errors import BadInput, WeightsAbsent
from stickdance.checkpoints.public import model_files, model_packages
from stickdance.checkpoints.public.downloading import fetch_published
from stickdance.checkpoints.public.model_files import BLAZEPOSE, BLAZEPOSE_HEAVY, ModelFile

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the scripts are the shell's")
DIGEST = hashlib.sha256(b"abc").hexdigest()
MODELS = replace(BLAZEPOSE, files=(ModelFile("pose/one.tflite", 3, DIGEST),))


@pytest.fixture
def models(monkeypatch, tmp_path):
    """The folder of models, empty; no mediapipe is installed."""
    monkeypatch.setenv("STICKDANCE_MODELS", str(tmp_path / "models"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(model_files, "_installed", lambda: None)
    return tmp_path / "models"


def wheel(path, content=b"abc"):
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("mediapipe/modules/pose/one.tflite", content)
        packed.writestr("mediapipe/__init__.py", "raise SystemExit('was run')")
        packed.writestr("mediapipe-0.10.21.dist-info/LICENSE", "Apache License")
    return path


def plays(monkeypatch, tmp_path, name, script):
    """Put a program first on the path, and its words into the file `words`."""
    programs = tmp_path / "programs"
    programs.mkdir(exist_ok=True)
    (programs / name).write_text(f'#!/bin/sh\necho "$@" > {tmp_path}/words\n{script}\n')
    (programs / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}{os.pathsep}{os.environ['PATH']}")
    return programs / name


@pytest.fixture
def pip(monkeypatch, tmp_path):
    """Have `python -m pip` run a script instead."""

    def pip(script):
        program = plays(monkeypatch, tmp_path, "python", script)
        monkeypatch.setattr(model_packages.sys, "executable", str(program))

    return pip


def test_the_wheels_models_are_unpacked_and_the_rest_is_dropped(models, pip, tmp_path):
    pip(f"cp {wheel(tmp_path / 'm.whl')} .")
    assert fetch_published(MODELS) == models
    assert (models / "one.tflite").read_bytes() == b"abc"
    names = {"one.tflite", "LICENSE.mediapipe.txt", "NOTICE.mediapipe.txt"}
    assert {path.name for path in models.iterdir()} == names
    assert "Apache License" in (models / "NOTICE.mediapipe.txt").read_text()
    words = (tmp_path / "words").read_text()
    assert "--no-deps" in words and "--only-binary=:all:" in words
    assert "--python-version 3.12" in words and words.endswith("mediapipe==0.10.21\n")


def test_models_that_are_here_are_not_got_again(models, pip, tmp_path):
    models.mkdir()
    (models / "one.tflite").write_bytes(b"abc")
    pip("exit 1")
    assert fetch_published(MODELS) == models
    assert not (tmp_path / "words").exists()


def test_a_wheel_with_another_file_leaves_nothing(models, pip, tmp_path):
    pip(f"cp {wheel(tmp_path / 'm.whl', b'abd')} .")
    with pytest.raises(BadInput, match="the package holds another file"):
        fetch_published(MODELS)
    assert list(models.iterdir()) == []


def test_a_package_index_out_of_reach_is_one_line_with_pips_last_word(models, pip):
    pip("echo 'ERROR: No matching distribution found' >&2; exit 1")
    with pytest.raises(WeightsAbsent, match="No matching distribution") as error:
        fetch_published(MODELS)
    assert error.value.exit_status == 4
    assert "\n" not in str(error.value)


def test_where_pip_is_absent_uv_unpacks_the_wheel(models, monkeypatch, tmp_path):
    monkeypatch.setattr(model_packages, "find_spec", lambda name: None)
    packed = wheel(tmp_path / "m.whl")
    unpack = (
        f'{sys.executable} -m zipfile -e {packed} "$(echo "$@" | sed "s/.*--target //; s/ .*//")"'
    )
    plays(monkeypatch, tmp_path, "uv", unpack)
    assert fetch_published(MODELS) == models
    assert (models / "one.tflite").read_bytes() == b"abc"


def test_without_pip_and_uv_it_is_said_what_to_install(models, monkeypatch):
    monkeypatch.setattr(model_packages, "find_spec", lambda name: None)
    monkeypatch.setattr(model_packages.shutil, "which", lambda name: None)
    with pytest.raises(WeightsAbsent, match="ensurepip"):
        fetch_published(MODELS)


def test_where_the_address_is_out_of_reach_npm_has_the_large_network(models, monkeypatch, tmp_path):
    with tarfile.open(tmp_path / "pose.tgz", "w:gz") as packed:
        entry = tarfile.TarInfo("package/pose_landmark_heavy.tflite")
        entry.size = 3
        packed.addfile(entry, io.BytesIO(b"abc"))
    plays(monkeypatch, tmp_path, "npm", f"cp {tmp_path}/pose.tgz .")
    nowhere = "http://127.0.0.1:9/pose_landmark_heavy.tflite"
    heavy = replace(BLAZEPOSE_HEAVY, address=nowhere, sha256=DIGEST, bytes=3)
    assert fetch_published(heavy).read_bytes() == b"abc"
    assert "pack" in (tmp_path / "words").read_text()

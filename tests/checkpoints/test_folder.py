import errno
import hashlib
import json

import pytest
import torch

from stickdance.checkpoints import folder as folders
from stickdance.checkpoints.errors import BadInput, NewerFormat, OutputFailed
from stickdance.checkpoints.folder import amend_model, check_model_place, load_model, save_model

TENSORS = {"layer.weight": torch.arange(6.0).reshape(2, 3), "layer.steps": torch.tensor(7)}
SHAPES = {"layer.weight": (2, 3), "layer.steps": ()}


@pytest.fixture
def model(tmp_path):
    def extras(folder):
        (folder / "plate.txt").write_text("a room")

    return save_model(tmp_path / "model", "toy", TENSORS, {"width": 3}, "# Toy\n", extras)


def test_what_was_saved_is_what_is_loaded(model):
    loaded = load_model(model, "toy")
    assert loaded.options == {"width": 3}
    assert loaded.card == "# Toy\n"
    assert loaded.shapes == SHAPES
    tensors = loaded.tensors(SHAPES)
    assert all(torch.equal(tensors[name], TENSORS[name]) for name in TENSORS)


def test_the_manifest_tells_size_and_hash_of_every_file(model):
    files = json.loads((model / "manifest.json").read_text())["files"]
    assert files.keys() == {"weights.safetensors", "options.json", "card.md", "plate.txt"}
    for name, facts in files.items():
        data = (model / name).read_bytes()
        assert facts == {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}


def test_the_files_can_be_read_by_whom_the_system_allows(model):
    modes = {file.stat().st_mode & 0o777 for file in model.iterdir()}
    assert len(modes) == 1


def test_nothing_is_left_behind_when_saving_fails(tmp_path, monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(folders, "write_tensors", full)
    with pytest.raises(OutputFailed, match=r"model: cannot be written.*free some space"):
        save_model(tmp_path / "model", "toy", TENSORS, {}, "")
    assert not list(tmp_path.iterdir())


def test_an_older_model_is_kept_when_saving_fails(model):
    def fails(_):
        raise RuntimeError("no")

    with pytest.raises(RuntimeError):
        save_model(model, "toy", TENSORS, {"width": 4}, "", fails)
    assert load_model(model, "toy").options == {"width": 3}
    assert [entry.name for entry in model.parent.iterdir()] == ["model"]


def test_a_model_replaces_one_of_its_kind_only(model):
    save_model(model, "toy", TENSORS, {"width": 4}, "")
    assert load_model(model, "toy").options == {"width": 4}
    with pytest.raises(OutputFailed, match="holds other files, not a performer"):
        save_model(model, "performer", TENSORS, {}, "")


def test_a_file_is_no_place_for_a_model(tmp_path):
    (tmp_path / "model").write_text("")
    with pytest.raises(OutputFailed, match="is a file"):
        check_model_place(tmp_path / "model", "toy")


@pytest.mark.parametrize("name", ["weights.safetensors", "options.json", "card.md", "plate.txt"])
def test_a_missing_or_cut_file_is_named(model, name):
    data = (model / name).read_bytes()
    (model / name).write_bytes(data[:-1])
    with pytest.raises(BadInput, match=f"{name}: has {len(data) - 1} bytes"):
        load_model(model, "toy")
    (model / name).unlink()
    with pytest.raises(BadInput, match=f"{name}: is missing"):
        load_model(model, "toy")


def test_a_changed_file_is_found_by_its_hash(model):
    (model / "card.md").write_text("# Yot\n")
    with pytest.raises(BadInput, match=r"card\.md: was changed"):
        load_model(model, "toy")


@pytest.mark.parametrize(
    ("manifest", "words"),
    [
        ("{", "cannot be read as JSON"),
        ("[]", "expected a JSON object"),
        ('{"kind": "take"}', "expected a toy, found a take"),
        ('{"kind": "toy", "format": "x"}', "format 'x' is unknown"),
        ('{"kind": "toy", "format": 1}', "its list of files is damaged"),
        ('{"kind": "toy", "format": 1, "files": {}}', "does not list weights"),
    ],
)
def test_a_manifest_that_is_none_is_refused(model, manifest, words):
    (model / "manifest.json").write_text(manifest)
    with pytest.raises(BadInput, match=words):
        load_model(model, "toy")


def test_names_outside_the_folder_are_refused(model):
    manifest = json.loads((model / "manifest.json").read_text())
    manifest["files"]["../secret"] = {"bytes": 1}
    (model / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(BadInput, match="outside the folder"):
        load_model(model, "toy")


def test_a_newer_format_says_so(model):
    manifest = json.loads((model / "manifest.json").read_text()) | {"format": 2}
    (model / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(NewerFormat, match="newer version"):
        load_model(model, "toy")


def test_an_unfinished_folder_is_refused(tmp_path):
    with pytest.raises(BadInput, match="found nothing there"):
        load_model(tmp_path / "none", "toy")
    with pytest.raises(BadInput, match="not a finished toy"):
        load_model(tmp_path, "toy")


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        (SHAPES | {"more": (1,)}, "lacks 1 tensors, 'more' first"),
        ({"layer.steps": ()}, "holds 1 foreign tensors, 'layer.weight'"),
        (SHAPES | {"layer.weight": (3, 2)}, r"shape \(2, 3\), expected \(3, 2\)"),
    ],
)
def test_tensors_of_another_model_are_refused(model, wanted, words):
    with pytest.raises(BadInput, match=words):
        load_model(model, "toy").tensors(wanted)


def test_texts_are_added_whole(model):
    amend_model(model, "toy", {"card.md": "# New\n", "scores.json": '{"psnr": 3}'})
    loaded = load_model(model, "toy")
    assert loaded.card == "# New\n"
    assert loaded.json("scores.json") == {"psnr": 3}
    assert loaded.json("absent.json") is None


def test_a_model_of_a_newer_version_is_not_overwritten(model):
    manifest = json.loads((model / "manifest.json").read_text())
    (model / "manifest.json").write_text(json.dumps(manifest | {"format": 99}))
    before = sorted((file.name, file.read_bytes()) for file in model.iterdir())
    with pytest.raises(NewerFormat, match="format 99"):
        save_model(model, "toy", TENSORS, {}, "")
    assert sorted((file.name, file.read_bytes()) for file in model.iterdir()) == before

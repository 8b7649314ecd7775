"""openpifpaf itself is optional: what can be tested without it is tested with a stand-in."""

import hashlib
import json
import os
import sys
import types
from pathlib import Path

import numpy as np
import pytest
import torch

from stickdance.capture.estimators.catalog import create
from stickdance.capture.estimators.pifpaf import PifPaf, _person
from stickdance.capture.keypoint_files.reading import read_keypoints
from stickdance.checkpoints.errors import BadInput, MissingDependency
from stickdance.checkpoints.public.public_weights import PUBLIC_WEIGHTS


class FakePredictor:
    """Loads its checkpoint as openpifpaf does, and finds two people, one of them without joints."""

    def __init__(self, checkpoint):
        self.network = torch.load(checkpoint)["model"]

    def numpy_image(self, image):
        joints = np.zeros((17, 3), np.float32)
        joints[5] = (image.shape[1] / 2, 7.5, 0.9)
        joints[6] = (3, 4, 1.02)
        people = [types.SimpleNamespace(data=joints), types.SimpleNamespace(data=0 * joints)]
        return people, [], {}


@pytest.fixture
def library(monkeypatch, tmp_path):
    fake = types.ModuleType("openpifpaf")
    fake.Predictor = FakePredictor
    fake.CHECKPOINT_URLS = {
        "shufflenetv2k16": "http://nowhere.invalid/net-cocokp-",
        "none": object(),
    }
    monkeypatch.setitem(sys.modules, "openpifpaf", fake)
    monkeypatch.setenv("TORCH_HOME", str(tmp_path / "torch"))
    return fake


def save_network(path: Path, model: object = None) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    model = torch.nn.Sequential(torch.nn.Conv2d(3, 4, 1)) if model is None else model
    torch.save({"model": model, "epoch": 0}, path)
    return hashlib.sha256(path.read_bytes()).hexdigest()


def official(library, tmp_path, name_hash: str | None = None) -> Path:
    """Put a network where an official checkpoint is kept, under a name with its hash."""
    saved = tmp_path / "saved.pkl"
    actual = save_network(saved)[:8]
    digits = name_hash or actual
    library.CHECKPOINT_URLS["shufflenetv2k16"] += f"{digits}.pkl"
    file = tmp_path / "torch" / "hub" / "checkpoints" / f"net-cocokp-{digits}.pkl"
    file.parent.mkdir(parents=True)
    saved.rename(file)
    return file


FRAME = np.zeros((20, 30, 3), np.uint8)


def test_people_come_with_missing_joints_missing_and_confidence_up_to_one(library, tmp_path):
    official(library, tmp_path)
    (found,) = create("pifpaf").estimate([FRAME])
    (person,) = found.people
    assert person.points[5].tolist() == [15, 7.5]
    assert person.confidence[[5, 6, 0]].tolist() == pytest.approx([0.9, 1, 0])
    assert np.isnan(person.points[0]).all()
    assert found.matte is None


def test_an_official_checkpoint_must_have_the_hash_of_its_name(library, tmp_path):
    file = official(library, tmp_path, name_hash="0123abcd")
    with pytest.raises(BadInput, match=f"{file.name}: has the SHA-256 .* expected 0123abcd"):
        PifPaf()


def test_an_official_checkpoint_without_a_hash_in_its_name_is_not_loaded(library):
    library.CHECKPOINT_URLS["shufflenetv2k16"] = "http://nowhere.invalid/net.pkl"
    with pytest.raises(BadInput, match="has no hash"):
        PifPaf()


def test_a_checkpoint_that_is_absent_is_not_fetched_but_said_how_to_get(library):
    library.CHECKPOINT_URLS["shufflenetv2k16"] += "0123abcd.pkl"
    with pytest.raises(MissingDependency, match=r"download http://nowhere.* put it at .*torch"):
        PifPaf()
    library.CHECKPOINT_URLS["shufflenetv2k16"] = PUBLIC_WEIGHTS["pifpaf"].address
    with pytest.raises(MissingDependency, match="`stickdance models get pifpaf` fetches them"):
        PifPaf()


def test_a_checkpoint_of_ones_own_needs_its_hash(library, tmp_path):
    digits = save_network(tmp_path / "own.pkl")
    with pytest.raises(BadInput, match=digits):
        PifPaf(str(tmp_path / "own.pkl"))
    (found,) = PifPaf(f"{tmp_path / 'own.pkl'}@{digits}").estimate([FRAME])
    assert len(found.people) == 1
    with pytest.raises(BadInput, match="expected 0000000000000000"):
        PifPaf(f"{tmp_path / 'own.pkl'}@{'0' * 16}")
    with pytest.raises(BadInput, match="16 to 64 hexadecimal digits"):
        PifPaf(f"{tmp_path / 'own.pkl'}@{digits[:8]}")
    with pytest.raises(BadInput, match="no such file"):
        PifPaf(f"{tmp_path / 'other.pkl'}@{digits}")
    with pytest.raises(BadInput, match="'other' is unknown; known: shufflenetv2k16"):
        PifPaf("other")


class Harmful:
    def __reduce__(self):
        return os.mkdir, ("harm",)


def test_a_checkpoint_with_the_right_hash_still_cannot_run_anything(library, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    digits = save_network(tmp_path / "own.pkl", Harmful())
    with pytest.raises(BadInput, match="mkdir, of which no network is made"):
        list(PifPaf(f"{tmp_path / 'own.pkl'}@{digits}").estimate([FRAME]))
    assert not (tmp_path / "harm").exists()


def test_a_file_that_is_no_checkpoint_is_refused(library, tmp_path):
    (tmp_path / "own.pkl").write_bytes(b"nothing")
    digits = hashlib.sha256(b"nothing").hexdigest()
    with pytest.raises(BadInput, match="is no checkpoint of torch"):
        list(PifPaf(f"{tmp_path / 'own.pkl'}@{digits}").estimate([FRAME]))


def test_without_the_package_the_error_tells_how_to_get_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "openpifpaf", None)
    with pytest.raises(MissingDependency, match="make pifpaf"):
        create("pifpaf")


def test_a_small_untrained_network_goes_through_openpifpaf_itself(tmp_path, capfd):
    openpifpaf = pytest.importorskip("openpifpaf", reason="openpifpaf is optional: make pifpaf")
    network = openpifpaf.network
    network.basenetworks.MobileNetV3.pretrained = False
    network.Factory.checkpoint, network.Factory.base_name = None, "mobilenetv3small"
    try:
        heads = openpifpaf.DATAMODULES["cocokp"]().head_metas
        made, _ = network.Factory().factory(head_metas=heads)
    finally:
        network.Factory.base_name = None
    digits = save_network(tmp_path / "small.pkl", made)
    estimator = create(f"pifpaf:{tmp_path / 'small.pkl'}@{digits}")
    noise = np.random.default_rng(0).integers(0, 255, (64, 80, 3), np.uint8)
    found = list(estimator.estimate([noise, noise]))
    assert len(found) == 2
    assert capfd.readouterr().out == ""  # where results are printed
    assert all(len(person.points) == 17 for estimate in found for person in estimate.people)


def test_a_person_is_the_same_from_openpifpaf_itself_and_from_its_json(tmp_path):
    openpifpaf = pytest.importorskip("openpifpaf", reason="openpifpaf is optional: make pifpaf")
    meta = openpifpaf.DATAMODULES["cocokp"]().head_metas[0]
    found = openpifpaf.Annotation(keypoints=meta.keypoints, skeleton=meta.draw_skeleton)
    for joint in range(1, 17):
        found.add(joint, (10.25 * joint, 7.5, 0.5))
    (tmp_path / "a.jpg.predictions.json").write_text(json.dumps([found.json_data()]))
    ((read,),) = read_keypoints(tmp_path / "a.jpg.predictions.json").frames
    direct = _person(found.data)
    np.testing.assert_array_equal(direct.points, read.points)
    np.testing.assert_array_equal(direct.confidence, read.confidence)

import json

import numpy as np
import pytest
import torch

from stickdance.capture.media.images import read_picture
from stickdance.capture.pose.body_profile import BodyProfile
from stickdance.checkpoints.errors import ExportDiffers, MissingDependency, UsageError
from stickdance.synth.engines.engine import installed_engines
from stickdance.synth.export import export
from stickdance.synth.options import ExportOptions
from stickdance.synth.performer.performer import Performer
from stickdance.synth.training.options import TrainingOptions
from stickdance.synth.training.trainer import train

pytestmark = pytest.mark.skipif(
    "onnxruntime" not in installed_engines(), reason="needs the extra engines"
)


@pytest.fixture(scope="module")
def performer(tiny_take, tmp_path_factory):
    to = tmp_path_factory.mktemp("performers") / "anna"
    train(tiny_take, to, TrainingOptions(steps=1, size=(64, 64), batch=1, device="cpu", workers=0))
    return to


def test_another_program_paints_what_the_performer_paints(performer, tmp_path):
    """Reads the folder as a stranger would: ONNX, JSON and plate, nothing of this project."""
    import onnxruntime

    exported = export(performer, tmp_path / "out")
    about = json.loads((exported.path / "model.json").read_text())
    assert about["size"] == [64, 64]
    assert "synthetic" in about["synthetic"]
    session = onnxruntime.InferenceSession(exported.path / "model.onnx")
    assert [each.name for each in session.get_inputs()] == list(about["inputs"])
    actor = Performer.load(performer, "cpu")
    random = torch.Generator().manual_seed(0)
    inputs = {
        name: torch.rand(2, each["shape"][1], 48, 32, generator=random)
        for name, each in about["inputs"].items()
    }
    picture, matte = session.run(None, {name: value.numpy() for name, value in inputs.items()})
    with torch.inference_mode():
        wanted = actor.generator.paint(**inputs)
    assert np.abs(picture - wanted.picture.numpy()).max() < 1e-3
    assert np.abs(matte - wanted.matte.numpy()).max() < 1e-3
    assert np.array_equal(read_picture(exported.path / "plate.png"), actor.plate)
    assert BodyProfile.load(exported.path / "body.json").bones == actor.body.bones


def test_the_difference_found_is_told(performer, tmp_path):
    exported = export(performer, tmp_path / "out")
    assert 0 <= exported.mean_difference <= exported.largest_difference < 1e-3
    assert exported.poses > 1
    about = json.loads((exported.path / "model.json").read_text())
    assert about["check"]["largest_difference"] == exported.largest_difference
    assert json.loads(json.dumps(exported.as_json()))["checked_by"] == "onnxruntime"


def test_a_graph_that_computes_something_else_is_not_written(performer, tmp_path, monkeypatch):
    original = torch.onnx.export

    def spoilt(module, *arguments, **named):
        module.generator.both.convolution.bias.data.add_(0.3)
        original(module, *arguments, **named)
        module.generator.both.convolution.bias.data.sub_(0.3)

    monkeypatch.setattr(torch.onnx, "export", spoilt)
    with pytest.raises(ExportDiffers, match=r"more than --limit 0\.001; nothing was written"):
        export(performer, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_without_an_engine_the_remedy_is_named(performer, tmp_path, monkeypatch):
    monkeypatch.setattr("stickdance.synth.export.installed_engines", lambda: ("torch",))
    with pytest.raises(MissingDependency, match="pip install"):
        export(performer, tmp_path / "out")


def test_a_limit_of_nothing_is_refused(performer, tmp_path):
    with pytest.raises(UsageError, match="--limit"):
        export(performer, tmp_path / "out", ExportOptions(limit=0))

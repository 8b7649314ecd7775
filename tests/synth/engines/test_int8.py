import pytest
import torch

from stickdance.checkpoints.errors import MissingDependency
from stickdance.synth.engines.contract import INT8
from stickdance.synth.engines.engine import build_engine, chosen_engine, installed_engines
from stickdance.synth.performer.performer import Performer
from stickdance.synth.rendering.calibration_poses import standing_poses
from stickdance.synth.training.options import TrainingOptions
from stickdance.synth.training.trainer import train

pytestmark = pytest.mark.skipif(
    not {"onnxruntime", "openvino"} <= set(installed_engines()), reason="needs the extra engines"
)
CPU = torch.device("cpu")


def windows(count, seed=0):
    random = torch.Generator().manual_seed(seed)
    out = []
    for _ in range(count):
        stick, plate = (2 * torch.rand(1, 3, 64, 96, generator=random) - 1 for _ in "ab")
        warped = torch.rand(1, 4, 64, 96, generator=random)
        out.append({"stick": stick, "warped": warped, "plate": plate})
    return out


def test_the_loss_that_is_told_is_that_of_windows_never_looked_at(generator, monkeypatch):
    from stickdance.synth.engines import int8

    monkeypatch.setattr(int8, "MOST_GREY_LEVELS", 20.0)  # noise through random weights loses more
    monkeypatch.setattr(int8, "LEAST_DECIBELS", 20.0)
    seen = windows(6)
    engine, said = int8.in_int8(build_engine("openvino", generator, CPU), generator, seen)
    assert engine.name == INT8
    answers = [(engine.paint(each), generator.paint(**each)) for each in seen[1::2]]
    off = torch.stack([127.5 * (found.picture - real.picture).abs() for found, real in answers])
    there = torch.stack([(real.matte > 0.5).expand_as(real.picture) for _, real in answers])
    assert 0 < off[there].mean() < 20
    assert f"{off[there].mean():.2f} grey levels" in said
    assert f"{off.max():.0f} at most" in said


def test_its_convolutions_are_in_whole_numbers_but_for_the_last(generator):
    import onnx

    from stickdance.synth.engines.graph import graph_of
    from stickdance.synth.engines.int8 import quantised

    seen = windows(2)
    graph = quantised(graph_of(generator, seen[0]), generator.inputs, seen)
    nodes = onnx.load_from_string(graph.onnx).graph.node
    made_by = {name: node.op_type for node in nodes for name in node.output}
    found = {
        node.name: made_by.get(node.input[1]) == "DequantizeLinear"
        for node in nodes
        if node.op_type == "Conv"
    }
    assert sum(found.values()) == 9  # four down, a block's two, three fine ones up
    assert not any(there for name, there in found.items() if name.startswith("/both/"))


def test_more_loss_than_is_accepted_leaves_the_engine_as_it_was(generator, monkeypatch):
    from stickdance.synth.engines import int8

    monkeypatch.setattr(int8, "MOST_GREY_LEVELS", 1e-4)
    engine = build_engine("openvino", generator, CPU, half=False)
    kept, said = int8.in_int8(engine, generator, windows(4))
    assert kept is engine
    assert "more than is accepted" in said
    assert "computed in float32 instead" in said


def test_without_two_windows_nothing_can_be_measured(generator):
    from stickdance.synth.engines.int8 import in_int8

    engine = build_engine("openvino", generator, CPU)
    kept, said = in_int8(engine, generator, windows(1))
    assert kept is engine
    assert "too few known poses" in said


def test_a_performer_is_painted_in_whole_numbers_and_says_what_that_costs(tiny_take, tmp_path):
    options = TrainingOptions(steps=1, size=(64, 64), batch=1, device="cpu", workers=0)
    train(tiny_take, tmp_path / "anna", options)
    plain, smaller = (Performer.load(tmp_path / "anna", "cpu", name) for name in ("torch", INT8))
    poses = standing_poses(plain.body, 3)
    wanted, found = (
        actor.render(poses.points, poses.confidence).astype(int) for actor in (plain, smaller)
    )
    assert smaller.renderer.engine.name == INT8
    assert [note[:5] for note in smaller.renderer.notes] == ["int8:"]
    assert abs(wanted - found).mean() < 1


def test_it_is_refused_where_one_of_its_packages_is_not_installed(monkeypatch):
    monkeypatch.setattr(
        "stickdance.synth.engines.engine.installed_engines", lambda: ("torch", "openvino")
    )
    with pytest.raises(MissingDependency, match=r"pip install 'stickdance\[engines\]'"):
        chosen_engine(INT8, CPU)

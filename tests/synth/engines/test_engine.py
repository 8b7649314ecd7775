import pytest
import torch
from torch import nn

from stickdance.checkpoints.errors import MissingDependency, UsageError
from stickdance.synth.engines.contract import inputs_of
from stickdance.synth.engines.engine import build_engine, chosen_engine, fastest, installed_engines
from stickdance.synth.engines.graph import graph_of
from stickdance.synth.generators.compact import Painted
from stickdance.synth.generators.pix2pixhd import WholeFrame

CPU = torch.device("cpu")
OTHERS = [name for name in installed_engines() if name != "torch"]


def scene(height: int, width: int, samples: int = 1, seed: int = 0) -> dict[str, torch.Tensor]:
    random = torch.Generator().manual_seed(seed)
    stick, plate = (2 * torch.rand(samples, 3, height, width, generator=random) - 1 for _ in "ab")
    colours = torch.rand(samples, 4, height, width, generator=random)
    return {"stick": stick, "warped": colours, "plate": plate}


@pytest.mark.parametrize("name", OTHERS)
@pytest.mark.parametrize("size", [(64, 96), (96, 64), (32, 32), (50, 37)])
def test_an_engine_paints_what_the_generator_paints(generator, name, size):
    engine, limit = build_engine(name, generator, CPU, half=False), 1e-3
    for seed in (0, 1):
        inputs = scene(*size, seed=seed)
        expected = generator.paint(**inputs)
        answer = engine.paint(inputs)
        assert answer.picture.shape == expected.picture.shape
        assert (answer.picture - expected.picture).abs().max() < limit
        assert (answer.matte - expected.matte).abs().max() < limit
        assert expected.picture.std() > 0.1


@pytest.mark.skipif("openvino" not in OTHERS, reason="needs OpenVINO")
def test_bfloat16_costs_less_than_a_grey_level_on_average(generator):
    inputs = scene(64, 96)
    answer = build_engine("openvino", generator, CPU, half=True).paint(inputs).picture
    assert (answer - generator.paint(**inputs).picture).abs().mean() < 2 / 255


@pytest.mark.skipif("openvino" not in OTHERS, reason="needs OpenVINO")
def test_windows_of_many_sizes_take_no_more_memory_than_those_of_a_few(generator):
    from stickdance.synth.engines.openvino_engine import MOST_SIZES

    engine = build_engine("openvino", generator, CPU, half=False)
    for place in (*range(MOST_SIZES + 2), 0):
        inputs = scene(32, 32 + 16 * place)
        difference = engine.paint(inputs).picture - generator.paint(**inputs).picture
        assert difference.abs().max() < 1e-3
        assert len(engine._compiled) <= MOST_SIZES


@pytest.mark.parametrize("name", OTHERS)
def test_a_generator_of_whole_frames_is_computed_too(name):
    torch.manual_seed(0)
    network = WholeFrame(channels=4, downsamplings=2, blocks=1, enhance=False).eval()
    inputs = scene(40, 52)
    expected = network(**inputs).picture
    answer = build_engine(name, network, CPU).paint(inputs).picture
    assert answer.shape == expected.shape
    assert (answer - expected).abs().max() < 0.05
    assert (answer - expected).abs().mean() < 0.005


@pytest.mark.parametrize("name", OTHERS)
def test_a_generator_may_have_inputs_of_other_names(name):
    class Fading(nn.Module):
        inputs = ("plate", "before", "share")

        def paint(self, plate, before, share):
            share = share[:, :, None, None]
            return Painted(plate * share + before * (1 - share), before[:, :1])

    values = scene(32, 48)
    inputs = {"share": torch.tensor([[0.25]]), "before": values["stick"], "plate": values["plate"]}
    assert inputs_of(Fading()) == ("plate", "before", "share")
    answer = build_engine(name, Fading(), CPU).paint(inputs)
    expected = 0.25 * values["plate"] + 0.75 * values["stick"]
    assert (answer.picture - expected).abs().max() < 0.02


@pytest.mark.skipif(not OTHERS, reason="needs the extra engines")
def test_the_graph_is_made_of_plain_onnx_and_takes_any_size(generator):
    import onnx

    model = onnx.load_from_string(graph_of(generator, scene(64, 64)).onnx)
    onnx.checker.check_model(model, full_check=True)
    assert [each.name for each in model.graph.input] == ["stick", "warped", "plate"]
    assert {each.domain for each in model.graph.node} <= {"", "ai.onnx"}
    dims = model.graph.input[0].type.tensor_type.shape.dim
    assert [dim.dim_param for dim in dims] == ["samples", "", "height", "width"]


def test_auto_takes_what_was_measured_fastest_among_what_is_installed():
    everything = ("torch", "onnxruntime", "openvino")
    assert fastest(everything, CPU, half=True) == "torch"
    assert fastest(everything, CPU, half=False) == "openvino"
    assert fastest(("torch", "onnxruntime"), CPU, half=True) == "torch"
    assert fastest(("torch", "onnxruntime"), CPU, half=False) == "onnxruntime"
    assert fastest(("torch",), CPU, half=False) == "torch"
    assert fastest(everything, torch.device("cuda"), half=True) == "torch"


def test_an_engine_that_is_not_installed_is_named_with_its_remedy(monkeypatch):
    monkeypatch.setattr("stickdance.synth.engines.engine.installed_engines", lambda: ("torch",))
    with pytest.raises(MissingDependency, match=r"pip install 'stickdance\[engines\]'") as error:
        chosen_engine("openvino", CPU)
    assert error.value.exit_status == 4
    assert chosen_engine("auto", CPU) == "torch"


@pytest.mark.skipif(not OTHERS, reason="needs the extra engines")
def test_an_engine_for_cpus_is_refused_on_a_gpu():
    with pytest.raises(UsageError, match="--engine torch"):
        chosen_engine(OTHERS[0], torch.device("cuda"))

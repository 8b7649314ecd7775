import subprocess
import sys

import pytest
import torch
from torch.utils.flop_counter import FlopCounterMode

from stickdance.checkpoints.errors import BadInput, UsageError
from stickdance.synth.generators.catalog import GENERATORS, chosen, outline


def test_a_rival_judges_heads_as_whole_pictures_are_judged_where_that_is_asked_for():
    plain, faced, judged = (
        chosen("compact", face).recipe.weights for face in ("off", "on", "rival")
    )
    assert faced == plain
    assert judged["face_adversarial"] == plain["adversarial"]
    assert judged["face_feature_matching"] == plain["feature_matching"]
    assert {name: judged[name] for name in plain} == dict(plain)


def test_nothing_is_added_that_was_not_asked_for():
    assert chosen("compact") is GENERATORS["compact"]


@pytest.mark.parametrize("name", GENERATORS)
def test_samples_are_mirrored_where_that_is_asked_for(name):
    plain, mirrored = chosen(name).augmentation, chosen(name, mirror=True).augmentation
    assert (plain.flip, mirrored.flip) == (0.0, 0.5)
    assert mirrored.windows == plain.windows


@pytest.mark.parametrize("name", GENERATORS)
def test_numbers_say_whether_there_is_a_face_refiner(name):
    plain, faced = (chosen(name, face).numbers for face in ("off", "on"))
    assert outline(name, plain).face is None
    network = outline(name, faced)
    ours = {key for key in network.state_dict() if not key.startswith("face.")}
    assert ours == outline(name, plain).state_dict().keys()
    assert network.face is not None


def test_the_published_generator_has_the_published_face_network():
    face = outline("pix2pixhd", chosen("pix2pixhd", "on").numbers).face
    assert face is not None
    assert sum(each.numel() for each in face.parameters()) == 26_724_291


def test_an_outline_needs_no_memory():
    network = outline("pix2pixhd", GENERATORS["pix2pixhd"].numbers)
    assert all(each.device == torch.device("meta") for each in network.parameters())


@pytest.mark.parametrize("numbers", [{"face": -1}, {"face": 1e9}, {"face": [32]}, {"mouth": 3}])
def test_numbers_that_build_nothing_are_refused(numbers):
    with pytest.raises(BadInput, match="compact"):
        outline("compact", numbers)


def test_networks_multiply_as_often_as_their_names_say():
    counts = []
    for network in ("small", "standard", "large"):
        generator = outline("compact", chosen("compact", network=network).numbers)
        inputs = [torch.zeros(1, channels, 256, 256, device="meta") for channels in (3, 4, 3)]
        with FlopCounterMode(display=False) as counter:
            generator.paint(*inputs)
        counts.append(counter.get_total_flops() / 2e9)
    assert counts == pytest.approx([0.78, 1.03, 2.32], abs=0.02)


def test_a_performer_without_numbers_keeps_the_network_that_it_was_trained_with():
    assert sum(each.numel() for each in outline("compact", {}).parameters()) == 2_831_706


def test_a_generator_of_one_size_is_not_built_in_another():
    with pytest.raises(UsageError, match="--network small: pix2pixhd_fine has one size"):
        chosen("pix2pixhd_fine", network="small")
    with pytest.raises(UsageError, match="pix2pixhd has small and standard alone"):
        chosen("pix2pixhd", network="large")


def test_a_small_pix2pixhd_is_narrow_and_so_are_its_three_discriminators():
    kind, published = chosen("pix2pixhd", network="small"), chosen("pix2pixhd")
    counts = [
        sum(each.numel() for each in outline("pix2pixhd", one.numbers).parameters())
        for one in (kind, published)
    ]
    assert counts[0] < counts[1] / 10
    assert (kind.recipe.discriminator_channels, kind.recipe.discriminator_scales) == (20, 3)
    assert published.recipe.discriminator_channels == 64


def test_a_small_network_keeps_its_face_refiner_and_its_frame_before():
    kind = chosen("compact", face="on", temporal="change", network="small")
    network = outline("compact", kind.numbers)
    assert network.face is not None
    assert network.temporal
    assert network.down_half[0].out_channels == kind.numbers["channels"][0]


def test_an_outline_is_made_without_loading_torchs_compiler():
    # In a process of its own, since other tests may have loaded it.
    code = (
        "import sys; from stickdance.synth.generators.catalog import GENERATORS, outline; "
        "[outline(name, kind.numbers) for name, kind in GENERATORS.items()]; "
        "sys.exit('torch._dynamo' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0

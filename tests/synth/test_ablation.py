from dataclasses import replace

import pytest
import torch

from stickdance.synth.generators.catalog import GENERATORS
from stickdance.synth.generators.compact import BLENDED, IGNORED, SEEN, CompactGenerator
from stickdance.tools.benchmarks.ablation import VARIANTS, AblationOptions, altered, lines, row


def painted(warped, colours):
    torch.manual_seed(0)
    generator = CompactGenerator((8, 8, 8, 8), 1, warped=warped)
    stick, plate = torch.zeros(1, 3, 32, 32), torch.zeros(1, 3, 32, 32)
    own = torch.ones(1, 4, 32, 32)
    own[:, :3] = colours
    return generator.paint(stick, own, plate).picture


def test_pixels_that_are_no_source_are_seen_all_the_same_and_ignored_ones_are_not():
    assert painted(BLENDED, 0.9).mean() > 0.8
    seen = painted(SEEN, 0.9)
    assert seen.mean() < 0.5
    assert (seen - painted(SEEN, -0.9)).abs().max() > 1e-4
    assert torch.equal(painted(IGNORED, 0.9), painted(IGNORED, -0.9))


def test_a_variant_alters_the_default_in_one_thing_and_for_a_while_only():
    before = GENERATORS["compact"]
    with altered(VARIANTS["no_adversary"]):
        weights = GENERATORS["compact"].recipe.weights
        assert weights["adversarial"] == weights["feature_matching"] == 0
        assert weights["l1"] == before.recipe.weights["l1"]
    with altered(VARIANTS["likest_sources"]):
        assert GENERATORS["compact"].augmentation == replace(before.augmentation, source_noise=0)
    assert GENERATORS["compact"] is before


def test_variants_are_trained_and_scored_side_by_side(tiny_take, tmp_path):
    options = AblationOptions(to=tmp_path, steps=1, size=(64, 64))
    rows = [row(tiny_take, name, options) for name in ("condition", "no_fading", "default")]
    assert [one["variant"] for one in rows] == ["condition", "no_fading", "default"]
    assert rows[0]["ssim_skimage"] < rows[2]["ssim_skimage"]
    trained = {place.parent.name for place in tmp_path.glob("*/weights.safetensors")}
    assert trained == {"take-condition-1steps-seed0", "take-default-1steps-seed0"}
    assert lines({"rows": rows}).count("\n") == 3


@pytest.mark.parametrize("name", VARIANTS)
def test_every_variant_can_be_built(name):
    with altered(VARIANTS[name]), torch.device("meta"):
        kind = GENERATORS["compact"]
        kind.build(**kind.numbers)

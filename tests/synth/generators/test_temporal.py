import pytest
import torch

from stickdance.checkpoints.errors import UsageError
from stickdance.synth.generators.catalog import chosen
from stickdance.synth.generators.compact import CompactGenerator
from stickdance.synth.generators.pix2pixhd import WholeFrame
from stickdance.synth.generators.recipe import Recipe
from stickdance.synth.generators.temporal import fetched, painted_in_turn, paired, recalls
from stickdance.synth.training.step import Optimisation


@pytest.fixture
def pairs():
    random = torch.Generator().manual_seed(0)
    shapes = {"stick": 3, "warped": 4, "photo": 3, "matte": 1}
    both = {**shapes, "plate": 3, **{f"next_{name}": count for name, count in shapes.items()}}
    batch = {name: torch.rand(2, count, 32, 32, generator=random) for name, count in both.items()}
    return batch | {
        "motion": torch.zeros(2, 2, 32, 32),
        "flow": torch.zeros(2, 2, 32, 32),
        "known": torch.ones(2, 1, 32, 32),
    }


def published():
    torch.manual_seed(0)
    return WholeFrame(channels=4, downsamplings=2, blocks=1, temporal=True)


def compact():
    torch.manual_seed(0)
    return CompactGenerator((8, 8, 8, 8), 1, temporal=True)


def test_the_published_generator_with_six_channels_has_the_published_number_of_parameters():
    with torch.device("meta"):
        network = WholeFrame(temporal=True)
    assert sum(each.numel() for each in network.parameters()) == 182_452_675


def test_a_generator_without_memory_is_as_it_was():
    assert not recalls(CompactGenerator())
    assert recalls(compact())
    assert CompactGenerator().colours.out_channels == 4 * 6
    assert compact().colours.out_channels == 4 * 7


def test_pixels_are_fetched_from_where_the_motion_points():
    picture = torch.zeros(1, 1, 8, 8)
    picture[0, 0, 2, 3] = 1
    motion = torch.zeros(1, 2, 8, 8)
    motion[:, 0], motion[:, 1] = -2, 1  # from two to the left and one below
    out = fetched(picture, motion)
    assert out[0, 0, 1, 5] == pytest.approx(1, abs=1e-5)
    assert out.sum() == pytest.approx(1, abs=1e-4)


@pytest.mark.parametrize("build", [published, compact])
def test_the_second_frame_sees_the_first_ones_output_and_gradients_run_through_both(pairs, build):
    generator = build()
    unrolled = painted_in_turn(generator, pairs)
    assert unrolled.painted.picture.shape == (4, 3, 32, 32)
    assert torch.equal(unrolled.batch["photo"][2:], pairs["next_photo"])
    first = generator(pairs["stick"], pairs["warped"], pairs["plate"]).picture
    seen = pairs["next_stick"], pairs["next_warped"], pairs["plate"]
    second = generator(*seen, before=fetched(first, pairs["motion"])).picture
    assert torch.allclose(unrolled.painted.picture[2:], second, atol=1e-5)
    alone = generator(*seen).picture
    assert (second - alone).abs().max() > 1e-4
    leaf = first.detach().requires_grad_()
    generator(*seen, before=leaf).picture.sum().backward()
    assert leaf.grad.abs().max() > 0


def test_pairs_are_put_side_by_side_in_channels():
    frames = torch.arange(4.0).reshape(4, 1, 1, 1)
    assert paired(frames).flatten(1).tolist() == [[0, 2], [1, 3]]


@pytest.mark.parametrize(
    "weights",
    [{"l1": 1.0, "change": 2.0}, {"l1": 1.0, "temporal_adversarial": 1.0}],
)
def test_training_on_pairs_lowers_the_error(pairs, weights):
    recipe = Recipe(weights=weights, discriminator_channels=4, discriminator_scales=1,
                    generator_rate=2e-3)  # fmt: skip
    run = Optimisation(compact(), recipe, torch.device("cpu"))
    losses = [run.step(pairs, 0.0) for _ in range(40)]
    assert losses[-1]["l1"] < 0.9 * losses[0]["l1"]
    named = (
        {"change"} if "change" in weights else {"temporal_adversarial", "temporal_discriminator"}
    )
    assert named < losses[0].keys()


def test_the_choice_names_what_judges_pairs_and_who_cannot():
    assert chosen("compact").recipe.weights.get("change", 0) == 0
    change, gan = chosen("compact", temporal="change"), chosen("pix2pixhd", temporal="rival")
    assert change.recipe.weights["change"] > 0
    assert change.numbers["temporal"] is True
    assert change.augmentation.pairs
    assert change.recipe.batch == chosen("compact").recipe.batch // 2
    assert gan.recipe.weights["temporal_adversarial"] == gan.recipe.weights["adversarial"]
    with pytest.raises(UsageError, match="--temporal"):
        chosen("pix2pixhd_fine", temporal="rival")

from dataclasses import replace

import pytest
import torch

from stickdance.synth.generators.compact import CompactGenerator
from stickdance.synth.generators.face import CompactFace, FaceRefiner
from stickdance.synth.generators.pix2pixhd import WholeFrame
from stickdance.synth.generators.recipe import Recipe
from stickdance.synth.training.gan import GAN_LOSSES
from stickdance.synth.training.losses import feature_matching
from stickdance.synth.training.step import Optimisation

RECIPE = Recipe(
    weights={"l1": 1.0, "adversarial": 2.0, "feature_matching": 3.0},
    discriminator_channels=4, discriminator_scales=2, average=0.9,
)  # fmt: skip


@pytest.fixture
def batch():
    random = torch.Generator().manual_seed(0)
    shapes = {"stick": 3, "warped": 4, "photo": 3, "plate": 3, "matte": 1}
    return {
        name: torch.rand(2, channels, 32, 32, generator=random) for name, channels in shapes.items()
    }


def optimisation(recipe=RECIPE, perceptual=None, parts=1):
    torch.manual_seed(0)
    generator = WholeFrame(channels=4, downsamplings=2, blocks=1)
    return Optimisation(generator, recipe, torch.device("cpu"), perceptual, parts=parts)


def test_each_side_gets_the_gradients_of_its_own_loss_alone(batch):
    run = optimisation()
    stick, photo = batch["stick"], batch["photo"]
    picture = run.generator(stick, batch["warped"], batch["plate"]).picture
    rival = run.discriminators[""]
    judge = rival.discriminator
    real = judge(torch.cat([stick, photo], 1))
    apart = judge(torch.cat([stick, picture.detach()], 1))
    theirs = torch.autograd.grad(
        rival.loss.discriminator_loss(apart, real), list(judge.parameters()), retain_graph=True
    )
    fake = judge(torch.cat([stick, picture], 1))
    total = (
        (picture - photo).abs().mean()
        + 2 * rival.loss.generator_loss(fake)
        + 3 * feature_matching(fake, real)
    )
    ours = torch.autograd.grad(total, list(run.generator.parameters()))
    run.step(batch, 0.0)
    for network, wanted in ((judge, theirs), (run.generator, ours)):
        for parameter, gradient in zip(network.parameters(), wanted, strict=True):
            assert torch.allclose(parameter.grad, gradient, rtol=1e-4, atol=1e-7)


@pytest.mark.parametrize("adversary", GAN_LOSSES)
def test_every_game_trains(batch, adversary):
    run = optimisation(replace(RECIPE, adversary=adversary))
    losses = [run.step(batch, 0.0)["l1"] for _ in range(12)]
    assert losses[-1] < losses[0]
    assert run.is_finite()


def test_losses_have_the_names_of_their_weights(batch):
    losses = optimisation().step(batch, 0.0)
    assert losses.keys() == {*RECIPE.weights, "discriminator"}


def test_the_adversary_takes_part_from_its_share_on(batch):
    run = optimisation(replace(RECIPE, adversary_from=0.5))
    before = [parameter.clone() for parameter in run.discriminators[""].discriminator.parameters()]
    assert run.step(batch, 0.4).keys() == {"l1"}
    assert all(map(torch.equal, before, run.discriminators[""].discriminator.parameters()))
    assert "discriminator" in run.step(batch, 0.5)
    assert not all(map(torch.equal, before, run.discriminators[""].discriminator.parameters()))


def test_the_perceptual_loss_is_left_out_without_its_network(batch):
    recipe = replace(RECIPE, weights={"l1": 1.0, "perceptual": 1.0})
    assert optimisation(recipe).step(batch, 0.0).keys() == {"l1"}
    with_it = optimisation(recipe, torch.nn.MSELoss()).step(batch, 0.0)
    assert with_it.keys() == {"l1", "perceptual"}


def test_the_average_follows_the_weights(batch):
    run = optimisation()
    start = {name: value.clone() for name, value in run.average.items()}
    run.step(batch, 0.0)
    decay = min(0.9, 2 / 11)
    for name, value in run.generator.state_dict().items():
        assert torch.allclose(run.average[name], decay * start[name] + (1 - decay) * value)


def test_learning_rates_follow_the_recipe(batch):
    run = optimisation()
    run.step(batch, 0.75)
    assert run.generator_optimiser.param_groups[0]["lr"] == pytest.approx(1e-4)


def test_what_was_saved_goes_on_bit_by_bit(batch):
    one, other = optimisation(), optimisation()
    one.step(batch, 0.0)
    other.load({name: value.clone() for name, value in one.tensors().items()}, one.steps)
    for run in (one, other):
        run.step(batch, 0.5)
    ours, theirs = one.tensors(), other.tensors()
    assert ours.keys() == theirs.keys()
    assert all(torch.equal(ours[name], theirs[name]) for name in ours)


def test_half_precision_stays_near(batch):
    run = optimisation()
    run.half = True
    near, exact = run.step(batch, 0.0), optimisation().step(batch, 0.0)
    assert near["l1"] == pytest.approx(exact["l1"], rel=0.02)


def test_the_adversary_comes_in_slowly():
    recipe = Recipe(adversary_from=0.2, adversary_ramp=0.4)
    assert [recipe.adversary_factor(share) for share in (0.1, 0.2, 0.4, 0.6, 1.0)] == [
        0.0,
        0.0,
        pytest.approx(0.5),
        pytest.approx(1.0),
        1.0,
    ]
    assert Recipe(adversary_from=0.2).adversary_factor(0.2) == 1.0


def test_a_training_gone_astray_goes_back_to_the_average_and_slower(batch):
    run = optimisation(replace(RECIPE, weights={"l1": 1.0}))
    for _ in range(40):
        run.step(batch, 0.0)
    with torch.no_grad():  # as one step too long would leave it
        for value in run.generator.parameters():
            value.mul_(-20)
    stray = run.step(batch, 0.0)["l1"]
    for name, value in run.generator.state_dict().items():
        assert torch.equal(value, run.average[name])
    back = run.step(batch, 0.0)["l1"]
    assert back < stray / 1.5
    assert run.divergence.rate == 0.5
    assert run.generator_optimiser.param_groups[0]["lr"] == RECIPE.generator_rate / 2


@pytest.mark.parametrize("parts", [2, 3, 5, 9])
def test_a_batch_computed_in_parts_gives_the_step_of_the_whole_batch(parts):
    random = torch.Generator().manual_seed(1)
    shapes = {"stick": 3, "warped": 4, "photo": 3, "plate": 3, "matte": 1}
    batch = {name: torch.rand(5, size, 32, 32, generator=random) for name, size in shapes.items()}
    recipe = replace(RECIPE, weights={**RECIPE.weights, "structure": 2.0, "texture": 1.0}, clip=0.5)
    whole, split = optimisation(recipe), optimisation(recipe, parts=parts)
    losses, again = whole.step(batch, 0.0), split.step(batch, 0.0)
    assert again == pytest.approx(losses, rel=1e-5)
    for one, other in ((whole.generator, split.generator), (judge_of(whole), judge_of(split))):
        for ours, theirs in zip(one.parameters(), other.parameters(), strict=True):
            # A bias before a normalisation has no gradient but rounding: a share of the largest.
            assert torch.allclose(ours.grad, theirs.grad, rtol=1e-3, atol=1e-5)


def test_parts_hold_the_activations_of_their_own_samples_alone(batch):
    seen = []
    run = optimisation(parts=2)
    run.generator.register_forward_hook(lambda _, given, __: seen.append(len(given[0])))
    run.step(batch, 0.0)
    assert seen == [1, 1]


def judge_of(run):
    return run.discriminators[""].discriminator


FACE = {"face_adversarial": 2.0, "face_feature_matching": 3.0}


def with_faces(batch, boxes):
    torch.manual_seed(0)
    generator = CompactGenerator((8, 8, 8, 8), 1, face=FaceRefiner(CompactFace(8)))
    run = Optimisation(generator, replace(RECIPE, weights=FACE), torch.device("cpu"))
    return run, batch | {"head": torch.tensor(boxes)}


def test_heads_have_a_rival_of_their_own(batch):
    run, batch = with_faces(batch, [[4, 4, 16, 16], [8, 12, 16, 16]])
    rival = run.discriminators["face_"].discriminator
    before = [each.clone() for each in (*rival.parameters(), *run.generator.face.parameters())]
    for _ in range(2):
        losses = run.step(batch, 0.0)
    assert losses.keys() == {*FACE, "face_discriminator"}
    after = [*rival.parameters(), *run.generator.face.parameters()]
    changed = [not torch.equal(one, other) for one, other in zip(before, after, strict=True)]
    assert sum(changed) > 0.9 * len(changed)


def test_the_rival_judges_the_heads_alone(batch):
    run, batch = with_faces(batch, [[4, 4, 16, 16], [0, 0, 0, 0]])
    changed = {name: value.clone() for name, value in batch.items()}
    changed["photo"][0, :, :4] = changed["photo"][1] = 0.0  # beside the head, and without a head
    one, other = run.gradients(batch, 0.0), run.gradients(changed, 0.0)
    assert one == other
    changed["photo"][0, :, 10] = 0.0
    assert run.gradients(changed, 0.0) != one


def test_a_batch_without_a_head_moves_nothing(batch):
    run, batch = with_faces(batch, [[0, 0, 0, 0], [0, 0, 0, 0]])
    losses = run.gradients(batch, 0.0)
    assert losses == dict.fromkeys((*FACE, "face_discriminator"), 0.0)
    gradients = [each.grad for each in run.discriminators["face_"].discriminator.parameters()]
    assert all(grad is not None and not grad.any() for grad in gradients)


def test_nothing_is_learned_where_photos_do_not_tell_what_should_be_painted(batch):
    told = torch.zeros(2, 1, 32, 32)
    told[..., :16] = 1
    recipe = Recipe(weights={"l1": 1.0, "matte": 1.0})

    def gradients(photo):
        torch.manual_seed(0)
        run = Optimisation(CompactGenerator((4, 4, 4, 4), blocks=1), recipe, torch.device("cpu"))
        losses = run.gradients({**batch, "photo": photo, "filmed": told}, 0.0)
        return losses, [each.grad for each in run.generator.parameters() if each.grad is not None]

    beyond = batch["photo"].clone()
    beyond[..., 16:] = torch.rand(2, 3, 32, 16)
    within = batch["photo"].clone()
    within[..., :16] = torch.rand(2, 3, 32, 16)
    (loss, first), (same, second), (other, _) = map(gradients, (batch["photo"], beyond, within))
    assert loss["l1"] == pytest.approx(same["l1"])
    assert loss["l1"] != pytest.approx(other["l1"])
    assert all(torch.allclose(one, two, atol=1e-7) for one, two in zip(first, second, strict=True))

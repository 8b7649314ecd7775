import pytest
import torch

from stickdance.synth.generators.pix2pixhd import WholeFrame, halved
from stickdance.synth.generators.recipe import COMPACT, PIX2PIXHD_FINE, Recipe
from stickdance.synth.training.coarse_to_fine import batch_at, learning_at, painted_at, stage_at
from stickdance.synth.training.step import Optimisation

RECIPE = Recipe(
    weights={"l1": 10.0, "adversarial": 1.0}, generator_rate=2e-3, discriminator_channels=4,
    discriminator_scales=1, coarse_until=0.4, held_until=0.6,
)  # fmt: skip


@pytest.fixture
def run():
    torch.manual_seed(0)
    generator = WholeFrame(channels=8, downsamplings=1, blocks=1, enhance=True)
    return Optimisation(generator, RECIPE, torch.device("cpu"))


@pytest.fixture
def batch():
    random = torch.Generator().manual_seed(0)
    stick = torch.rand(2, 3, 4, 4, generator=random).repeat_interleave(4, 2) * 2 - 1
    stick = stick.repeat_interleave(4, 3)
    rest = {"warped": torch.zeros(2, 4, 16, 16), "matte": torch.ones(2, 1, 16, 16)}
    return {"stick": stick, "photo": 0.7 * stick.flip(1), "plate": torch.zeros_like(stick), **rest}


def coarse_and_fine(generator):
    coarse = list(generator.coarse_parameters())
    ids = {id(each) for each in coarse}
    return coarse, [each for each in generator.parameters() if id(each) not in ids]


def moved(run, batch, share):
    coarse, fine = coarse_and_fine(run.generator)
    before = [[each.clone() for each in part] for part in (coarse, fine)]
    run.step(batch, share)
    return [
        any(not torch.equal(a, b) for a, b in zip(old, new, strict=True))
        for old, new in zip(before, (coarse, fine), strict=True)
    ]


@pytest.mark.parametrize(
    ("share", "stage"), [(0.0, "coarse"), (0.49, "coarse"), (0.5, "fine"), (0.65, "both")]
)
def test_the_published_course_has_three_stages(share, stage):
    assert stage_at(PIX2PIXHD_FINE, share) == stage
    assert stage_at(COMPACT, share) == "both"


@pytest.mark.parametrize(
    ("share", "learning"), [(0.1, [True, False]), (0.5, [False, True]), (0.9, [True, True])]
)
def test_a_stage_trains_its_own_weights_and_no_others(run, batch, share, learning):
    assert moved(run, batch, share) == learning


def test_after_all_stages_the_global_generator_learns_again(run, batch):
    for share in (0.1, 0.5, 0.5):
        run.step(batch, share)
    coarse, _ = coarse_and_fine(run.generator)
    used = coarse[:-2]  # the enhancer does without the coarse picture's own last layer
    before = [each.clone() for each in used]
    run.step(batch, 0.9)
    assert all(not torch.equal(old, new) for old, new in zip(before, used, strict=True))


def test_while_coarse_pictures_have_half_the_size(run, batch):
    half = batch_at(batch | {"head": torch.tensor([[4.0, 2.0, 8.0, 8.0]])}, "coarse")
    assert torch.equal(half["photo"], halved(batch["photo"]))
    assert half["head"].tolist() == [[2, 1, 4, 4]]
    assert painted_at(run.generator, half, "coarse").picture.shape == (2, 3, 8, 8)
    assert batch_at(batch, "fine").keys() == batch.keys()


def test_every_stage_lowers_the_error(run, batch):
    for share in (0.1, 0.5, 0.9):
        first = run.step(batch, share)["l1"]
        for _ in range(40):
            last = run.step(batch, share)["l1"]
        assert last < 0.8 * first
        assert run.divergence.rate == 1  # a new stage is not taken for a training gone astray


def test_a_generator_without_an_enhancer_has_no_coarse_picture():
    painter = WholeFrame(channels=4, downsamplings=1, blocks=1)
    with pytest.raises(ValueError, match="no coarse picture"):
        painter.coarse(torch.zeros(1, 3, 8, 8))
    assert len(learning_at(painter, "both")) == len(list(painter.parameters()))

"""pix2pixHD's course of training for large pictures, by shares of the budget.

    coarse   the global generator alone learns pictures of half the size
    fine     the local enhancer learns the whole picture, the global generator is held
    both     all of it is tuned together

In the published code the global generator stands still for good after the second stage, because
the optimiser that is made for the third is never the one that is stepped. Here one optimiser holds
all weights, and a stage says whose gradients are computed.

Source: Wang et al. (CVPR 2018), section 3.2.
"""

from collections.abc import Mapping
from typing import Literal

from torch import Tensor, nn

from stickdance.synth.generators.compact import Painted
from stickdance.synth.generators.pix2pixhd import WholeFrame, halved
from stickdance.synth.generators.recipe import Recipe

Stage = Literal["coarse", "fine", "both"]
STAGES: tuple[Stage, ...] = ("coarse", "fine", "both")


def stage_at(recipe: Recipe, share: float) -> Stage:
    """Return the stage at a share of the budget, 0..1; "both" for recipes without stages."""
    if share < recipe.coarse_until:
        return "coarse"
    return "fine" if share < recipe.held_until else "both"


def batch_at(batch: Mapping[str, Tensor], stage: Stage) -> dict[str, Tensor]:
    """Return a batch of pictures as a stage sees it: at half the size while coarse."""
    if stage != "coarse":
        return dict(batch)
    return {name: halved(each) if each.ndim == 4 else each / 2 for name, each in batch.items()}


def painted_at(generator: nn.Module, batch: Mapping[str, Tensor], stage: Stage) -> Painted:
    """Return what the generator paints at a stage for a batch of `batch_at`."""
    if stage == "coarse" and isinstance(generator, WholeFrame):
        return generator.coarse(batch["stick"])
    seen = batch["stick"], batch["warped"], batch["plate"]
    painted: Painted = generator(*seen, head=batch.get("head"))
    return painted


def learning_at(generator: nn.Module, stage: Stage) -> list[nn.Parameter]:
    """Return the weights that learn at a stage."""
    if stage == "both" or not isinstance(generator, WholeFrame):
        return list(generator.parameters())
    coarse = list(generator.coarse_parameters())
    if stage == "coarse":
        return coarse
    held = {id(parameter) for parameter in coarse}
    return [parameter for parameter in generator.parameters() if id(parameter) not in held]

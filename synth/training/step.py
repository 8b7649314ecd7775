"""One step of training: a generator against its discriminators, and the average of its weights.

Losses are a dict by name; their weights in the recipe have the same names, and so have the curves.
"""

from collections.abc import Iterable, Mapping

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from stickdance.checkpoints.networks import load_training_tensors, training_tensors
from stickdance.synth.compute.device import precision
from stickdance.synth.generators.compact import Painted
from stickdance.synth.generators.face import heads_of
from stickdance.synth.generators.recipe import FACE, TEMPORAL, Recipe, gan_loss_names
from stickdance.synth.generators.temporal import NEXT, painted_in_turn, paired
from stickdance.synth.training.coarse_to_fine import (
    STAGES,
    Stage,
    batch_at,
    learning_at,
    painted_at,
    stage_at,
)
from stickdance.synth.training.distillation import Teacher
from stickdance.synth.training.distributed import ALONE, Processes
from stickdance.synth.training.divergence import Divergence
from stickdance.synth.training.gan import AdversarialLosses, DiscriminatorTrainer
from stickdance.synth.training.losses import (
    detail_loss,
    matte_loss,
    smoothness_loss,
    structure_loss,
    texture_loss,
)
from stickdance.synth.training.temporal_consistency import change_loss

_JUDGED = {"": 3 + 3, FACE: 3 + 3, TEMPORAL: 2 * (3 + 3)}
"""Prefix of the losses' names -> channels of condition and picture that are judged."""
_ADVERSARIAL = gan_loss_names("")


class Optimisation:
    """Everything that changes while training, and how."""

    def __init__(
        self,
        generator: nn.Module,
        recipe: Recipe,
        device: torch.device,
        perceptual: nn.Module | None = None,
        half: bool = False,
        parts: int = 1,
        processes: Processes = ALONE,
        teacher: Teacher | None = None,
    ) -> None:
        """Move the networks to the device and make the optimisers.

        Args:
            generator: what is trained; called as `CompactGenerator` is.
            recipe: learning rates and weights.
            device: where the steps run.
            perceptual: a loss of two pictures; None leaves it out.
            half: compute in bfloat16 where that is safe.
            parts: a batch is computed in so many parts, one after another: the same step in less
                memory.
            processes: those that take each step together, each with its own batch.
            teacher: whose pictures are learned from besides the photos.
        """
        self.recipe, self.device, self.half = recipe, device, half
        self.parts, self.processes, self.teacher = parts, processes, teacher
        self.generator = generator.to(device)
        self.discriminators = {
            prefix: DiscriminatorTrainer(prefix, inputs, recipe, device)
            for prefix, inputs in _JUDGED.items()
            if DiscriminatorTrainer.is_wanted(prefix, recipe.weights)
        }
        self.perceptual = None if perceptual is None else perceptual.to(device)
        self.generator_optimiser = torch.optim.Adam(
            generator.parameters(), recipe.generator_rate, recipe.betas, fused=True
        )
        self.average = {name: value.clone() for name, value in generator.state_dict().items()}
        self.divergence = Divergence()
        self.stage: Stage = stage_at(recipe, 0.0)
        self.steps = 0

    def step(self, batch: Mapping[str, Tensor], share: float) -> dict[str, float]:
        """Train on one batch, or on this process's part of one.

        Args:
            batch: "stick", "warped", "photo", "matte", "plate" and "detail" on any device; "head"
                too, where heads are mended or judged, "filmed" where photos do not tell all, and
                the frame after in pairs (see `TakeDataset`).
            share: how much of the budget is used, 0..1.

        Returns:
            The losses by name, not weighted, over all processes; "discriminator" where it took
            part.

        Raises:
            LeftAlone: the step failed in another process.
        """
        self._enter(stage_at(self.recipe, share))
        with self.processes.all_or_none():
            losses = self.gradients(batch, share)
        losses = self.processes.mean(losses)
        self.steps += 1
        if "l1" in losses and self.divergence.diverges(losses["l1"]):
            self._go_back()
            return losses
        self._set_rates(share)
        self._move(self.generator, self.generator_optimiser, self.recipe.clip)
        for each in self._judging(share).values():
            self._move(each.discriminator, each.optimiser)
        self._follow()
        return losses

    def gradients(
        self, batch: Mapping[str, Tensor], share: float, parts: int | None = None
    ) -> dict[str, float]:
        """Compute the gradients of all networks on a batch, part by part; return the losses.

        Every loss is a mean over samples, so a part counts by its share of them. `parts` in place
        of those of the training tries what fits into memory.
        """
        for network, _ in self._parts().values():
            network.zero_grad(set_to_none=True)
        count = len(batch["stick"])
        size = -(-count // (parts or self.parts))
        sums: dict[str, Tensor] = {}
        for start in range(0, count, size):
            part = {
                name: value[start : start + size].to(self.device, non_blocking=True)
                for name, value in batch.items()
            }
            weight = len(part["stick"]) / count
            for name, loss in self._add_gradients(part, share, weight).items():
                sums[name] = sums.get(name, 0) + weight * loss.detach().float()
        return dict(zip(sums, torch.stack(list(sums.values())).tolist(), strict=True))

    def rates(self) -> dict[str, float]:
        """Return the learning rates of the last step, by the networks' names."""
        return {
            name: float(optimiser.param_groups[0]["lr"])
            for name, (_, optimiser) in self._parts().items()
        }

    def moments_to_come(self) -> list[Tensor]:
        """Return as much memory as the optimisers will take at their first step, if that is due."""
        return [
            torch.empty_like(weight)
            for network, optimiser in self._parts().values()
            for weight in network.parameters()
            for _ in range(0 if optimiser.state else 2)
        ]

    def tensors(self) -> dict[str, Tensor]:
        """Return all that changes, by name, for a file."""
        out = {f"average.{name}": value for name, value in self.average.items()}
        out |= {"steadiness": self.divergence.state()}  # its name in states of older versions too
        out |= {"stage": torch.tensor(STAGES.index(self.stage))}
        return out | training_tensors(self._parts())

    def load(self, tensors: Mapping[str, Tensor], steps: int) -> None:
        """Carry on from what `tensors` gave after `steps` steps.

        Raises:
            KeyError, RuntimeError: they belong to other networks.
        """
        self.steps = steps
        self.divergence.load(tensors["steadiness"])
        self.stage = STAGES[int(tensors["stage"])]
        for name, value in self.average.items():
            value.copy_(tensors[f"average.{name}"])
        load_training_tensors(self._parts(), tensors)

    def is_finite(self) -> bool:
        """Return whether all weights are numbers."""
        parts = self._parts().values()
        values = (value for network, _ in parts for value in network.parameters())
        return all(bool(torch.isfinite(value).all()) for value in values)

    def _add_gradients(
        self, batch: Mapping[str, Tensor], share: float, weight: float
    ) -> dict[str, Tensor]:
        """Add the gradients of one part, which counts by `weight`, and return its losses."""
        stage = stage_at(self.recipe, share)
        batch = batch_at(batch, stage)
        with precision(self.device, self.half):
            if f"{NEXT}stick" in batch:
                batch, painted = painted_in_turn(self.generator, batch)
            else:
                painted = painted_at(self.generator, batch, stage)
            painted = _where_filmed(painted, batch)
            losses = self._reconstruction(painted, batch)
            judged = self._judged(painted, batch, share)
        for each in judged.values():
            losses |= each.generator
        weights = self._weights(share)
        total = torch.stack([weights[name] * loss for name, loss in losses.items()]).sum()
        for prefix, each in judged.items():
            losses[f"{prefix}discriminator"] = each.discriminator
            # One pass over the painted picture serves both sides, so its graph is kept.
            judges = self.discriminators[prefix].discriminator.parameters()
            _add_backwards(weight * each.discriminator, judges, keep=True)
        _add_backwards(weight * total, learning_at(self.generator, stage))
        return losses

    def _reconstruction(self, painted: Painted, batch: Mapping[str, Tensor]) -> dict[str, Tensor]:
        picture, photo, losses = painted.picture, batch["photo"], {}
        if self._weighs("l1"):
            losses["l1"] = F.l1_loss(picture.float(), photo)
        if self._weighs("structure"):
            losses["structure"] = structure_loss(picture, photo)
        if self._weighs("texture"):
            losses["texture"] = texture_loss(picture, photo)
        if self._weighs("detail"):
            losses["detail"] = detail_loss(picture, photo, batch["detail"])
        if self._weighs("smoothness") and painted.movement is not None:
            losses["smoothness"] = smoothness_loss(painted.movement)
        if self._weighs("matte"):
            losses["matte"] = matte_loss(painted.matte, batch["matte"])
        if self._weighs("change"):
            losses["change"] = change_loss(picture, photo, batch["flow"], batch["known"])
        if self._weighs("perceptual") and self.perceptual is not None:
            losses["perceptual"] = self.perceptual(picture, photo)
        if self.teacher is not None:
            losses |= self.teacher.losses(painted, batch)
        return losses

    def _judged(
        self, painted: Painted, batch: Mapping[str, Tensor], share: float
    ) -> dict[str, AdversarialLosses]:
        """Return what both sides lose, by the prefixes of the discriminators that take part."""
        found, seen = {}, (batch["stick"], batch["photo"], painted.picture)
        for prefix, each in self._judging(share).items():
            if prefix == FACE:
                heads = heads_of(batch, painted.picture)
                losses = each.losses(heads.stick, heads.photo, heads.painted)
                found[prefix] = losses.scaled(heads.share)
            else:
                pictures = map(paired, seen) if prefix == TEMPORAL else seen
                found[prefix] = each.losses(*pictures)
        return found

    def _judging(self, share: float) -> dict[str, DiscriminatorTrainer]:
        if share < self.recipe.adversary_from:
            return {}
        coarse = stage_at(self.recipe, share) == "coarse"  # too small for more than whole pictures
        return {
            prefix: each for prefix, each in self.discriminators.items() if not (coarse and prefix)
        }

    def _move(
        self, network: nn.Module, optimiser: torch.optim.Optimizer, clip: float = 0.0
    ) -> None:
        gradients = [each.grad for each in network.parameters() if each.grad is not None]
        self.processes.average(gradients)
        if clip > 0:
            nn.utils.clip_grad_norm_(network.parameters(), clip)
        optimiser.step()

    def _enter(self, stage: Stage) -> None:
        if stage != self.stage:
            self.stage = stage
            self.divergence.begin_again()  # other pictures have another usual error

    def _follow(self) -> None:
        # In the first steps the average follows faster, so that the start is soon forgotten.
        decay = min(self.recipe.average, (1 + self.steps) / (10 + self.steps))
        with torch.no_grad():
            for name, value in self.generator.state_dict().items():
                if value.is_floating_point():
                    self.average[name].lerp_(value, 1 - decay)
                else:
                    self.average[name].copy_(value)

    def _go_back(self) -> None:
        """Begin again from the average of the weights, which one bad step does not spoil."""
        self.generator.load_state_dict(self.average)
        self.generator_optimiser.state.clear()

    def _set_rates(self, share: float) -> None:
        factor, recipe = self.recipe.rate_factor(share), self.recipe
        for name, (_, optimiser) in self._parts().items():
            rate = recipe.discriminator_rate * factor
            if name == "generator":
                rate = recipe.generator_rate * factor * self.divergence.rate
            for group in optimiser.param_groups:
                group["lr"] = rate

    def _weights(self, share: float) -> dict[str, float]:
        # Adam's steps fit the gradients of late: a loss that comes in at full weight throws it off.
        factor = self.recipe.adversary_factor(share)
        return {
            name: weight * (factor if name.endswith(_ADVERSARIAL) else 1.0)
            for name, weight in self.recipe.weights.items()
        }

    def _weighs(self, name: str) -> bool:
        return self.recipe.weights.get(name, 0) > 0

    def _parts(self) -> dict[str, tuple[nn.Module, torch.optim.Optimizer]]:
        parts: dict[str, tuple[nn.Module, torch.optim.Optimizer]] = {
            "generator": (self.generator, self.generator_optimiser)
        }
        for prefix, each in self.discriminators.items():
            parts[f"{prefix}discriminator"] = (each.discriminator, each.optimiser)
        return parts


def _where_filmed(painted: Painted, batch: Mapping[str, Tensor]) -> Painted:
    """Return what was painted, with photo and matte where nothing was filmed to compare with.

    There, beyond the frame of the footage, no loss arises and nothing is learned.
    """
    if "filmed" not in batch:
        return painted
    filmed = batch["filmed"] > 0.5
    picture, matte = (
        torch.where(filmed, ours, batch[name].to(ours.dtype))
        for ours, name in ((painted.picture, "photo"), (painted.matte, "matte"))
    )
    return painted._replace(picture=picture, matte=matte)


def _add_backwards(loss: Tensor, weights: Iterable[nn.Parameter], keep: bool = False) -> None:
    # Only these weights' gradients are computed: a generator's loss runs through the discriminator,
    # and the discriminator's through the generator.
    loss.backward(inputs=list(weights), retain_graph=keep)

"""One step of training: a generator against its discriminators, and the average of its weights.

Losses are a dict by name; their weights in the recipe have the same names, and so have the curves.
"""

from collections.abc import Iterable, Mapping
from itertools import chain

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from checkpoints.networks import load_training_tensors, training_tensors
from synth.coarse_to_fine import batch_at, learning_at, painted_at, stage_at
from synth.compact import Painted
from synth.device import precision
from synth.losses import (
    matte_loss,
    structure_loss,
    texture_loss,
)
from synth.recipe import Recipe
from synth.rival import Play, Rival, loss_names
from synth.steadiness import Steadiness

_CONDITION, _PICTURE = 3, 3
_RIVALS = {"": _CONDITION + _PICTURE}  # prefix of the losses' names -> channels judged
_GAMES = loss_names("")


class Optimisation:
    """Everything that changes while training, and how."""

    def __init__(
        self,
        generator: nn.Module,
        recipe: Recipe,
        device: torch.device,
        perceptual: nn.Module | None = None,
        half: bool = False,
    ) -> None:
        """Move the networks to the device and make the optimisers.

        Args:
            generator: what is trained; called as `CompactGenerator` is.
            recipe: learning rates and weights.
            device: where the steps run.
            perceptual: a loss of two pictures; None leaves it out.
            half: compute in bfloat16 where that is safe.
        """
        self.recipe, self.device, self.half = recipe, device, half
        self.generator = generator.to(device)
        self.rivals = {
            prefix: Rival(prefix, inputs, recipe, device)
            for prefix, inputs in _RIVALS.items()
            if Rival.plays(prefix, recipe.weights)
        }
        self.perceptual = None if perceptual is None else perceptual.to(device)
        self.generator_optimiser = _adam(generator, recipe.generator_rate, recipe)
        self.average = {name: value.clone() for name, value in generator.state_dict().items()}
        self.steadiness = Steadiness()
        self.steps = 0

    def step(self, batch: Mapping[str, Tensor], share: float) -> dict[str, float]:
        """Train on one batch.

        Args:
            batch: "stick", "warped", "photo", "matte" and "plate" on any device.
            share: how much of the budget is used, 0..1.

        Returns:
            The losses by name, not weighted; "discriminator" where it took part.
        """
        batch = {name: value.to(self.device, non_blocking=True) for name, value in batch.items()}
        stage = stage_at(self.recipe, share)
        batch = batch_at(batch, stage)
        self._set_rates(share)
        with precision(self.device, self.half):
            painted = painted_at(self.generator, batch, stage)
            losses = self._reconstruction(painted, batch)
            plays = self._plays(painted, batch) if share >= self.recipe.adversary_from else {}
        for play in plays.values():
            losses |= play.ours
        if "l1" in losses and self.steadiness.strays(float(losses["l1"].detach())):
            self._go_back()
            self.steps += 1
            return _values(losses)
        weights = self._weights(share)
        total = torch.stack([weights[name] * loss for name, loss in losses.items()])
        for prefix, play in plays.items():
            losses[f"{prefix}discriminator"] = play.theirs
            # One pass over the painted picture serves both sides, so its graph is kept.
            _backward(play.theirs, self.rivals[prefix].discriminator.parameters(), keep=True)
        self.generator.zero_grad(set_to_none=True)
        _backward(total.sum(), learning_at(self.generator, stage))
        if self.recipe.clip > 0:
            nn.utils.clip_grad_norm_(self.generator.parameters(), self.recipe.clip)
        self.generator_optimiser.step()
        for prefix in plays:
            self.rivals[prefix].optimiser.step()
        self.steps += 1
        self._follow()
        return _values(losses)

    def tensors(self) -> dict[str, Tensor]:
        """Return all that changes, by name, for a file."""
        out = {f"average.{name}": value for name, value in self.average.items()}
        out |= self.steadiness.tensors()
        return out | training_tensors(self._parts())

    def load(self, tensors: Mapping[str, Tensor], steps: int) -> None:
        """Carry on from what `tensors` gave after `steps` steps.

        Raises:
            KeyError, RuntimeError: they belong to other networks.
        """
        self.steps = steps
        self.steadiness.load(tensors["steadiness"])
        for name, value in self.average.items():
            value.copy_(tensors[f"average.{name}"])
        load_training_tensors(self._parts(), tensors)

    def is_finite(self) -> bool:
        """Return whether all weights are numbers."""
        networks = [network for network, _ in self._parts().values()]
        values = chain.from_iterable(network.parameters() for network in networks)
        return all(bool(torch.isfinite(value).all()) for value in values)

    def _reconstruction(self, painted: Painted, batch: Mapping[str, Tensor]) -> dict[str, Tensor]:
        losses = {}
        if self._weighs("l1"):
            losses["l1"] = F.l1_loss(painted.picture.float(), batch["photo"])
        for name, loss in (("structure", structure_loss), ("texture", texture_loss)):
            if self._weighs(name):
                losses[name] = loss(painted.picture, batch["photo"])
        if self._weighs("matte"):
            losses["matte"] = matte_loss(painted.matte, batch["matte"])
        if self._weighs("perceptual") and self.perceptual is not None:
            losses["perceptual"] = self.perceptual(painted.picture, batch["photo"])
        return losses

    def _plays(self, painted: Painted, batch: Mapping[str, Tensor]) -> dict[str, Play]:
        """Return what the round costs, by the rivals' prefixes."""
        plays = {}
        if rival := self.rivals.get(""):
            plays[""] = rival.play(batch["stick"], batch["photo"], painted.picture)
        return plays

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
        factor = self.recipe.rate_factor(share)
        for group in self.generator_optimiser.param_groups:
            group["lr"] = self.recipe.generator_rate * factor * self.steadiness.rate
        for rival in self.rivals.values():
            rival.set_rate(factor)

    def _weights(self, share: float) -> dict[str, float]:
        # Adam's steps fit the gradients of late: a loss that comes in at full weight throws it off.
        factor = self.recipe.adversary_factor(share)
        return {
            name: weight * (factor if name.endswith(_GAMES) else 1.0)
            for name, weight in self.recipe.weights.items()
        }

    def _weighs(self, name: str) -> bool:
        return self.recipe.weights.get(name, 0) > 0

    def _parts(self) -> dict[str, tuple[nn.Module, torch.optim.Optimizer]]:
        parts: dict[str, tuple[nn.Module, torch.optim.Optimizer]] = {
            "generator": (self.generator, self.generator_optimiser)
        }
        for prefix, rival in self.rivals.items():
            parts[f"{prefix}discriminator"] = (rival.discriminator, rival.optimiser)
        return parts


def _values(losses: Mapping[str, Tensor]) -> dict[str, float]:
    values = torch.stack([loss.detach().float() for loss in losses.values()]).tolist()
    return dict(zip(losses, values, strict=True))


def _adam(network: nn.Module, rate: float, recipe: Recipe) -> torch.optim.Adam:
    return torch.optim.Adam(network.parameters(), rate, recipe.betas, fused=True)


def _backward(loss: Tensor, weights: Iterable[nn.Parameter], keep: bool = False) -> None:
    # Only these weights' gradients are computed: a generator's loss runs through the discriminator,
    # and the discriminator's through the generator.
    weights = list(weights)
    for weight in weights:
        weight.grad = None
    loss.backward(inputs=weights, retain_graph=keep)

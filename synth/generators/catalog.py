"""The generators that can be chosen by name."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import torch
from torch import nn

from stickdance.checkpoints.errors import BadInput, UsageError
from stickdance.synth.generators.compact import CompactGenerator
from stickdance.synth.generators.face import CompactFace, FaceRefiner, PublishedFace
from stickdance.synth.generators.pix2pixhd import WholeFrame
from stickdance.synth.generators.recipe import (
    COMPACT,
    FACE,
    PIX2PIXHD,
    PIX2PIXHD_FINE,
    TEACHER,
    TEMPORAL,
    Augmentation,
    Recipe,
    gan_loss_names,
)
from stickdance.synth.training.options import Face, Network, Temporal

_LARGEST_NUMBER = 4096
_CHANGE = 6.0  # weight of the change of the error
_TEACHER_SHARE = 1.0  # what a teacher's pictures weigh for each of a photo


@dataclass(frozen=True)
class Kind:
    """How a generator is built and trained."""

    build: Callable[..., nn.Module]
    recipe: Recipe
    sees_appearance: bool
    """Whether it looks at the target's warped pixels."""
    paints_matte: bool
    """Whether it tells the person from the room."""
    numbers: Mapping[str, Any] = field(default_factory=dict)
    """Arguments of `build`, JSON values; kept with the performer."""
    augmentation: Augmentation = field(default_factory=Augmentation)
    """How its samples are varied."""
    face: int = 0
    """Feature maps of its face refiner, where one is wanted."""
    recalls: bool = True
    """Whether it can be built to look at its own frame before."""
    sizes: Mapping[Network, Mapping[str, Any]] = field(default_factory=dict)
    """Numbers of each size that it can be built in."""

    def with_face(self, how: Face) -> "Kind":
        """Return the same with a face refiner, its heads judged by discriminators too if asked."""
        weights = dict(self.recipe.weights)
        if how == "rival":
            for whole, heads in zip(gan_loss_names(""), gan_loss_names(FACE), strict=True):
                weights[heads] = weights.get(whole, 0.0)
        return replace(
            self,
            numbers={**self.numbers, "face": self.face},
            recipe=replace(self.recipe, weights=weights),
        )

    def with_teacher(self) -> "Kind":
        """Return the same, comparing with a teacher's pictures besides the photos."""
        weights = dict(self.recipe.weights)
        for name in ("l1", "structure", "matte"):
            weights[f"{TEACHER}{name}"] = _TEACHER_SHARE * weights.get(name, 0.0)
        return replace(self, recipe=replace(self.recipe, weights=weights))

    def with_temporal(self, how: Temporal) -> "Kind":
        """Return the same, looking at its own frame before and judged on pairs of frames."""
        weights = dict(self.recipe.weights)
        if how == "change":
            weights["change"] = _CHANGE
        else:
            for whole, pairs in zip(gan_loss_names(""), gan_loss_names(TEMPORAL), strict=True):
                weights[pairs] = weights.get(whole, 0.0)
        return replace(
            self,
            numbers={**self.numbers, "temporal": True},
            recipe=replace(self.recipe, weights=weights, batch=max(1, self.recipe.batch // 2)),
            augmentation=replace(self.augmentation, pairs=True),
        )


def _compact(face: int = 0, **numbers: Any) -> CompactGenerator:
    return CompactGenerator(**numbers, face=FaceRefiner(CompactFace(face)) if face else None)


def _whole_frame(face: int = 0, **numbers: Any) -> WholeFrame:
    return WholeFrame(**numbers, face=FaceRefiner(PublishedFace(face)) if face else None)


_WHOLE = Augmentation(windows=False)  # it has to learn the room, and where it is

# 0.78, 1.03 and 2.32 thousand million multiply-adds at 256x256.
_COMPACT_SIZES: dict[Network, dict[str, Any]] = {
    "small": {"channels": [16, 32, 64, 128], "blocks": 3},
    "standard": {"channels": [24, 40, 80, 128], "blocks": 2},
    "large": {"channels": [32, 64, 128, 192], "blocks": 3},
}

# Channels of the first layer, of the discriminators too.
_WHOLE_FRAME_SIZES: dict[Network, dict[str, Any]] = {
    "small": {"channels": 20},
    "standard": {"channels": 64},
}

GENERATORS: dict[str, Kind] = {
    "compact": Kind(
        _compact,
        COMPACT,
        sees_appearance=True,
        paints_matte=True,
        numbers=_COMPACT_SIZES["standard"],
        face=32,
        sizes=_COMPACT_SIZES,
    ),
    "pix2pixhd": Kind(
        _whole_frame,
        PIX2PIXHD,
        sees_appearance=False,
        paints_matte=False,
        numbers={"channels": 64, "downsamplings": 4, "blocks": 9, "enhance": False},
        augmentation=_WHOLE,
        face=64,
        sizes=_WHOLE_FRAME_SIZES,
    ),
    "pix2pixhd_fine": Kind(
        _whole_frame,
        PIX2PIXHD_FINE,
        sees_appearance=False,
        paints_matte=False,
        numbers={"channels": 64, "downsamplings": 4, "blocks": 9, "enhance": True},
        augmentation=_WHOLE,
        face=64,
        recalls=False,
    ),
}


def chosen(
    name: str,
    face: Face = "off",
    mirror: bool = False,
    temporal: Temporal = "off",
    network: Network = "standard",
    with_teacher: bool = False,
) -> Kind:
    """Return a generator's kind by its name.

    Args:
        name: one of `GENERATORS`.
        face: whether it has a face refiner, and whether discriminators judge heads.
        mirror: half of its samples are mirrored.
        temporal: whether it looks at its own frame before, and what judges pairs of frames.
        network: how large it is.
        with_teacher: it learns from a teacher's pictures too.

    Raises:
        UsageError: it cannot look at the frame before, or has one size alone.
    """
    kind = GENERATORS[name]
    if network != "standard":
        kind = _sized(name, kind, network)
    if face != "off":
        kind = kind.with_face(face)
    if with_teacher:
        kind = kind.with_teacher()
    if temporal != "off":
        if not kind.recalls:
            raise UsageError(
                f"--temporal {temporal}: {name} cannot look at the frame before; "
                "take --generator compact or pix2pixhd"
            )
        kind = kind.with_temporal(temporal)
    if not mirror:
        return kind
    return replace(kind, augmentation=replace(kind.augmentation, flip=0.5))


def _sized(name: str, kind: Kind, network: Network) -> Kind:
    if network not in kind.sizes:
        raise UsageError(
            f"--network {network}: {name} has {' and '.join(kind.sizes) or 'one size'} alone; "
            "take --generator compact"
        )
    sized = replace(kind, numbers={**kind.numbers, **kind.sizes[network]})
    if name == "pix2pixhd":
        recipe = replace(kind.recipe, discriminator_channels=kind.sizes[network]["channels"])
        sized = replace(sized, recipe=recipe)
    return sized


def outline(name: str, numbers: Mapping[str, Any]) -> nn.Module:
    """Return a generator without memory for its weights, to be filled from a file.

    Raises:
        BadInput: the name or one of the numbers is unknown.
    """
    if name not in GENERATORS:
        raise BadInput(f"generator {name!r:.40} is unknown; known: {', '.join(GENERATORS)}")
    if not all(_harmless(value) for value in numbers.values()):
        raise BadInput(f"generator {name}: its numbers are out of range: {numbers!r:.80}")
    try:
        with torch.device("meta"):
            return GENERATORS[name].build(**numbers)
    except (TypeError, ValueError, RuntimeError) as error:
        raise BadInput(f"generator {name}: cannot be built ({error!s:.100})") from None


def _harmless(value: Any) -> bool:
    if isinstance(value, list):
        return len(value) <= 16 and all(_harmless(each) for each in value)
    return isinstance(value, int | float) and 0 <= value <= _LARGEST_NUMBER

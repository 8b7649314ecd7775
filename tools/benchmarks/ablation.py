"""What each part of the renderer contributes, at equal steps, on frames that trained nothing.

    python -m stickdance.tools.benchmarks.ablation TAKE --to FOLDER --steps 600
    python -m stickdance.tools.benchmarks.ablation TAKE --to FOLDER --steps 600
        --variants default alone

Every variant is the default but for one thing, with the same seed and steps; a pair of frames
counts as two samples, so that each sees as many frames. Every training is a performer of its own in
FOLDER: one that is there already is scored again, one that was stopped carries on. The scores are
those of `stickdance.tools.benchmarks.held_out`; the table is kept as table.json.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import tyro

from stickdance.capture.options import Size
from stickdance.capture.take.take import Take
from stickdance.checkpoints.errors import UsageError
from stickdance.synth.appearance.source_selection import ChoiceCosts
from stickdance.synth.generators.catalog import GENERATORS
from stickdance.synth.generators.compact import IGNORED, SEEN
from stickdance.synth.performer.performer import Performer
from stickdance.synth.training.options import TrainingOptions
from stickdance.synth.training.trainer import train
from stickdance.tools.benchmarks.harness import keep, machine, run_benchmark
from stickdance.tools.benchmarks.held_out import score_table, scored
from stickdance.tools.frame_size import working_size

_STEADY = ChoiceCosts(switch=0.06, seam=0.05)  # frames kept at the price of likeness


@dataclass(frozen=True)
class Variant:
    """One thing done otherwise than by default."""

    what: str
    numbers: dict[str, Any] = field(default_factory=dict)
    """Of the generator."""
    recipe: dict[str, Any] = field(default_factory=dict)
    weights: dict[str, float] = field(default_factory=dict)
    augmentation: dict[str, Any] = field(default_factory=dict)
    training: dict[str, Any] = field(default_factory=dict)
    """Training options."""
    fade: float | None = None
    """Of the appearance, at rendering."""
    costs: ChoiceCosts | None = None
    """Of the choice of frames, at rendering."""

    @property
    def trains(self) -> bool:
        """Return whether its network is another one than the default's."""
        otherwise = self.numbers, self.recipe, self.weights, self.augmentation, self.training
        return any(otherwise)


VARIANTS = {
    "default": Variant("warped pixels as condition and blend source, fading"),
    "warped": Variant("warped pixels alone, no training", training={"minutes": 0.0}),
    "alone": Variant("generator without warped pixels", numbers={"warped": IGNORED}),
    "condition": Variant("warped pixels as condition only", numbers={"warped": SEEN}),
    "no_fading": Variant("frames that lend pixels change at once", fade=0.0),
    "each_alone": Variant(
        "each pose by itself: no fading, no price of changes",
        fade=0.0,
        costs=ChoiceCosts(switch=0.0),
    ),
    "steady_choice": Variant("frames kept for steadiness, no fading", fade=0.0, costs=_STEADY),
    "no_seams": Variant("neighbouring parts chosen apart", costs=ChoiceCosts(seam=0.0)),
    "no_average": Variant("the last weights, no average", recipe={"average": 0.0}),
    "no_adversary": Variant(
        "no discriminators", weights={"adversarial": 0.0, "feature_matching": 0.0}
    ),
    "early_adversary": Variant(
        "discriminators from 15 % on", recipe={"adversary_from": 0.15, "adversary_ramp": 0.15}
    ),
    "hinge": Variant("hinge game", training={"adversary": "hinge"}),
    "log": Variant("logarithmic game", training={"adversary": "log"}),
    "less_texture": Variant("texture loss half as strong", weights={"texture": 20.0}),
    "more_texture": Variant("texture loss three times as strong", weights={"texture": 120.0}),
    "no_smoothness": Variant("pixels may move any way", weights={"smoothness": 0.0}),
    "smoother": Variant("smoothness three times as strong", weights={"smoothness": 3.0}),
    "likest_sources": Variant(
        "pixels always from the likest frames", augmentation={"source_noise": 0.0}
    ),
    "no_augmentation": Variant(
        "samples as they are",
        augmentation={"reshape": 0.0, "light": 0.0, "joints": 0.0, "source_noise": 0.0},
    ),
    "small": Variant("small network", training={"network": "small"}),
    "large": Variant("large network", training={"network": "large"}),
    "temporal_change": Variant("own frame before, change loss", training={"temporal": "change"}),
    "temporal_gan": Variant(
        "own frame before, two-frame discriminators", training={"temporal": "rival"}
    ),
}


@dataclass(frozen=True)
class AblationOptions:
    """What is trained and scored."""

    to: Path
    """Folder of the performers and the table."""
    steps: int = 600
    """Steps of each training."""
    seed: int = 0
    """Seed of each training."""
    variants: tuple[str, ...] = tuple(VARIANTS)
    """Which variants."""
    size: Size | None = None
    """WIDTHxHEIGHT; by default 256 high in the take's shape."""


def row(take: Take, name: str, options: AblationOptions) -> dict[str, Any]:
    """Train a variant where it is not there yet, score it, and return its row."""
    variant = VARIANTS[name]
    with altered(variant):
        performer = _trained(take, name if variant.trains else "default", variant, options)
        appearance = performer.appearance
        if appearance is not None:
            appearance.fade = appearance.fade if variant.fade is None else variant.fade
            appearance.costs = variant.costs or appearance.costs
        return {"variant": name, "what": variant.what, **scored(take, performer)}


@contextmanager
def altered(variant: Variant) -> Iterator[None]:
    """Let the compact generator be trained, and loaded, as a variant says."""
    kind = GENERATORS["compact"]
    weights = {**kind.recipe.weights, **variant.weights}
    GENERATORS["compact"] = replace(
        kind,
        numbers={**kind.numbers, **variant.numbers},
        recipe=replace(kind.recipe, **{**variant.recipe, "weights": weights}),
        augmentation=replace(kind.augmentation, **variant.augmentation),
    )
    try:
        yield
    finally:
        GENERATORS["compact"] = kind


def _trained(take: Take, name: str, variant: Variant, options: AblationOptions) -> Performer:
    training = TrainingOptions(
        steps=None if "minutes" in variant.training else options.steps,
        seed=options.seed,
        size=working_size(options.size, take.size),
        **variant.training,
    )
    place = options.to / f"{take.path.name}-{name}-{options.steps}steps-seed{options.seed}"
    return train(take, place, training)


def table(
    take: tyro.conf.Positional[Path],
    /,
    *,
    options: tyro.conf.OmitArgPrefixes[AblationOptions],
) -> dict[str, Any]:
    """Train and score variants of the renderer on a take.

    Args:
        take: folder that `stickdance capture` made.
        options: what is trained.
    """
    if unknown := sorted(set(options.variants) - VARIANTS.keys()):
        raise UsageError(f"--variants {unknown[0]}: is unknown; known: {', '.join(VARIANTS)}")
    options.to.mkdir(parents=True, exist_ok=True)
    loaded = Take.load(take)
    rows = [row(loaded, name, options) for name in options.variants]
    about = machine(("torch", "numpy"))
    return keep({"machine": about, "take": loaded.path.name, "rows": rows}, options.to)


def lines(result: dict[str, Any]) -> str:
    """Return the table as text."""
    return score_table((f"{one['what']}, {one['steps']} steps", one) for one in result["rows"])


if __name__ == "__main__":
    run_benchmark(table, lines)

"""How a genre is learnt: what is looked at, and how large the network is."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Literal

from stickdance.checkpoints.errors import BadInput
from stickdance.choreography.evaluation.motion_features import FPS
from stickdance.choreography.learned.genre.features import FEATURES, Features
from stickdance.choreography.learned.genre.items import Labels
from stickdance.choreography.learned.genre.network import ACTIVATIONS, Activation

Preset = Literal["small", "paper", "paper-untuned"]


@dataclass(frozen=True)
class Configuration:
    """What Hyperband may choose."""

    cells: int = 96
    """Of the LSTM, in each direction."""
    dense: tuple[int, int] = (64, 32)
    """Units of the two dense layers."""
    activation: Activation = "tanh"
    """Of the dense layers."""
    dropout: float = 0.2
    """Share of the LSTM's outputs left out while learning."""
    rate: float = 1e-3
    """Of Adam at the beginning."""
    batch: int = 64
    """Windows a step."""


PRESETS: dict[Preset, Configuration] = {
    "small": Configuration(),
    "paper": Configuration(448, (320, 160), "tanh", 0.2, 1e-4, 128),
    "paper-untuned": Configuration(64, (32, 16), "relu", 0.2, 1e-3, 128),
}
"""By name: for some hours of poses on a CPU; the paper's tables II and I (where it does not give
the first rate and activation, those of Keras' usual settings)."""


@dataclass(frozen=True)
class GenreOptions:
    """How a genre is learnt."""

    network: Preset = "small"
    """The size of the network and its learning: for some hours of poses, or the paper's."""
    features: Features = "poses"
    """What is looked at: poses, pictures by Inception-v3, or both (without its weights: poses)."""
    fps: float = 3.0
    """Moments a second that are looked at, at most 25; paces tell what happens between them. Of
    dances in eight styles, windows of 10 s were told rightly far oftener than those of 1.2 s."""
    frames: int = 30
    """Frames of a window; the paper's 30."""
    labels: Labels = "auto"
    """Where genres come from: the folder around, the style preset of a dance, or either."""
    share: float = 0.15
    """Share of each genre's songs for validation, and as many for the test where the data have no
    folders train and test."""
    tune: int = 0
    """Configurations that Hyperband tries before the best is learnt; 0: none."""
    tune_steps: int = 300
    """Steps of a configuration that is not stopped early."""


def check(options: GenreOptions) -> None:
    """Refuse options out of range.

    Raises:
        BadInput: names the flag.
    """
    if options.network not in PRESETS:
        raise BadInput(f"--network: expected one of {', '.join(PRESETS)}")
    if options.features not in FEATURES:
        raise BadInput(f"--features: expected one of {', '.join(FEATURES)}")
    if not 1 <= options.fps <= FPS:
        raise BadInput(f"--fps {options.fps:g}: expected 1 to {FPS:g}")
    if not 2 <= options.frames <= 1000:
        raise BadInput(f"--frames {options.frames}: expected 2 to 1000")
    if not 0 < options.share < 0.5:
        raise BadInput(f"--share {options.share:g}: expected more than 0, less than 0.5")
    if options.tune < 0:
        raise BadInput(f"--tune {options.tune}: expected a number of trials, or 0")
    if options.tune_steps < 9:
        raise BadInput(f"--tune-steps {options.tune_steps}: expected at least 9")


def as_json(configuration: Configuration) -> dict[str, Any]:
    """Return a configuration as JSON values."""
    return {**asdict(configuration), "dense": list(configuration.dense)}


def configuration_from(values: Mapping[str, Any], where: object) -> Configuration:
    """Return the configuration that `as_json` gave.

    Raises:
        BadInput: something is missing or not such.
    """
    try:
        first, second = (int(units) for units in values["dense"])
        found = {one.name: values[one.name] for one in fields(Configuration) if one.name != "dense"}
        if found["activation"] not in ACTIVATIONS:
            raise ValueError(found["activation"])
        return Configuration(**found, dense=(first, second))
    except (KeyError, TypeError, ValueError) as error:
        raise BadInput(
            f"{where}: holds no configuration of a genre's network ({error!r:.80})"
        ) from None

"""How a genre is learnt: what is looked at, and how large the network is."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Literal

from stickdance.checkpoints.errors import BadInput, UsageError
from stickdance.choreography.learned.options import check_ranges

Features = Literal["poses", "pictures", "both"]
FEATURES: tuple[Features, ...] = ("poses", "pictures", "both")
Labels = Literal["auto", "style", "folder"]
Activation = Literal["tanh", "relu"]
ACTIVATIONS: tuple[Activation, ...] = ("tanh", "relu")
_MOST_FPS = 25  # of poses as `stickdance.choreography.evaluation.motion_features` takes them
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
    """Size of the network: small suits some hours of poses, paper is the published one."""
    features: Features = "poses"
    """What genres are told by: poses, pictures as Inception-v3 sees them, or both (without its
    weights: poses)."""
    fps: float = 3.0
    """Frames a second, at most 25; with few of them a window lasts long, which tells more."""
    frames: int = 30
    """Frames of a window; 30 were published."""
    labels: Labels = "auto"
    """Where genres come from: the folder around a dance, its style, or auto: either."""
    share: float = 0.15
    """Share of each genre's songs for validation, and as many for tests where the data have no
    folders train and test."""
    tune: int = 0
    """Try this many configurations by Hyperband and train the best; 0 tries none."""
    tune_steps: int = 300
    """Steps of a configuration on trial, if it is not stopped early."""
    tune_random: bool = False
    """Also search at random with as many steps as Hyperband took, and draw both
    (searches.png)."""


def check(options: GenreOptions) -> None:
    """Refuse options out of range.

    Raises:
        BadInput: names the flag.
        UsageError: a search to compare with was not asked for.
    """
    if options.network not in PRESETS:
        raise BadInput(f"--network: expected one of {', '.join(PRESETS)}")
    if options.features not in FEATURES:
        raise BadInput(f"--features: expected one of {', '.join(FEATURES)}")
    check_ranges((("--fps", options.fps, 1, _MOST_FPS), ("--frames", options.frames, 2, 1000)))
    if not 0 < options.share < 0.5:
        raise BadInput(f"--share {options.share:g}: expected more than 0, less than 0.5")
    if options.tune < 0:
        raise BadInput(f"--tune {options.tune}: expected a number of trials, or 0")
    if options.tune_random and not options.tune:
        raise UsageError("--tune-random: compares with --tune; add --tune with a number of trials")
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

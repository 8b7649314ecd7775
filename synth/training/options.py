"""How a performer is trained: the options of the training stage."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Literal

import tyro
from tyro.constructors import PrimitiveConstructorSpec

from stickdance.synth.options import DeviceName


class MoreMinutes(float):
    """Minutes that are added to those of an earlier training."""


def _read_minutes(words: Sequence[str]) -> float:
    try:
        minutes = float(words[0])
    except ValueError:
        raise ValueError(f"expected minutes, e.g. 5, or +10 for more, found {words[0]!r}") from None
    return MoreMinutes(minutes) if words[0].startswith("+") else minutes


Minutes = Annotated[
    float,
    PrimitiveConstructorSpec(
        nargs=1,
        metavar="FLOAT|+FLOAT",
        instance_from_str=_read_minutes,
        is_instance=lambda value: isinstance(value, float | int),
        str_from_instance=lambda value: [f"{value:g}"],
    ),
]
"""Minutes in total; typed as +10, more of them."""
Face = Literal["off", "on", "rival"]
Temporal = Literal["off", "change", "rival"]
Network = Literal["small", "standard", "large"]


@dataclass(frozen=True)
class TrainingOptions:
    """How a performer is trained."""

    minutes: Minutes = 5.0
    """Minutes of training, in total over all runs; more of them carry a finished training on, and
    +10 adds ten to what an earlier run has had. 0 trains nothing and moves the person's own pixels,
    seconds after the capture. How often that shows each frame is told once the pace is known."""
    steps: int | None = None
    """Train this many steps in place of a time; on a CPU that can be repeated exactly."""
    size: tyro.conf.Suppress[tuple[int, int] | None] = None
    """Width and height of the pictures; by default 256 high in the shape of the take's frames."""
    video_size: tyro.conf.Suppress[tuple[int, int] | None] = None
    """Width and height of the videos, at least those of the pictures; by default the same."""
    seed: int = 0
    """Start of the random numbers; the same one gives the same training."""
    generator: Literal["compact", "pix2pixhd", "pix2pixhd_fine"] = "compact"
    """compact: renders in real time on a CPU; pix2pixhd: the published generator of 182 million
    weights; pix2pixhd_fine: with its local enhancer, for frames of 512 pixels and more."""
    network: Network = "standard"
    """Size of the compact generator: small has three quarters of the multiply-adds of standard,
    large more than twice as many; a larger one is slower and a little more faithful. A small
    pix2pixhd has 20 channels in its first layers, as published 64: for processors."""
    teacher: str = ""
    """Folder of a performer of the same take and size to learn from besides the photos, which
    brings a small network nearer to a large one."""
    face: Face = "off"
    """A second network that repaints the head: on trains it with the picture, rival also with
    discriminators of heads, as in Everybody Dance Now."""
    mirror: bool = False
    """Mirror half of the samples: twice as many poses of a person who looks alike on both sides."""
    temporal: Temporal = "off"
    """Let each frame see the one before, for steadier, softer and slower pictures: change penalises
    how the error changes, rival adds discriminators of two frames, as in Everybody Dance Now."""
    adversary: Literal["least_squares", "hinge", "log"] | None = None
    """Loss of generator and discriminators; by default the generator's own, least_squares."""
    batch: int | None = None
    """Samples in a step, over all processes; by default what suits the generator."""
    accumulate: int = 1
    """Compute a step's batch in this many parts, one after another, to save memory."""
    device: DeviceName = "auto"
    """Where to compute; auto takes CUDA, then Apple's MPS, then the CPU."""
    precision: Literal["auto", "float32", "bfloat16"] = "auto"
    """Number type of the networks; auto takes bfloat16 where the device is made for it."""
    validation: float = 0.05
    """Share of the training frames that is kept for validation."""
    validate_steps: int = 100
    """Steps between two validations."""
    patience: int = 0
    """Stop early after this many validations in a row without a better score, and keep the best
    weights; 0 goes on to the end."""
    preview_seconds: float = 120.0
    """Seconds between two preview videos (NAME.training/preview.mp4); 0 makes none."""
    save_seconds: float = 30.0
    """Seconds between two saved states; longer where saving takes long."""
    workers: int = 0
    """Processes that prepare samples; 0 prepares them in a thread beside the steps."""
    keep_footage: bool = True
    """Keep the filmed frames in the performer's folder, which shows dances by them where it can
    (see --renderer of render); --no-keep-footage leaves them out, and every frame is painted."""
    afresh: bool = False
    """Begin anew where an earlier training at the same place would be carried on."""

"""How a performer is trained: the options of the training stage."""

from dataclasses import dataclass
from typing import Literal

import tyro

from stickdance.synth.compute.device import DeviceName
from stickdance.synth.generators.catalog import Face, Network, Temporal


@dataclass(frozen=True)
class TrainingOptions:
    """How a performer is trained."""

    minutes: float = 5.0
    """Minutes of training, in total over all runs; more of them carry a finished training on. 0
    trains nothing: the target's own pixels, moved part by part, seconds after capture."""
    steps: int | None = None
    """Number of steps in place of a time; such a training can be repeated exactly on a CPU."""
    size: tyro.conf.Suppress[tuple[int, int] | None] = None
    """Width and height of the pictures; by default 256 high in the shape of the take's frames."""
    seed: int = 0
    """Seed of weights and samples."""
    generator: Literal["compact", "pix2pixhd", "pix2pixhd_fine"] = "compact"
    """compact: real time on a CPU; pix2pixhd: the published 182-million generator, whole frames;
    pix2pixhd_fine: with the local enhancer, coarse to fine, for frames of 512 pixels and more."""
    network: Network = "standard"
    """How large the compact generator is: small has three quarters of the multiply-adds,
    large more than twice as many; larger is slower and a little more alike."""
    teacher: str = ""
    """Folder of a performer of the same take and size; its pictures are learned from besides the
    photos, which brings a small network nearer to a large one."""
    face: Face = "off"
    """Mend the head with a network of its own, which learns with the picture (on) or is judged by
    discriminators of heads besides, as published (rival)."""
    mirror: bool = False
    """Mirror half of the samples, left and right joints exchanged: twice as many poses of a person
    who looks alike on both sides."""
    temporal: Temporal = "off"
    """Look at the own frame before, and train on pairs of frames; judged by how the error changes
    (change) or by discriminators of two frames, as published (rival). Steadier, slower, softer."""
    adversary: Literal["least_squares", "hinge", "log"] | None = None
    """What generator and discriminators play for; by default the generator's own: least_squares."""
    batch: int | None = None
    """Samples a step, of all processes together; by default the generator's own."""
    accumulate: int = 1
    """Compute a step's batch in so many parts, one after another: the same training in less
    memory."""
    device: DeviceName = "auto"
    """Where to train; auto takes CUDA, then Apple's MPS, then the CPU."""
    precision: Literal["auto", "float32", "bfloat16"] = "auto"
    """Number type of the networks; auto takes bfloat16 where the device is made for it."""
    validation: float = 0.05
    """Share of the training frames that is only looked at, to see how the training goes."""
    validate_steps: int = 100
    """Steps between two looks at those frames."""
    patience: int = 0
    """Stop early after so many looks in a row that were no better, and keep the best weights; 0
    goes on to the end."""
    preview_seconds: float = 120.0
    """Seconds between two preview videos, NAME.training/preview.mp4; 0 makes none."""
    save_seconds: float = 30.0
    """Seconds between two saved states; longer where saving takes long."""
    workers: int = 0
    """Processes that prepare samples; 0 prepares them in a thread beside the steps."""
    afresh: bool = False
    """Forget an earlier training at the same place."""

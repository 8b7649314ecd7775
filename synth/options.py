"""What the programs of the synth stage are told."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from tyro.conf import arg

from stickdance.capture.options import From, Mirroring, To
from stickdance.checkpoints.errors import UsageError

DeviceName = Literal["auto", "cpu", "cuda", "mps"]


EngineName = Literal["auto", "torch", "onnxruntime", "openvino", "openvino-int8"]
RendererName = Literal["auto", "playback", "gan"]
LookedFor = Literal["auto", "on", "off"]
CrewAs = Literal["canon", "mirrored", "unison"]
ROOM, TRANSPARENT = "room", "transparent"
"""Backgrounds that are neither a colour nor a file."""
_MOST, _LATEST = 7, 8.0  # of a crew: dancers, and seconds between two


@dataclass(frozen=True)
class RenderOptions:
    """How a dance is rendered."""

    start_seconds: From = 0.0
    """Second of the dance to begin at."""
    end_seconds: To = None
    """Second of the dance to end at; by default its end."""
    renderer: RendererName = "auto"
    """What shows the poses: gan, the generator alone; playback, filmed frames alone, however far
    they are; auto, filmed frames where a whole stretch of them is near, and the generator
    elsewhere."""
    mirror_filmed: Mirroring = "auto"
    """Show filmed frames mirrored too, where that is nearer to a pose: a print or a parting is on
    the other side then. auto does so only for somebody who looks alike on both sides."""
    batch: int | None = None
    """Frames painted together at most; more take more memory. By default 16 on CUDA and 4 on a CPU,
    fewer where it has more than two cores, for each core paints its own."""
    engine: EngineName = "auto"
    """What computes the frames: torch, onnxruntime or openvino (of `stickdance[engines]`); auto
    takes the fastest that is installed; openvino-int8 is faster and tells what it loses."""
    device: DeviceName = "auto"
    """Where to compute; auto takes CUDA, then Apple's MPS, then the CPU."""
    crf: int = 18
    """Quality of the video, 0 (lossless) to 51 (worst)."""
    fade: float | None = None
    """How slowly a body part changes from the pixels of one filmed frame to those of another: 0 at
    once, up to below 1; more is steadier and softer. By default 0.6, or 0.25 for a performer
    trained with --temporal."""
    background: str = ROOM
    """What is behind the dancer: room (as filmed), a colour (black, #20c060), a picture or a video,
    or transparent: ProRes 4444 for a name that ends in .mov, VP9 for .webm."""
    shadow: bool = False
    """Cast the dancer's shadow on another background too, as it was found in the footage; the room
    as filmed always has it."""
    hold_to_known: float = 0.0
    """How far to move poses that were never filmed towards the nearest that was, 0 to 1: 0 leaves
    the dance as it is."""
    crew: int = 1
    """How many of the person dance, side by side in one room, up to 7; refused where they do not
    fit into the picture."""
    crew_as: CrewAs = "canon"
    """With --crew: canon, each a little later than the one before; mirrored, every other one as in
    a mirror, prints too; unison, all alike."""
    crew_delay: float | None = None
    """With --crew-as canon: seconds between two of them; by default two beats."""
    label: str | None = None
    """Words to write at the bottom of every frame; by default "synthetic" where a person was
    filmed, none for a drawing."""
    no_label: bool = False
    """Write no words on the frames; the video's texts record that."""
    mark: Annotated[
        bool, arg(help="Leave the mark in the pixels out; the video's texts record that.")
    ] = True
    """Add a mark of 64 bits to the pixels that nobody sees and `verify` finds, also in copies."""
    credentials: Annotated[
        bool, arg(help="Leave the content credentials (C2PA) out of the video.")
    ] = True
    """Sign the video as its last step: that it is synthetic, of what, with whose consent."""
    certificate: Path | None = None
    """Certificates to sign the content credentials with, as PEM: yours, then those of its
    authorities; by default one made on this computer, whom nobody has reason to trust."""
    key: Path | None = None
    """The private key of --certificate, as PEM, not encrypted."""
    faults: LookedFor = "auto"
    """Look at two frames a second for faults that people see: a third hand, a second face, a hand
    missing, joints astray, a torn outline, a soft head or hand, a part unlike any filmed one. auto
    does so where the networks that find people are here, the performer keeps filmed frames to
    compare with, and the person is at least 100 pixels tall; it takes about 0.4 s a look."""


@dataclass(frozen=True)
class ExportOptions:
    """How a performer is exported."""

    limit: float = 1e-3
    """Largest difference between graph and generator that is accepted, of colours in -1..1; a grey
    level is 0.008."""


def check_crew(options: RenderOptions) -> None:
    """Refuse numbers of a crew that are out of range or have no effect.

    Raises:
        UsageError: the message names the flag.
    """
    if not 1 <= options.crew <= _MOST:
        raise UsageError(f"--crew {options.crew}: expected 1 to {_MOST} dancers")
    if options.crew == 1 and options.crew_as != "canon":
        raise UsageError(f"--crew-as {options.crew_as}: goes with --crew 2 or more")
    if options.crew_delay is None:
        return
    if options.crew == 1 or options.crew_as != "canon":
        raise UsageError("--crew-delay: goes with --crew and --crew-as canon")
    if not 0 < options.crew_delay <= _LATEST:
        found = f"--crew-delay {options.crew_delay:g}"
        raise UsageError(f"{found}: expected more than 0, at most {_LATEST:g} seconds")

"""What the programs of the capture stage are told.

Modules of options import little, so that help comes at once.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from tyro.conf import arg
from tyro.constructors import PrimitiveConstructorSpec

from stickdance.checkpoints.errors import BadInput

LEAST_FOOTAGE = 2.0
"""Seconds of footage that can be captured at least."""
Rotation = Literal["auto", "0", "90", "180", "270"]
Mirroring = Literal["auto", "on", "off"]
"""Whether a person filmed is shown mirrored too; auto: where they look alike on both sides."""
From = Annotated[float, arg(name="from")]
"""Second that a part begins at; every program calls it --from."""
To = Annotated[float | None, arg(name="to")]
"""Second that a part ends at, None for the end of all; every program calls it --to."""


def _read_size(words: Sequence[str]) -> tuple[int, int]:
    found = re.fullmatch(r"([0-9]{1,5})[xX]([0-9]{1,5})", words[0])
    if not found:
        raise ValueError(f"expected WIDTHxHEIGHT, e.g. 1280x720, found {words[0]!r}")
    return int(found[1]), int(found[2])


Size = Annotated[
    tuple[int, int],
    PrimitiveConstructorSpec(
        nargs=1,
        metavar="WIDTHxHEIGHT",
        instance_from_str=_read_size,
        is_instance=lambda value: isinstance(value, tuple),
        str_from_instance=lambda value: [f"{value[0]}x{value[1]}"],
    ),
]
"""(width, height) in pixels; typed as e.g. 1280x720."""


@dataclass(frozen=True)
class CaptureOptions:
    """How footage becomes a take."""

    height: int = 512
    """Height in pixels at which frames are stored; smaller footage is never enlarged."""
    fps: float | None = None
    """Frames a second; by default those of the first video."""
    start_seconds: From = 0.0
    """Second to begin at, in every video."""
    end_seconds: To = None
    """Second to end at, in every video; by default its end."""
    held_out: float = 0.2
    """Share of the frames, at the end, that are kept for tests and never trained on."""
    estimator: str = "blazepose"
    """Pose estimator: blazepose, pifpaf, replay (takes the poses from --poses), or one that is
    installed."""
    target_at: tuple[float, float] | None = None
    """Which of several people: where the middle of their body is when they first appear, as shares
    0..1 of the frame's width and height; by default the largest, most central and longest seen."""
    poses: Path | None = None
    """With --estimator replay: poses.npz of a take, or a keypoint file or folder of OpenPose,
    AlphaPose, COCO, openpifpaf, BlazePose, AIST++ or BVH."""
    correct: Annotated[
        bool, arg(help="Leave a shaking camera and flickering light in the frames as filmed.")
    ] = True
    """Hold a camera still that moves a little, and light even that changes a little."""
    hands_and_face: Literal["auto", "on", "off"] = "auto"
    """Find the points of hands and face too; auto does so where their model files are here."""
    rotate: Rotation = "auto"
    """Degrees clockwise to turn the picture by; auto turns footage that surely lies on its side or
    its head."""
    conditions: Literal["refuse", "warn", "ignore"] = "refuse"
    """What to do about footage that will not train well: refuse it, warn, or ignore it."""
    consent: str = "not stated"
    """What the person filmed agreed to, kept with the result; by default what a recording made with
    `stickdance record` says."""


@dataclass(frozen=True)
class EstimatorComparisonOptions:
    """Which pose estimators are compared, and on which part of the footage."""

    estimators: Annotated[tuple[str, ...], arg(name="estimator")] = ()
    """Estimator to compare, with its checkpoint if wanted (pifpaf:shufflenetv2k30); by default all
    that are known."""
    poses: tuple[Path, ...] = ()
    """Keypoint file or folder to compare too: one for each video in the videos' order; with the
    files of several programs, those of the first program first."""
    height: int = 512
    """Height in pixels at which the footage is watched; it is never enlarged."""
    start_seconds: From = 0.0
    """Second to begin at, in every video."""
    end_seconds: To = None
    """Second to end at, in every video; by default its end."""


@dataclass(frozen=True)
class CameraOptions:
    """How a camera is opened."""

    source: str = ""
    """The camera: its name or number from --list-cameras, a video file that stands in for one, or
    the address of a network camera (rtsp://...); by default the first camera."""
    size: Size | None = None
    """Picture size to ask the camera for; by default its usual one."""
    fps: float = 30.0
    """Frames a second."""


@dataclass(frozen=True)
class MergeOptions:
    """How takes are merged."""

    backgrounds: Literal["same", "replace"] = "same"
    """same: all takes must show one background; replace: where one shows another, the person is cut
    out and put before the first take's background."""


@dataclass(frozen=True)
class SplitOptions:
    """How a take is split; one of --at, --parts and --blocks is needed."""

    at: tuple[float, ...] = ()
    """Second at which to cut it into takes of their own."""
    parts: int = 0
    """Cut it into this many takes of equal length."""
    blocks: int = 0
    """Make one new take, in which the end of each of this many blocks of time is held out."""
    held_out: float = 0.2
    """Share of every part, or of every block, that is kept for tests and never trained on."""
    gap: float = 0.5
    """With --blocks: seconds left out on either side of each part that tests."""


def check_options(videos: Sequence[Path], options: CaptureOptions) -> None:
    """Refuse what cannot be done before anything is read.

    Raises:
        BadInput: no video, or a value out of range.
    """
    if not videos:
        raise BadInput("no video given; name at least one")
    if not 64 <= options.height <= 4320:
        raise BadInput(f"--height {options.height}: expected 64 to 4320 pixels")
    if not 0 <= options.held_out <= 0.9:
        raise BadInput(f"--held-out {options.held_out}: expected a share from 0 to 0.9")
    if options.fps is not None and not 1 <= options.fps <= 240:
        raise BadInput(f"--fps {options.fps}: expected 1 to 240")
    if options.target_at is not None and not all(0 <= share <= 1 for share in options.target_at):
        raise BadInput(f"--target-at {options.target_at}: expected two shares from 0 to 1")
    if options.start_seconds < 0:
        raise BadInput(f"--from {options.start_seconds}: expected 0 or more")

"""What the capture of footage is told, and which of it cannot be done."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from stickdance.capture.inspection.inspect import Rotation
from stickdance.checkpoints.errors import BadInput


@dataclass(frozen=True)
class CaptureOptions:
    """How footage becomes a take."""

    height: int = 512
    """Height in pixels at which frames are stored; smaller footage is never enlarged."""
    fps: float | None = None
    """Frames a second; by default those of the first video."""
    start_seconds: float = 0.0
    """Where to begin, in every video."""
    end_seconds: float | None = None
    """Where to end, in every video."""
    held_out: float = 0.2
    """Share of the frames, at the end, that only test and never train."""
    estimator: str = "blazepose"
    """Pose estimator: blazepose, pifpaf, replay for poses of a file, or one that is installed."""
    target_at: tuple[float, float] | None = None
    """Which of several people: where the middle of their body is when they first appear, in shares
    0..1 of the frame's width and height; by default the largest, most central and longest seen."""
    poses: Path | None = None
    """The poses that the estimator "replay" gives back: poses.npz of a take, or a keypoint file or
    folder of OpenPose, AlphaPose, COCO, openpifpaf, BlazePose, AIST++ or BVH."""
    correct: bool = True
    """Hold a camera still that moves a little, and light even that changes a little."""
    rotate: Rotation = "auto"
    """Degrees clockwise to turn the picture by; auto finds out whether it lies on its side or head,
    and turns it where that is sure."""
    conditions: Literal["refuse", "warn", "ignore"] = "refuse"
    """What to do about footage that will not train well: refuse it, make the take and say so in its
    warnings, or make it without a word."""
    consent: str = "not stated"
    """What the person filmed agreed to, kept in the take's report; by default what a recording made
    with `stickdance record` says."""


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
        raise BadInput(f"--start-seconds {options.start_seconds}: expected 0 or more")

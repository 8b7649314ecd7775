"""The motion clip: how one person moves in a video, and nothing of what they look like.

Folder
    poses.npz      `PoseSequence`, cleaned, joints of `OPENPOSE_18`, one pose per frame
    manifest.json  kind "motion clip": the video with its SHA-256, where the clip begins in it,
                   consent, warnings
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stickdance.capture.pose.sequence import PoseSequence
from stickdance.capture.pose.skeleton import OPENPOSE_18
from stickdance.checkpoints.errors import BadInput
from stickdance.checkpoints.manifest import read_manifest
from stickdance.checkpoints.reading import refusing

KIND = "motion clip"
POSES = "poses.npz"


@dataclass(frozen=True)
class MotionClip:
    """One person's movement in a video."""

    path: Path
    """The folder."""
    poses: PoseSequence
    video: str
    """Name of the file."""
    sha256: str
    """Of the file."""
    start_seconds: float
    """Second of the video that the first pose is of."""
    consent: str
    """What the person filmed agreed to, in the words given."""
    warnings: tuple[str, ...]

    @property
    def end_seconds(self) -> float:
        """Return the second of the video that the movement ends at."""
        return self.start_seconds + self.poses.seconds

    @property
    def about(self) -> dict[str, Any]:
        """Return where the movement comes from, as JSON values."""
        return {
            "video": self.video,
            "sha256": self.sha256,
            "start_seconds": self.start_seconds,
            "consent": self.consent,
        }

    @staticmethod
    def load(folder: Path) -> "MotionClip":
        """Read a motion clip.

        Raises:
            BadInput: it is absent, unfinished, something else, or damaged.
        """
        folder = Path(folder)
        manifest = read_manifest(folder, KIND, content=True)
        with refusing(folder, "a motion clip"):
            source = {name: str(manifest[name]) for name in ("video", "sha256", "consent")}
            start = float(manifest["start_seconds"])
            warnings = tuple(str(line) for line in manifest["warnings"])
        poses = PoseSequence.load(folder / POSES)
        if poses.skeleton != OPENPOSE_18 or not 0 <= start < float("inf"):
            raise BadInput(f"{folder}: is no motion clip of this version; capture it again")
        return MotionClip(folder, poses, **source, start_seconds=start, warnings=warnings)

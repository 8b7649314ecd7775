"""The dance folder: the plan, the poses and the song's decoded sound.

    dance/manifest.json  choreography.json  poses.npz  song.wav  body.json  preview.mp4
    joints.npz, where the plan names actions of the user's own: the poses in space, since the files
    that such actions come from may be gone later

The dance of a learned choreographer, or one that follows a video, has a plan with beats and
sections (none where no beat is heard), and no steps.

`song.wav` holds the samples that were analysed, from `start_seconds` of the song on; it is what a
video carries. The poses begin with its first sample. Times in the plan are those of the song.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from stickdance.capture.media.audio import Sound, read_wav
from stickdance.capture.media.consent_metadata import NOT_STATED
from stickdance.capture.pose.body_profile import BodyProfile
from stickdance.capture.pose.sequence import PoseSequence
from stickdance.checkpoints.errors import BadInput
from stickdance.checkpoints.json_reader import lines_of
from stickdance.checkpoints.manifest import read_manifest
from stickdance.choreography.plan.choreography import Choreography

KIND = "dance"
CHOREOGRAPHER = "choreographer"
"""In the manifest of a dance that a network danced: which one."""
FOLLOWED = "followed"
"""In the manifest of a dance that follows a video: which one, and its consent."""
SILENT = "silent"
"""In the manifest of such a dance: whether there is nothing to be heard."""
MOVES_OF = "moves_of"
"""Likewise of a dance with moves of a video."""
JOINTS = "joints.npz"
PLAN, POSES, SONG, BODY, PREVIEW = (
    "choreography.json", "poses.npz", "song.wav", "body.json", "preview.mp4",
)  # fmt: skip

_LONGEST_SONG = 1e6  # seconds, eleven days


@dataclass(frozen=True)
class Dance:
    """One song's dance on disk."""

    path: Path
    poses: PoseSequence
    choreography: Choreography
    sound: Sound
    body: BodyProfile
    start_seconds: float
    """Second of the song that the dance begins at."""
    manifest: dict[str, Any]

    @staticmethod
    def load(folder: Path) -> "Dance":
        """Read a dance folder.

        Raises:
            BadInput: it is absent, unfinished, not a dance, or one of its files is damaged.
        """
        folder = Path(folder)
        manifest = read_manifest(folder, KIND, content=True)
        start = manifest.get("start_seconds", 0.0)
        if not isinstance(start, int | float) or not 0 <= start < _LONGEST_SONG:
            raise BadInput(f"{folder}: start_seconds in the manifest is {start!r:.40}, not a time")
        if not isinstance(manifest.get("warnings", []), list):
            raise BadInput(f"{folder}: warnings in the manifest are no list of lines")
        return Dance(
            path=folder,
            poses=PoseSequence.load(folder / POSES),
            choreography=Choreography.load(folder / PLAN),
            sound=read_wav(folder / SONG),
            body=BodyProfile.load(folder / BODY),
            start_seconds=float(start),
            manifest=manifest,
        )

    @property
    def beat_times(self) -> np.ndarray:
        """Return the beats that sound in the dance, in seconds from its first frame."""
        times = np.array(self.choreography.beats) - self.start_seconds
        return times[(times >= 0) & (times < self.poses.seconds)]

    @property
    def warnings(self) -> tuple[str, ...]:
        """Return what people should know about this dance."""
        return lines_of(self.manifest, "warnings")

    @property
    def learned(self) -> bool:
        """Tell whether a network danced it: it has no steps then, and is not known in space."""
        return CHOREOGRAPHER in self.manifest

    @property
    def of_actions(self) -> bool:
        """Tell whether its plan tells all of it: named actions, danced exactly."""
        return self.choreography.moves is None and not self.learned and self.followed is None

    @property
    def followed(self) -> dict[str, Any] | None:
        """Return the video whose movement it is, as `MotionClip.about` tells it; None for none."""
        told = self.manifest.get(FOLLOWED)
        return dict(told) if isinstance(told, dict) else None

    @property
    def filmed_in(self) -> dict[str, Any] | None:
        """Return the video that its movement or its moves are from, likewise; None for none."""
        told = self.manifest.get(MOVES_OF)
        return dict(told) if isinstance(told, dict) else self.followed

    @property
    def consent_not_stated(self) -> tuple[str, ...]:
        """Return a line where nobody said what the person in the video of `filmed_in` agreed to."""
        video = self.filmed_in or {}
        if video.get("consent") != NOT_STATED:
            return ()
        flag = "--moves-consent" if self.followed is None else "--follow-consent"
        who = f"consent of the person in {video.get('video')}, whose dance this is"
        return (f"{who}: not stated (say it with {flag} TEXT)",)

    @property
    def preview(self) -> Path:
        """Return the path of the stick-figure video with the song's sound."""
        return self.path / PREVIEW

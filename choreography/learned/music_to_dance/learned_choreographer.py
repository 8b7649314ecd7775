"""The choreographer that is a network: a song -> a dance on the target's body.

Its plan has the song's beats and sections and no steps, since a network tells no names; and its
dance is known in the picture only, not in space. The manifest says so under "choreographer".
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stickdance.capture.pose.body_profile import BodyProfile
from stickdance.checkpoints.errors import UsageError
from stickdance.choreography.choreographer import Danced, FrameTimes, Song
from stickdance.choreography.dance.folder import CHOREOGRAPHER
from stickdance.choreography.learned.music_to_dance.dance_model import DanceModel
from stickdance.choreography.learned.music_to_dance.feet import planted
from stickdance.choreography.learned.music_to_dance.onto_body import on_body
from stickdance.choreography.learned.music_to_dance.sample import dance
from stickdance.choreography.options import ChoreographyOptions
from stickdance.choreography.song_to_plan import heard_in, plan_without_steps

_NO_STEPS = "was danced by a network: its plan has beats and sections, but no steps to edit"


@dataclass(frozen=True)
class LearnedChoreographer:
    """Dances as a network learnt to."""

    model: DanceModel
    folder: Path
    """Of the model."""
    options: ChoreographyOptions
    body: BodyProfile

    @property
    def about(self) -> Mapping[str, Any]:
        """Return which network dances."""
        return {
            CHOREOGRAPHER: {"name": self.folder.name, "model": self.model.name},
            "style": f"learned: {self.model.name}",
        }

    def dance(self, song: Song, frames: FrameTimes) -> Danced:
        """Return the network's dance; see `Choreographer`."""
        heard = heard_in(song, self.options)
        # The whole song is danced, so that a part of it is danced as it would be within.
        whole = dance(self.model, song.sound, heard.beats, frames.fps, self.options.seed)
        on_feet = planted(on_body(whole, self.model.body, self.body), self.body)
        first = round(frames.start_seconds * frames.fps)
        poses = on_feet.part(first, first + frames.number)
        plan = plan_without_steps(song, heard, self.options.seed)
        return Danced(plan, poses, warnings=(_NO_STEPS, *plan.doubts))


def learned_choreographer(
    folder: Path, options: ChoreographyOptions, body: BodyProfile
) -> LearnedChoreographer:
    """Return a choreographer that `learn music-to-dance` wrote.

    Args:
        folder: of the model.
        options: frame rate, seed, who listens; what chooses steps has no say.
        body: whose body and place.

    Raises:
        BadInput: `folder` holds no choreographer.
        UsageError: options that only choose steps were given.
    """
    for flag in ("moves", "plan", "actions"):
        if getattr(options, flag):
            raise UsageError(
                f"--{flag}: a learned choreographer (--choreographer) dances by itself; leave one "
                "of the two out"
            )
    return LearnedChoreographer(DanceModel.load(folder), Path(folder), options, body)

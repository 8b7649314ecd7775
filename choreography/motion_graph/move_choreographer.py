"""The choreographer that dances with moves cut from a take or video.

Beside them it dances named actions: those of an edited plan, or those that were filmed.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from stickdance.capture.pose.body_profile import BodyProfile
from stickdance.checkpoints.errors import BadInput
from stickdance.choreography.choreographer import Danced, FrameTimes, Song
from stickdance.choreography.dance.folder import MOVES_OF
from stickdance.choreography.motion_graph.both import woven
from stickdance.choreography.motion_graph.moves_to_poses import (
    check_moves,
    moves_to_poses,
    without_moves,
)
from stickdance.choreography.motion_graph.report import report_moves
from stickdance.choreography.motion_graph.search import choose_moves
from stickdance.choreography.motion_graph.segmentation import MoveLibrary, cut_moves_of
from stickdance.choreography.music.beat_features import BeatFeatures
from stickdance.choreography.music.beats import Beats
from stickdance.choreography.music.structure import Structure
from stickdance.choreography.options import ChoreographyOptions
from stickdance.choreography.plan.steps import Step
from stickdance.choreography.plan.styles import Taste
from stickdance.choreography.rules.filmed_actions import ActionSide, filmed_actions
from stickdance.choreography.rules.rule_choreographer import (
    RuleChoreographer,
    actions_of,
    warnings_of,
)
from stickdance.choreography.shotlist.filmed import FilmedShots, shots_of
from stickdance.choreography.shotlist.placing import place_shots

_HINT = (
    "--hint counts for named actions alone, not for moves that were filmed; --dance-with library "
    "dances nothing else"
)


@dataclass(frozen=True)
class MoveChoreographer:
    """Dances with moves of a take."""

    library: MoveLibrary
    actions: RuleChoreographer
    """Dances what a plan has of named actions."""
    filmed: frozenset[ActionSide] = frozenset()
    """Named actions that are danced beside moves."""
    shots: FilmedShots | None = None
    """What was filmed by a shot list, and is danced in place of all else."""

    @property
    def body(self) -> BodyProfile:
        """Return the body that the take's movement was put onto."""
        return self.library.footage.body

    @property
    def about(self) -> Mapping[str, Any]:
        """Return style and filmed actions, where moves are chosen, and the video they are of."""
        video = {MOVES_OF: dict(self.library.about)} if self.library.about else {}
        if self.actions.edited is not None:
            return video
        if self.shots is not None:
            names = sorted({shot.action for shot in self.shots.shots})
            told = {"shots": len(self.shots.shots), "of": len(self.shots.listed.shots)}
            return {**self.actions.about, "shot_list": told, "filmed_actions": names}
        names = sorted({name for name, _ in self.filmed})
        return {**self.actions.about, "filmed_actions": names, **video}

    def dance(self, song: Song, frames: FrameTimes) -> Danced:
        """Return the dance of a plan of moves; see `Choreographer`."""
        plan = self.actions.plan_of(song, lambda: self.choose)
        if self.actions.edited is None:
            plan = replace(plan, moves=self.library.moves)
        if plan.moves is None:
            return self.actions.danced(plan, song, frames)
        acted = self.actions.danced(replace(without_moves(plan), actions=()), song, frames)
        poses = moves_to_poses(plan, self.library, frames.seconds, frames.fps, acted.poses)
        report = report_moves(plan, self.library)
        warnings = (*warnings_of(plan, song), *report.warnings, *self.library.warnings)
        if self.actions.options.hint and self.actions.edited is None:
            warnings = (*warnings, _HINT)
        return Danced(plan, poses, about={"moves": asdict(report)}, warnings=warnings)

    def choose(
        self, beats: Beats, structure: Structure, features: BeatFeatures, taste: Taste
    ) -> tuple[Step, ...]:
        """Return moves for what was heard, and filmed actions between them; see `Choose`."""
        heard = beats, structure, features, taste
        if self.shots is not None:
            mirrors, tempo = self.library.footage.mirrors, self.shots.listed.tempo
            return self.shots.steps(place_shots(self.shots.shots, tempo, heard[:3], taste, mirrors))
        moves = choose_moves(*heard, library=self.library)
        return woven(self.actions.choose(*heard), moves, self.filmed) if self.filmed else moves


def move_choreographer(
    take: Path, options: ChoreographyOptions, body: BodyProfile | None
) -> MoveChoreographer:
    """Return a choreographer of the moves in a take or video.

    Args:
        take: its folder, or the video.
        options: how to dance.
        body: whose body and place the moves are put onto; by default its own.

    Raises:
        BadInput: neither, one without moves, or the edited plan is of another take; or --dance-with
            both of a take that shows no named action.
    """
    library = cut_moves_of(take, body, options.moves_consent, options.mirror_filmed)
    actions = actions_of(options, library.footage.body)
    if actions.edited is not None:
        check_moves(actions.edited, library, take)
        return MoveChoreographer(library, actions)
    shots = _shots(library, take) if options.dance_with == "auto" else None
    if shots is not None:
        moves = replace(library.moves, cuts=shots.moves)
        return MoveChoreographer(replace(library, moves=moves), actions, shots=shots)
    return MoveChoreographer(library, actions, _filmed(library, actions, options, take))


def _shots(library: MoveLibrary, take: Path) -> FilmedShots | None:
    """Return the shots in the part of a take that trains; None where it has none."""
    found = None if take.is_file() else shots_of(take)
    if found is None:
        return None
    shots = found.within(library.footage.seconds)
    return shots if any(shot.begin == shot.end for shot in shots.shots) else None


def _filmed(
    library: MoveLibrary, actions: RuleChoreographer, options: ChoreographyOptions, take: Path
) -> frozenset[ActionSide]:
    """Return the named actions that are danced beside moves."""
    if options.dance_with == "own":
        return frozenset()
    footage = library.footage
    named = actions.repertoire.danced
    filmed = filmed_actions(named, footage.poses.points, footage.body, footage.mirrors)
    if options.dance_with == "both" and not filmed:
        raise BadInput(
            f"--dance-with both: {take} shows none of {len(named)} named actions; film them, or "
            "take --dance-with own, or library"
        )
    return filmed

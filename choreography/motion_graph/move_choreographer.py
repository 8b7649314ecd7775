"""The choreographer that dances with moves cut from a take, beside named actions of a plan."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path

from stickdance.capture.pose.body_profile import BodyProfile
from stickdance.choreography.choreographer import Danced, FrameTimes, Song
from stickdance.choreography.motion_graph.moves_to_poses import (
    check_moves,
    moves_to_poses,
    without_moves,
)
from stickdance.choreography.motion_graph.report import report_moves
from stickdance.choreography.motion_graph.search import choose_moves
from stickdance.choreography.motion_graph.segmentation import MoveLibrary, cut_take
from stickdance.choreography.options import ChoreographyOptions
from stickdance.choreography.rules.rule_choreographer import (
    RuleChoreographer,
    actions_of,
    warnings_of,
)


@dataclass(frozen=True)
class MoveChoreographer:
    """Dances with moves of a take."""

    library: MoveLibrary
    actions: RuleChoreographer
    """Dances what a plan has of named actions."""

    @property
    def body(self) -> BodyProfile:
        """Return the body that the take's movement was put onto."""
        return self.library.footage.body

    @property
    def about(self) -> Mapping[str, str]:
        """Return the style, where moves are chosen."""
        return self.actions.about

    def dance(self, song: Song, frames: FrameTimes) -> Danced:
        """Return the dance of a plan of moves; see `Choreographer`."""
        plan = self.actions.plan_of(song, partial(choose_moves, library=self.library))
        if self.actions.edited is None:
            plan = replace(plan, moves=self.library.moves)
        if plan.moves is None:
            return self.actions.danced(plan, song, frames)
        acted = self.actions.danced(replace(without_moves(plan), actions=()), song, frames)
        poses = moves_to_poses(plan, self.library, frames.seconds, frames.fps, acted.poses)
        report = report_moves(plan, self.library)
        warnings = (*warnings_of(plan, song), *report.warnings)
        return Danced(plan, poses, about={"moves": asdict(report)}, warnings=warnings)


def move_choreographer(
    take: Path, options: ChoreographyOptions, body: BodyProfile | None
) -> MoveChoreographer:
    """Return a choreographer of a take's moves.

    Args:
        take: its folder.
        options: how to dance.
        body: whose body and place the moves are put onto; by default the take's own.

    Raises:
        BadInput: no take, one without moves, or the edited plan is of another take.
    """
    library = cut_take(take, body)
    actions = actions_of(options, library.footage.body)
    if actions.edited is not None:
        check_moves(actions.edited, library, take)
    return MoveChoreographer(library, actions)

"""What a dance of moves was made of: how much footage there was, and how far it was stretched."""

from dataclasses import dataclass

import numpy as np

from stickdance.choreography.motion_graph.graph import Instant, MoveGraph
from stickdance.choreography.motion_graph.moves_to_poses import laying_of, move_steps
from stickdance.choreography.motion_graph.segmentation import MoveLibrary
from stickdance.choreography.plan.choreography import Choreography


@dataclass(frozen=True)
class MovesReport:
    """What a dance of moves was made of."""

    take: str
    seconds: float
    """Footage there was."""
    used_seconds: float
    """Footage that is danced."""
    moves: int
    moves_used: int
    slowest: float
    """Pace at which footage is played: 0.8 is slower than filmed."""
    fastest: float
    worst_cut: float
    """Largest mean joint distance bridged, in body heights."""
    warnings: tuple[str, ...]


def report_moves(plan: Choreography, library: MoveLibrary) -> MovesReport:
    """Return what a plan makes of its take, with warnings where it stretches too far."""
    moves = plan.moves or library.moves
    layings = [(n, step, laying_of(plan, step)) for n, step in move_steps(plan)]
    used = np.zeros(int(library.footage.seconds * 50) + 2, bool)
    warnings = []
    for number, step, laying in layings:
        used[int(laying.footage[0] * 50) : int(laying.footage[-1] * 50) + 1] = True
        if not laying.within_limit:
            warnings.append(
                f"step {number}: {step.action} in {step.beats} beats plays at {laying.pace:.2f} "
                "times its own pace; give it more or fewer beats"
            )
    paces = [laying.pace for _, _, laying in layings] or [1.0]
    graph = MoveGraph(library.footage)
    ends = [Instant(float(laying.footage[-1]), step.mirrored) for _, step, laying in layings]
    starts = [Instant(float(laying.footage[0]), step.mirrored) for _, step, laying in layings]
    cuts = [graph.price(end, start) for end, start in zip(ends[:-1], starts[1:], strict=True)]
    return MovesReport(
        take=moves.take,
        seconds=moves.seconds,
        used_seconds=round(float(used.sum()) / 50, 2),
        moves=len(moves.cuts),
        moves_used=len({step.action for _, step, _ in layings}),
        slowest=round(min(paces), 3),
        fastest=round(max(paces), 3),
        worst_cut=round(max(cuts, default=0.0), 4),
        warnings=tuple(warnings),
    )

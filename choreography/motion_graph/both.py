"""Named actions that were filmed, and moves of the take between them."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from stickdance.choreography.plan.steps import Step
from stickdance.choreography.rules.filmed_actions import ActionSide

_LEAST_BEATS = 2  # what is left of a move beside an action is danced from so many beats on


def woven(
    actions: Sequence[Step], moves: Sequence[Step], filmed: Iterable[ActionSide]
) -> tuple[Step, ...]:
    """Return the steps of a dance of both.

    Args:
        actions: steps of named actions, in order.
        moves: steps of moves for the same beats, in order.
        filmed: which actions are kept.
    """
    kept = [step for step in actions if (step.action, step.mirrored) in set(filmed)]
    between = [part for move in moves for part in _beside(move, kept)]
    return tuple(sorted([*kept, *between], key=lambda step: step.start_beat))


def _beside(move: Step, kept: Sequence[Step]) -> list[Step]:
    """Return what is left of a move where no action is danced, from its beginning each time."""
    out, start = [], move.start_beat
    for step in kept:
        if step.end_beat <= start or step.start_beat >= move.end_beat:
            continue
        out.append((start, step.start_beat))
        start = step.end_beat
    out.append((start, move.end_beat))
    return [
        replace(move, start_beat=first, beats=int(stop - first))
        for first, stop in out
        if stop - first >= min(_LEAST_BEATS, move.beats)
    ]

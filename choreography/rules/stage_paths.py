"""Where on the stage the steps of a section lead: a path over four phrases, there and back.

A verse goes to one side, crosses to the other with its answer, draws back with what is new and
comes home; a chorus comes to the front, takes both corners there, and comes home.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from stickdance.choreography.actions.action import Action
from stickdance.choreography.plan.steps import Step
from stickdance.choreography.plan_to_poses.stage import room_a_beat

Place = tuple[float, float]

_VERSE = ((1.0, 0.2), (-1.0, -0.2), (-0.4, -1.0), (0.0, 0.0))
_CHORUS = ((0.3, 1.0), (-1.0, 0.5), (1.0, 0.5), (0.0, 0.0))
"""Where each of four phrases ends: across and ahead, as shares of the room used."""
_LEAST = 0.2  # of the room that a step goes or does not go at all


def along_path(
    phrases: Sequence[Sequence[Step]],
    actions: Mapping[str, Action],
    room: float,
    chorus: bool,
    side: float,
) -> list[Step]:
    """Return the steps of a section in order, each with the place that it ends in.

    Args:
        phrases: the steps of each phrase.
        actions: that they name.
        room: share of the room that is used, 0 to 1.
        chorus: whether it is the chorus.
        side: 1 begins to the picture's right, -1 to its left.
    """
    path = _CHORUS if chorus else _VERSE
    out: list[Step] = []
    here: Place = (0.0, 0.0)
    for number, steps in enumerate(phrases):
        across, ahead = path[number % 4] if number + 1 < len(phrases) else (0.0, 0.0)
        turn = side if number // 4 % 2 == 0 else -side
        goal = (turn * room * across, room * ahead)
        left = [step.beats * room_a_beat(actions[step.action]) for step in steps]
        for place, step in enumerate(steps):
            share = left[place] / max(sum(left[place:]), 1e-9)
            here = _toward(here, goal, share, left[place])
            out.append(replace(step, across=round(here[0], 2), ahead=round(here[1], 2)))
    return out


def _toward(here: Place, goal: Place, share: float, most: float) -> Place:
    """Return the place that is a share of the way on, along each axis no farther than `most`."""
    ways = [min(max(share * (b - a), -most), most) for a, b in zip(here, goal, strict=True)]
    across, ahead = (way if abs(way) >= _LEAST else 0.0 for way in ways)
    return here[0] + across, here[1] + ahead

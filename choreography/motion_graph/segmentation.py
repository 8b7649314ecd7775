"""A take cut into moves at its motion beats, so that its own movements can be danced to a song.

Only the part of a take that trains is cut: what a performer of it has seen.
"""

from dataclasses import dataclass
from pathlib import Path

from stickdance.capture.conditions.symmetry import left_right_difference, may_mirror
from stickdance.capture.options import Mirroring
from stickdance.capture.pose.body_profile import BodyProfile
from stickdance.capture.take.take import POSES, Take
from stickdance.checkpoints.errors import BadInput
from stickdance.checkpoints.files import sha256
from stickdance.choreography.motion_graph.clip import FilmedMovement, footage_of
from stickdance.choreography.motion_graph.motion_beats import Arrivals, find_arrivals
from stickdance.choreography.plan.moves import PREFIX, FilmedMove, Moves

LONGEST = 8.0
"""Seconds of a take that one move may run on for."""
_SHORTEST = 0.8  # seconds: less footage after an arrival is no move
_FEWEST = 3  # arrivals without which there is nothing to lay on beats
_MOST = 600  # moves: a long take gives its clearest ones
_CUT_RATE = 50.0  # frames a second at which arrivals are looked for, whatever the take's rate


@dataclass(frozen=True)
class MoveLibrary:
    """A take ready to be danced with: its moves, and its movement as a function of time."""

    moves: Moves
    footage: FilmedMovement


class TooFewMoves(BadInput):
    """The dancer of a take hardly ever arrives anywhere."""


def cut_take(
    folder: Path, body: BodyProfile | None = None, mirroring: Mirroring = "on"
) -> MoveLibrary:
    """Cut a take into moves.

    Args:
        folder: the take.
        body: whose body and place the moves are put onto; by default the take's own.
        mirroring: whether moves may be danced in the mirror.

    Raises:
        BadInput: no take.
        TooFewMoves: nothing to lay on beats.
    """
    take = Take.load(Path(folder))
    difference = left_right_difference(take) if mirroring == "auto" else None
    footage = footage_of(take, body or take.body, may_mirror(mirroring, difference))
    arrivals = find_arrivals(footage.poses.resampled(_CUT_RATE))
    if len(arrivals) < _FEWEST:
        raise TooFewMoves(
            f"--moves {folder}: {len(arrivals)} motion beats in {footage.seconds:.1f} s of "
            f"footage, expected at least {_FEWEST}; film a dance, or dance named actions instead"
        )
    moves = Moves(
        take=Path(folder).resolve().name,
        sha256=sha256(take.path / POSES),
        seconds=round(footage.seconds, 3),
        cuts=cut_moves(arrivals, footage.seconds),
    )
    return MoveLibrary(moves, footage)


def cut_moves(arrivals: Arrivals, seconds: float) -> tuple[FilmedMove, ...]:
    """Return a move for each arrival after which enough footage follows.

    Args:
        arrivals: where the dancer arrives.
        seconds: length of the footage.
    """
    inside = arrivals.times < seconds
    times, strengths = arrivals.times[inside], arrivals.strengths[inside]
    starts = [n for n in range(len(times) - 1) if seconds - times[n] >= _SHORTEST]
    starts = sorted(sorted(starts, key=lambda n: -strengths[n])[:_MOST])
    cuts: list[FilmedMove] = []
    for start in starts:
        later = (times > times[start]) & (times <= times[start] + LONGEST)
        name, begins = f"{PREFIX}{len(cuts) + 1:03d}", round(float(times[start]), 4)
        after = tuple(round(float(time), 4) for time in times[later] - begins)
        cuts.append(
            FilmedMove(name, begins, after, tuple(float(s) for s in strengths[later].round(3)))
        )
    return tuple(cuts)

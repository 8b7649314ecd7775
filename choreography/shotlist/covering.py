"""The fewest moves that cover what a choreography asks for: a weighted set cover.

A move stands in for another where the same part of the body leads, and about as much is asked of
it. Every move asked for is to have one that stands in for it, and a section that asked for several
is to have some of them, at the least time of filming.

Source: set cover as an integer programme, solved by HiGHS (`scipy.optimize.milp`).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

from stickdance.choreography.actions.action import Action

_ALIKE = 0.15  # of energy, within which one action stands in for another
_VARIETY = 3  # moves that a section has at least, where it asked for so many
_MISSED = 1e3  # seconds of filming that a beat without its move is worth
_AS_PLANNED = 0.25  # share of its time that a move is cheaper for being the one asked for


@dataclass(frozen=True)
class Need:
    """A move that a choreography asks for."""

    action: Action
    section: str
    pose: str
    """The shared pose that its section is danced in."""
    beats: int


@dataclass(frozen=True)
class Move:
    """A move that might be filmed."""

    action: Action
    pose: str


@dataclass(frozen=True)
class Cover:
    """What is to be filmed, and what it leaves out."""

    moves: tuple[Move, ...]
    missed: tuple[Need, ...]


def fewest_moves(
    needs: Sequence[Need],
    actions: Mapping[str, Action],
    seconds: Callable[[Action], float],
    most: float | None = None,
) -> Cover:
    """Return the moves that cover what is needed in the least time of filming.

    Args:
        needs: what is asked for; those of one action, section and pose together.
        actions: what may be filmed.
        seconds: that filming an action takes.
        most: seconds at most; then what is left out has as few beats as possible.
    """
    poses = list(dict.fromkeys(need.pose for need in needs))
    moves = [Move(action, pose) for pose in poses for action in actions.values()]
    if not moves:
        return Cover((), tuple(needs))
    covers = np.array([[_stands_in(move, need) for move in moves] for need in needs])
    price = np.array([seconds(move.action) for move in moves])
    planned = np.array([any(_is(move, need) for need in needs) for move in moves])
    chosen = _solved(needs, covers, price, price * (1 - _AS_PLANNED * planned), most)
    kept = tuple(move for move, taken in zip(moves, chosen, strict=True) if taken)
    missed = [need for need, row in zip(needs, covers, strict=True) if not (row & chosen).any()]
    return Cover(kept, tuple(missed))


def _is(move: Move, need: Need) -> bool:
    return move.action.name == need.action.name and move.pose == need.pose


def _stands_in(move: Move, need: Need) -> bool:
    alike = abs(move.action.energy - need.action.energy) <= _ALIKE
    same_part = move.action.source == need.action.source
    return move.pose == need.pose and (_is(move, need) or (alike and same_part))


def _solved(
    needs: Sequence[Need], covers: np.ndarray, price: np.ndarray, worth: np.ndarray,
    most: float | None,
) -> np.ndarray:  # fmt: skip
    """Return which moves (moves,) are filmed."""
    sections = list(dict.fromkeys(need.section for need in needs))
    of_section = [[need.section == one for need in needs] for one in sections]
    varied = np.array([covers[rows].any(axis=0) for rows in of_section])
    wanted = [
        min(len({need.action.name for need in needs if need.section == one}), _VARIETY)
        for one in sections
    ]
    rows, moves = len(needs) + len(sections), len(price)
    # Columns: the moves, then by how much each need and each section falls short.
    table = np.hstack([np.vstack([covers, varied]).astype(float), np.eye(rows)])
    least = np.concatenate([np.ones(len(needs)), wanted])
    short = np.concatenate([[need.beats for need in needs], np.ones(len(sections))])
    rules = [LinearConstraint(table, least)]
    if most is not None:
        rules.append(LinearConstraint(np.concatenate([price, np.zeros(rows)])[None], ub=most))
    found = milp(
        np.concatenate([worth, _MISSED * short]),
        constraints=rules,
        bounds=Bounds(0, np.concatenate([np.ones(moves), least])),
        integrality=np.ones(moves + rows),
    )
    if found.x is None:  # no time at all
        return np.zeros(moves, bool)
    return np.asarray(found.x[:moves] > 0.5)

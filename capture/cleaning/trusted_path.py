"""Which positions of a joint belong to one movement: the cheapest path that leaves some out.

A path pays for every position that it leaves out, and for every three positions in a row that no
body could pass through: where the third lies off what the first two foresee, or farther away than
the joint ever moves in such a time. Leaving out a run of wrong positions that agree with one
another costs less than entering and leaving it, so both sides of an outage are looked at at once.

Solved exactly by dynamic programming over pairs of positions.

Conventions: positions (frames, joints, 2) in body heights, NaN where missing; times in frames.
"""

from dataclasses import dataclass

import numpy as np

from stickdance.capture.media.jit import compiled

_DEAREST = 9.0  # what three positions in a row of one joint cost at most
_DEAREST_OF_MANY = 1.5  # likewise of each of many joints, so that a few wrong ones condemn no pose
_RESTART = 11.0  # frames left out that a cut costs as much as: the movement begins anew after it


@dataclass(frozen=True)
class Limits:
    """How much each joint moves."""

    bend: np.ndarray
    """(longest + 1, joints) how far a position may lie off what two positions before foresee,
    so many frames after the second of them."""
    reach: np.ndarray
    """(longest + 1, joints) how far a joint may move in so many frames."""

    @property
    def longest(self) -> int:
        """Return how many frames a step of the path may span."""
        return len(self.reach) - 1


def left_out(points: np.ndarray, price: np.ndarray, limits: Limits) -> np.ndarray:
    """Return which positions the cheapest path of each joint leaves out.

    Args:
        points: (frames, joints, 2).
        price: (frames, joints) what leaving out a position costs; 2 or so where it is sure.
        limits: how much each joint moves.

    Returns:
        (frames, joints) bool; missing positions are not left out.
    """
    out = np.zeros(points.shape[:2], np.bool_)
    for joint in range(points.shape[1]):
        own = slice(joint, joint + 1)
        part = Limits(limits.bend[:, own], limits.reach[:, own])
        out[:, joint] = _left_out(points[:, own], price[:, joint], part, _DEAREST)
    return out


def poses_left_out(points: np.ndarray, price: np.ndarray, limits: Limits) -> np.ndarray:
    """Return which frames the cheapest path of all joints together leaves out.

    What joints cost is averaged: many that each move a little too far weigh as much as one that
    jumps.

    Args:
        points: (frames, joints, 2).
        price: (frames,) what leaving out a frame costs.
        limits: how much each joint moves.

    Returns:
        (frames,) bool; empty frames are not left out.
    """
    return _left_out(points, price, limits, _DEAREST_OF_MANY)


def _left_out(points: np.ndarray, price: np.ndarray, limits: Limits, dearest: float) -> np.ndarray:
    out = np.zeros(len(points), np.bool_)
    there = np.flatnonzero(np.isfinite(points).all(-1).any(axis=1))
    if len(there) >= 3:
        kept = _cheapest(
            np.ascontiguousarray(points[there], np.float64),
            there.astype(np.int64),
            np.ascontiguousarray(price[there], np.float64),
            np.ascontiguousarray(limits.bend, np.float64),
            np.ascontiguousarray(limits.reach, np.float64),
            dearest,
            _RESTART * float(price[there].mean()),
        )
        out[there] = ~kept
    return out


@compiled
def _cheapest(
    points: np.ndarray,
    times: np.ndarray,
    price: np.ndarray,
    bend: np.ndarray,
    reach: np.ndarray,
    dearest: float,
    restart: float,
) -> np.ndarray:  # pragma: no cover - compiled
    """Return which frames are on the cheapest path.

    `cost[k, s]` is that of the best path which ends in frame k and was s frames before it just
    before; s = 0 where the path begins in k.
    """
    count, span = len(points), len(reach) - 1
    cost = np.full((count, span + 1), np.inf)
    come = np.full((count, span + 1), -1, np.int64)
    paid = np.zeros(count + 1)  # price of leaving out all before
    for k in range(count):
        paid[k + 1] = paid[k] + price[k]
    fresh, fresh_from = 0.0, -1  # best way to begin anew, less what was paid until there
    for k in range(count):
        cost[k, 0] = paid[k] + fresh
        come[k, 0] = fresh_from
        for step in range(1, min(span, k) + 1):
            j = k - step
            between = paid[k] - paid[j + 1]
            for s in range(min(span, j) + 1):
                if cost[j, s] + between < cost[k, step]:
                    strain = _strain(points, times, (j - s, j, k), bend, reach, dearest)
                    total = cost[j, s] + between + strain
                    if total < cost[k, step]:
                        cost[k, step] = total
                        come[k, step] = s
        best = np.argmin(cost[k])
        if cost[k, best] - paid[k + 1] + restart < fresh:
            fresh, fresh_from = cost[k, best] - paid[k + 1] + restart, k
    return _walked_back(cost, come, paid)


@compiled
def _strain(
    points: np.ndarray,
    times: np.ndarray,
    frames: tuple[int, int, int],
    bend: np.ndarray,
    reach: np.ndarray,
    dearest: float,
) -> float:  # pragma: no cover - compiled
    """Return how hard it is to pass through three frames, mean over joints; two may be the same."""
    i, j, k = frames
    span = len(reach) - 1
    gap, before = times[k] - times[j], times[j] - times[i]
    bends = 0 < before < span and gap < span
    total, known = 0.0, 0
    for joint in range(points.shape[1]):
        to_x = points[k, joint, 0] - points[j, joint, 0]
        to_y = points[k, joint, 1] - points[j, joint, 1]
        strain = (to_x**2 + to_y**2) / reach[min(gap, span), joint] ** 2
        if np.isnan(strain):
            continue
        if bends:
            off_x = to_x - (points[j, joint, 0] - points[i, joint, 0]) * gap / before
            off_y = to_y - (points[j, joint, 1] - points[i, joint, 1]) * gap / before
            off = (off_x**2 + off_y**2) / bend[gap, joint] ** 2
            if off > strain:  # false where the joint is missing in frame i
                strain = off
        total += min(strain, dearest)
        known += 1
    return total / known if known else 0.0


@compiled
def _walked_back(
    cost: np.ndarray, come: np.ndarray, paid: np.ndarray
) -> np.ndarray:  # pragma: no cover - compiled
    count = len(cost)
    kept = np.zeros(count, np.bool_)
    last, least = -1, np.inf
    for k in range(count):
        total = cost[k].min() + paid[count] - paid[k + 1]
        if total < least:
            last, least = k, total
    k = last
    s = int(np.argmin(cost[last]))
    while k >= 0:
        kept[k] = True
        if s == 0:
            k = come[k, 0]
            if k >= 0:
                s = int(np.argmin(cost[k]))
        else:
            k, s = k - s, come[k, s]
    return kept

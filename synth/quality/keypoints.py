"""MSE per body keypoint: does the rendered person stand as the real one does?

The measure of Islam, Rahman and Amin, "Beat Based Realistic Dance Video Generation using Deep
Learning", Table I (7.5 px²): poses are found anew in both frames by the same estimator, so that its
own bias counts on both sides, and the squared distance of each joint is averaged over the joints.
The authors do not say more; here a joint counts where the estimator is at least half sure of it in
both frames, and the joints are those of `OPENPOSE_18`. Joints that the reference shows and the
rendered frame does not count as `keypoints_lost`, since leaving the person out would cost
nothing otherwise. Pixels are those of the reference.
"""

import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import TypeVar

import numpy as np

from stickdance.capture.estimators.contract import FrameEstimate, Person, PoseEstimator
from stickdance.capture.pose.skeleton import OPENPOSE_18, Skeleton, convert
from stickdance.synth.compute.array_types import Bools, Bytes

SURE = 0.5
"""Least confidence of a joint that counts."""
_starting = threading.RLock()  # estimators turn the process's error stream aside while they start
Item = TypeVar("Item")


def keypoint_errors(real: Person | None, rendered: Person | None) -> dict[str, float | None]:
    """Return `keypoint_mse` in px², `akd` in px and `keypoints_lost` for two frames' people.

    `akd` is FOMM's average keypoint distance (Siarohin et al., 2019), the mean absolute difference
    of coordinates, as their pose-evaluation takes it; `keypoints_lost`, 0..1, their missing
    keypoint rate. Theirs are of other estimators: compare these only with themselves.

    Args:
        real: joints of `OPENPOSE_18` in the reference; None: nobody was found.
        rendered: likewise in the rendered frame.
    """
    there = _seen(real)
    if real is None or not there.any():
        return {"keypoint_mse": None, "akd": None, "keypoints_lost": None}
    both = there & _seen(rendered)
    lost = 1 - float(both.sum() / there.sum())
    if rendered is None or not both.any():
        return {"keypoint_mse": None, "akd": None, "keypoints_lost": lost}
    apart = (real.points[both] - rendered.points[both]).astype(np.float64)
    squares = np.square(apart).sum(axis=1)
    return {
        "keypoint_mse": float(squares.mean()),
        "akd": float(np.abs(apart).mean()),
        "keypoints_lost": lost,
    }


def with_estimates(
    items: Iterable[Item],
    picture: Callable[[Item], Bytes | None],
    estimator: PoseEstimator,
) -> Iterator[tuple[Item, FrameEstimate | None]]:
    """Yield each item with what an estimator finds in its picture, in order and streaming.

    Args:
        items: what a stream of frames carries.
        picture: gives the RGB frame of an item; None: it has none, and its estimate is None.
        estimator: may look at some frames ahead.
    """
    pulled: deque[Item] = deque()

    def frames() -> Iterator[Bytes]:
        for item in items:
            pulled.append(item)
            frame = picture(item)
            if frame is not None:
                yield frame

    estimates = iter(estimator.estimate(frames()))
    with _starting:
        estimate = next(estimates, None)
    while estimate is not None:
        while picture(pulled[0]) is None:
            yield pulled.popleft(), None
        yield pulled.popleft(), estimate
        estimate = next(estimates, None)
    for item in pulled:
        yield item, None


def main_person(estimate: FrameEstimate | None, skeleton: Skeleton) -> Person | None:
    """Return the largest and surest person found, with the joints of `OPENPOSE_18`."""
    if estimate is None or not estimate.people:
        return None
    from stickdance.capture.tracking.follow import body_size

    best = max(estimate.people, key=lambda one: body_size(one) * float(one.confidence.mean()))
    if skeleton == OPENPOSE_18:
        return best
    return Person(*convert(best.points, best.confidence, skeleton, OPENPOSE_18))


def _seen(person: Person | None) -> Bools:
    if person is None:
        return np.zeros(len(OPENPOSE_18), bool)
    seen: Bools = np.isfinite(person.points).all(axis=1) & (person.confidence >= SURE)
    return seen

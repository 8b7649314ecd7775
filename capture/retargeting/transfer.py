"""A movement given to another person: of any skeleton, by either method, with all guesses said.

`limbs` gives the other body's proportions (`retarget`): every bone gets its length. `global` keeps
the dancer's proportions and matches distance and size (`global_normalisation`).
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from stickdance.capture.pose.hanging_parts import with_parts_of
from stickdance.capture.pose.sequence import PoseSequence
from stickdance.capture.retargeting.body_from_poses import measure_figure
from stickdance.capture.retargeting.global_normalisation import measure_place, normalise_place
from stickdance.capture.retargeting.retarget import retarget
from stickdance.checkpoints.errors import BadInput


@dataclass(frozen=True)
class Transferred:
    """The movement as the other person would do it."""

    poses: PoseSequence
    """In the target's frame and joints."""
    warnings: tuple[str, ...]
    """What could not be measured, and what was assumed instead."""


def transfer(
    poses: PoseSequence,
    target: PoseSequence,
    method: str = "limbs",
    labels: tuple[str, str] = ("the movement", "the target"),
) -> Transferred:
    """Give the movement in `poses` to the person in `target`.

    Args:
        poses: the movement, of any skeleton and frame size.
        target: poses of the other person, e.g. a take's, from which they are measured.
        method: a key of `METHODS`.
        labels: what the two are, for warnings and errors.

    Returns:
        The movement with the joints of `target`, in its frame, at its own rate.

    Raises:
        BadInput: an unknown method, or poses that show too little of a body.
    """
    if method not in METHODS:
        raise BadInput(f"--method {method}: unknown; known: {', '.join(METHODS)}")
    moved = METHODS[method](poses.converted(target.skeleton), target, labels)
    alone = replace(moved.poses.without_parts(), size=target.size)
    return replace(moved, poses=with_parts_of(moved.poses, alone))


def _by_limbs(poses: PoseSequence, target: PoseSequence, labels: tuple[str, str]) -> Transferred:
    source, other = measure_figure(poses, labels[0]), measure_figure(target, labels[1])
    moved = retarget(poses.converted(source.skeleton), source, other)
    lines = dict.fromkeys((*source.warnings, *other.warnings))
    return Transferred(moved.converted(poses.skeleton), tuple(lines))


def _by_place(poses: PoseSequence, target: PoseSequence, labels: tuple[str, str]) -> Transferred:
    source, other = measure_place(poses, labels[0]), measure_place(target, labels[1])
    moved = normalise_place(poses, source, other)
    return Transferred(moved, tuple(dict.fromkeys((*source.warnings, *other.warnings))))


METHODS: dict[str, Callable[[PoseSequence, PoseSequence, tuple[str, str]], Transferred]] = {
    "limbs": _by_limbs,
    "global": _by_place,
}
"""Name -> how a movement is given to another person."""

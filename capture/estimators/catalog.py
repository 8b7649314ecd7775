"""The pose estimators by name; each is imported only when it is asked for.

Another package adds one by an entry point of the group `stickdance.estimators`, whose name is the
estimator's and whose object, called without arguments, gives a `PoseEstimator`.
"""

from collections.abc import Callable
from importlib import import_module, metadata
from pathlib import Path
from typing import Any

from stickdance.capture.estimators.contract import Answering, Person, PoseEstimator, Timed
from stickdance.capture.estimators.people import Found, Region
from stickdance.capture.estimators.replay import Playback, Replay
from stickdance.capture.kept_answers import KeptWork
from stickdance.checkpoints.errors import BadInput, MissingDependency

ESTIMATORS = {
    "blazepose": "stickdance.capture.estimators.blazepose:BlazePose",
    "blazepose-heavy": "stickdance.capture.estimators.blazepose:BlazePoseHeavy",
    "pifpaf": "stickdance.capture.estimators.pifpaf:PifPaf",
    "replay": "stickdance.capture.estimators.replay:Replay",
}
"""Name -> "module:class" of those that come with stickdance."""

GROUP = "stickdance.estimators"
"""The group of entry points by which other packages add estimators."""


def names() -> tuple[str, ...]:
    """Return the names of all estimators, those of other packages last."""
    return (*ESTIMATORS, *sorted(_added().keys() - ESTIMATORS.keys()))


def create(name: str, poses: Path | None = None, playback: Playback | None = None) -> PoseEstimator:
    """Return the estimator called `name`, ready to use.

    Args:
        name: one of `names()`; what follows a colon goes to the estimator, for example the
            checkpoint of pifpaf.
        poses: the keypoint file or folder that "replay" gives back.
        playback: what the frames show, by which "replay" finds the poses that belong to them, and
            `Timed` estimators how much time lies between two.

    Raises:
        BadInput: no such estimator, "replay" without poses, or an entry point that gives none.
        MissingDependency: what the estimator needs is not installed.
    """
    name, colon, argument = name.partition(":")
    if name == "replay":
        if poses is None:
            raise BadInput(
                "estimator 'replay' gives back saved poses; name their file with --poses"
            )
        return Replay.from_file(poses, playback)
    make = _maker(name)
    try:
        estimator = make(argument) if colon else make()
    except TypeError as error:
        raise BadInput(f"estimator {name}: cannot be made ({error!s:.160})") from None
    if not isinstance(estimator, PoseEstimator):
        raise BadInput(
            f"estimator {name!r}: its entry point gives a {type(estimator).__name__}, expected an "
            "object with name, skeleton and estimate()"
        )
    if playback is not None and isinstance(estimator, Timed):
        estimator.fps = playback.fps
    return estimator


def keep_people(estimator: PoseEstimator, work: KeptWork) -> None:
    """Let an estimator keep what its networks answer, and carry on, where it can."""
    if isinstance(estimator, Answering):
        estimator.answers = work.answers("people", Found, Person, Region)
        estimator.answers.tell("watching")


def _maker(name: str) -> Callable[..., Any]:
    if name in ESTIMATORS:
        module, _, title = ESTIMATORS[name].partition(":")
        return getattr(import_module(module), title)
    added = _added()
    if name not in added:
        raise BadInput(f"estimator {name!r} is unknown; known: {', '.join(names())}")
    try:
        return added[name].load()
    except (ImportError, AttributeError) as error:
        raise MissingDependency(
            f"estimator {name!r}: {added[name].value} cannot be imported ({error!s:.160}); "
            "install its package again"
        ) from error


def _added() -> dict[str, metadata.EntryPoint]:
    return {point.name: point for point in metadata.entry_points(group=GROUP)}

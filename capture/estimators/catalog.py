"""The pose estimators by name; each is imported only when it is asked for."""

from importlib import import_module
from pathlib import Path

from capture.errors import BadInput
from capture.estimators.contract import PoseEstimator

ESTIMATORS = {
    "blazepose": "capture.estimators.blazepose:BlazePose",
    "replay": "capture.estimators.replay:Replay",
}
"""Name -> "module:class"."""


def create(name: str, poses: Path | None = None) -> PoseEstimator:
    """Return the estimator called `name`, ready to use.

    Args:
        name: a key of `ESTIMATORS`.
        poses: the saved pose sequence that "replay" gives back.

    Raises:
        BadInput: no such estimator, or "replay" without poses.
        MissingDependency: what the estimator needs is not installed.
    """
    if name not in ESTIMATORS:
        raise BadInput(f"estimator {name!r} is unknown; known: {', '.join(ESTIMATORS)}")
    module, _, title = ESTIMATORS[name].partition(":")
    kind = getattr(import_module(module), title)
    if name != "replay":
        return kind()
    if poses is None:
        raise BadInput("estimator 'replay' gives back saved poses; name their file with --poses")
    return kind.from_file(poses)

"""People in a picture, as the networks of an estimator tell of them: where, and how far apart."""

from dataclasses import dataclass

import numpy as np

from stickdance.capture.estimators.contract import Person


@dataclass(frozen=True)
class Region:
    """A square of a picture."""

    x: float
    y: float
    """Centre in pixels."""
    side: float
    """Length of its sides in pixels."""
    rotation: float = 0.0
    """Turn in radians, clockwise in the picture."""


@dataclass(frozen=True)
class Found:
    """A person whom a network saw in a region."""

    person: Person
    matte: np.ndarray
    """uint8 (height, width) of the whole picture, 255 the person."""
    following: Region
    """Where to look in the next frame."""


def distance(one: Person, other: Person) -> float:
    """Return the median distance of two people's joints, in sizes of the larger."""
    apart = np.linalg.norm(one.points - other.points, axis=-1)
    return float(np.median(apart)) / max(size(one), size(other))


def size(person: Person) -> float:
    """Return the diagonal in pixels of the box around all joints, at least 1."""
    return max(1.0, float(np.linalg.norm(np.ptp(person.points, axis=0))))

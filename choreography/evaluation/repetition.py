"""Whether the same music gets the same dance: repetition agreement.

Where a label of the structure returns, its poses are compared beat by beat with those of its first
occurrence; for chance, occurrences of different labels are compared in the same way. A dance that
dances the same to the same music has an agreement near 1, one that does not care a value near 0.
"""

from dataclasses import dataclass
from itertools import combinations

import numpy as np

from stickdance.capture.pose.sequence import PoseSequence
from stickdance.choreography.evaluation.motion_features import frame_features
from stickdance.choreography.music.structure import Section
from stickdance.choreography.plan_to_poses.transitions import beat_positions

_PER_BEAT = 8  # moments of a beat that are compared
_LEAST_BEATS = 4  # shorter sections say little
_PLACES = 36  # of a frame's features: the joints' places, without their velocities
_LEAD = 1.0  # beats at a section's start that belong to the way there


@dataclass(frozen=True)
class Repetitions:
    """How far apart a dance is from itself where the music returns."""

    same: float
    """Mean joint distance between occurrences of one label, in body heights."""
    different: float
    """The same between occurrences of different labels."""
    pairs: int
    """Pairs of occurrences of one label."""

    @property
    def agreement(self) -> float:
        """Return 1 for the same dance to the same music, 0 for what chance would give."""
        return float(np.clip(1 - self.same / max(self.different, 1e-9), -1, 1))


def repetitions(
    poses: PoseSequence, beats: np.ndarray, sections: tuple[Section, ...], start: float = 0.0
) -> Repetitions | None:
    """Compare a dance with itself; None where no label returns or only one label is there.

    Args:
        poses: the dance.
        beats: (beats,) seconds of the song.
        sections: of the song.
        start: second of the song that the dance begins at.
    """
    if len(beats) < 2:
        return None
    places = frame_features(poses)[:, :_PLACES].reshape(-1, _PLACES // 2, 2)
    seconds = start + np.arange(len(places)) * poses.seconds / len(places)
    position = beat_positions(beats, seconds)
    danced = [(s.label, _beatwise(places, position, beats, s)) for s in sections]
    long = [(label, one) for label, one in danced if len(one) >= _LEAST_BEATS * _PER_BEAT]
    same: list[float] = []
    different: list[float] = []
    for (label, one), (other_label, other) in combinations(long, 2):
        length = min(len(one), len(other))
        apart = float(np.linalg.norm(one[:length] - other[:length], axis=-1).mean())
        (same if label == other_label else different).append(apart)
    if not same or not different:
        return None
    return Repetitions(float(np.mean(same)), float(np.mean(different)), len(same))


def _beatwise(
    places: np.ndarray, position: np.ndarray, beats: np.ndarray, section: Section
) -> np.ndarray:
    """Return a section's poses at even moments of its beats, as far as the dance covers it."""
    first, last = beat_positions(beats, np.array([section.start, section.end]))
    first = max(round(first), 0) + _LEAD
    grid = np.arange(first, min(round(last), position[-1]), 1 / _PER_BEAT)
    if len(grid) == 0 or grid[0] < position[0]:
        return np.zeros((0, *places.shape[1:]))
    flat = places.reshape(len(places), -1)
    columns = [np.interp(grid, position, column) for column in flat.T]
    return np.stack(columns, axis=-1).reshape(len(grid), *places.shape[1:])

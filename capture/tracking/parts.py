"""Hands and face of a take's target: looked for in every frame, cleaned shot by shot."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np

from stickdance.capture.cleaning.parts import clean_parts
from stickdance.capture.estimators.contract import Person
from stickdance.capture.estimators.hands_and_face import HandsAndFace, Networks
from stickdance.capture.pose.body_height import body_height
from stickdance.capture.pose.parts import PARTS
from stickdance.capture.pose.sequence import PoseSequence, absent, joined
from stickdance.checkpoints.errors import MissingDependency

_AROUND = 2.0  # seconds on either side in which a body's height is measured
_MOST = 30.0  # frames a second that are looked at; those between are filled in


class PartWatch:
    """Shown the frames of a take one by one, finds what the poses lack."""

    def __init__(
        self, networks: Networks | None, poses: PoseSequence, shots: Sequence[int] = ()
    ) -> None:
        """Settle whose parts are looked for.

        Args:
            networks: that find hands and faces; None to look for none.
            poses: of the target, cleaned; parts that they have are kept.
            shots: how many frames each shot has; by default all are one.
        """
        self._networks, self._poses = networks, poses
        self._edges = np.cumsum([0, *(shots or [len(poses)])]).tolist()
        self._every = max(1, round(poses.fps / _MOST))
        self._found: dict[str, PoseSequence] = {}
        self._heights = np.ones(len(poses)) if networks is None else _heights(poses)
        self._finder: HandsAndFace | None = None

    def look(self, number: int, picture: np.ndarray) -> None:
        """Look at the next frame: RGB (height, width, 3)."""
        if self._networks is None:
            return
        if self._finder is None or number in self._edges:
            fps = self._poses.fps / self._every
            self._finder = HandsAndFace(self._networks, self._poses.skeleton, fps)
        if number % self._every == 0:
            points, confidence = self._poses.points[number], self._poses.confidence[number]
            height = float(self._heights[number])
            for name, seen in self._finder(picture, points, confidence, height).items():
                self._note(name, number, seen)

    def poses(self) -> PoseSequence:
        """Return the poses with the parts that were found, cleaned; without those in no frame."""
        whole = replace(self._poses, parts={**self._found, **self._poses.parts})
        shots = (whole.part(start, stop) for start, stop in pairwise(self._edges) if stop > start)
        return joined([clean_parts(shot) for shot in shots])

    def _note(self, name: str, number: int, seen: Person) -> None:
        if name not in self._found:
            self._found[name] = absent(name, self._poses)
        self._found[name].points[number] = seen.points
        self._found[name].confidence[number] = seen.confidence


def networks_for(wanted: str) -> tuple[Networks | None, list[str]]:
    """Return what finds hands and face, and a line about why nothing does where nothing can.

    Args:
        wanted: "on", "off", or "auto": where their model files are here.

    Raises:
        WeightsAbsent, MissingDependency: they are wanted, and something is absent.
    """
    if wanted == "off":
        return None, []
    try:
        return Networks.open(), []
    except MissingDependency as absent:
        if wanted == "on":
            raise
        return None, [f"hands and face were not looked for: {absent}"]


def found_shares(poses: PoseSequence) -> dict[str, float]:
    """Return the share 0..1 of the frames in which each part is there."""
    return {
        name: round(float((poses.parts[name].confidence > 0).any(1).mean()), 4)
        if name in poses.parts
        else 0.0
        for name in PARTS
    }


def _heights(poses: PoseSequence) -> np.ndarray:
    """Return (frames,) the height of the body in pixels, as it is around each frame."""
    step, reach = max(1, round(poses.fps)), round(_AROUND * poses.fps)
    places = np.arange(0, len(poses), step)
    around = [poses.points[max(0, place - reach) : place + reach + 1] for place in places]
    heights = [body_height(points, poses.skeleton) for points in around]
    return np.interp(np.arange(len(poses)), places, heights)

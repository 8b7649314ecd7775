"""The detectors of footage, looking at one frame: every hand and face in it, and its joints."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from stickdance.capture.estimators.blazepose_networks import LandmarkNetwork
from stickdance.capture.estimators.hands import Hand
from stickdance.capture.estimators.hands_and_face import Networks
from stickdance.capture.estimators.part_regions import around_hand
from stickdance.capture.estimators.people import Region
from stickdance.capture.pose.skeleton import BLAZEPOSE_33, OPENPOSE_18, convert
from stickdance.checkpoints.public.model_files import BLAZEPOSE
from stickdance.synth.compute.array_types import Bytes, Floats
from stickdance.synth.faults.wanted import Wanted

_TILE, _STEP = 0.6, 0.4  # sides of the squares that are searched, and from one to the next
_SAME_HAND, _SAME_FACE = 0.5, 0.06  # of a hand's size; hands and faces that lie so near are one
_HAND_SIZES = (0.05, 0.2)  # diagonals of the boxes around them
_WRIST_APART = 0.09  # from the arm's wrist to the hand's
_SEEN = 0.5  # confidence of a joint that was found
_MARGIN, _BEYOND = 1.25, 0.05  # of the square in which the pose is looked for
_PALMS = 2  # looked at, beside a wrist


@dataclass(frozen=True)
class SeenAt:
    """A hand or a face that a network saw."""

    place: Floats
    """(2,) pixels, its middle."""
    sure: float
    """0..1, of the less sure of two looks."""
    foot: Floats
    """(2,) pixels: a hand's wrist; a face's middle again."""


class Detectors:
    """Looks at frames; not for two threads at once."""

    def __init__(self) -> None:
        """Open the networks; nothing is fetched.

        Raises:
            WeightsAbsent: a file is not here, or another; the message tells what gets it.
            MissingDependency: nothing that computes them is installed.
        """
        self._networks = Networks.open()
        self._pose = LandmarkNetwork(BLAZEPOSE.checked("pose_landmark_full.tflite"))

    def hands(self, picture: Bytes, wanted: Wanted) -> list[SeenAt]:
        """Return all hands about the person, wherever they are."""
        found: list[tuple[Hand, float]] = []
        for tile in _tiles(wanted):
            for palm in self._networks.palms(picture, tile):
                seen = self._twice(picture, palm)
                if _fits(seen[0], wanted) and not any(_same(seen[0], each) for each, _ in found):
                    found.append(seen)
        return [SeenAt(hand.points.mean(0), sure, hand.points[0]) for hand, sure in found]

    def faces(self, picture: Bytes, wanted: Wanted) -> list[SeenAt]:
        """Return all faces about the person, wherever they are."""
        found: list[SeenAt] = []
        for tile in _tiles(wanted):
            for seen in self._networks.faces(picture, tile):
                face = self._networks.face(picture, seen.region)
                middle = face.points.mean(0)
                if not any(wanted.apart(middle, each.place) < _SAME_FACE for each in found):
                    found.append(SeenAt(middle, min(seen.sure, face.sure), middle))
        return found

    def hand_at(self, picture: Bytes, region: Region, wrist: Floats, wanted: Wanted) -> float:
        """Return 0..1: how sure the network is of a hand at the end of an arm."""
        looks = [self._networks.hand(picture, region)]
        if not _at_wrist(looks[0], wrist, wanted) or looks[0].sure < _SEEN:
            looks.append(self._networks.hand(picture, looks[0].following))
            palms = self._networks.palms(picture, around_hand(region))[:_PALMS]
            looks += [self._networks.hand(picture, palm) for palm in palms]
        return max((each.sure for each in looks if _at_wrist(each, wrist, wanted)), default=0.0)

    def joints(self, picture: Bytes, wanted: Wanted) -> tuple[Floats, Bytes] | None:
        """Return (18, 2) the joints that are seen, NaN elsewhere, and a matte; None: nobody is."""
        hips = wanted.pair("hip").mean(0)
        far = float(np.nanmax(np.linalg.norm(wanted.points - hips, axis=-1)))
        side = 2 * _MARGIN * (far + _BEYOND * wanted.height)
        found = self._pose(picture, Region(float(hips[0]), float(hips[1]), side))
        if found is None:
            return None
        person = found.person
        points, sure = convert(person.points, person.confidence, BLAZEPOSE_33, OPENPOSE_18)
        return np.where((sure >= _SEEN)[:, None], points, np.nan), found.matte

    def _twice(self, picture: Bytes, region: Region) -> tuple[Hand, float]:
        first = self._networks.hand(picture, region)
        again = self._networks.hand(picture, first.following)
        return again, min(first.sure, again.sure)


def _tiles(wanted: Wanted) -> Iterator[Region]:
    left, top, right, bottom = wanted.box
    side, step = _TILE * wanted.height, _STEP * wanted.height
    for y in _middles(top, bottom, side, step):
        for x in _middles(left, right, side, step):
            yield Region(x, y, side)


def _middles(low: float, high: float, side: float, step: float) -> Floats:
    """Return the middles of squares that cover a range, at most a step apart."""
    count = max(1, int(np.ceil((high - low - side) / step)) + 1)
    first, last = low + side / 2, high - side / 2
    return np.linspace(first, last, count) if count > 1 else np.array([(low + high) / 2])


def _fits(hand: Hand, wanted: Wanted) -> bool:
    low, high = _HAND_SIZES
    return hand.sure > _SEEN and low < _size(hand) / wanted.height < high


def _at_wrist(hand: Hand, wrist: Floats, wanted: Wanted) -> bool:
    low, high = _HAND_SIZES
    near = wanted.apart(hand.points[0], wrist) < _WRIST_APART
    return near and low / 2 < _size(hand) / wanted.height < high


def _same(one: Hand, other: Hand) -> bool:
    apart = float(np.median(np.linalg.norm(one.points - other.points, axis=-1)))
    return apart < _SAME_HAND * max(_size(one), _size(other))


def _size(hand: Hand) -> float:
    return float(np.linalg.norm(np.ptp(hand.points, axis=0)))

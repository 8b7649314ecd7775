"""The hands and the face of a person whose body is known, followed frame by frame.

Stages, of each hand
    1. It is looked for where it was in the frame before, moved as its wrist moved.
    2. Where that fails, though not in every frame, it is looked at three times: beyond the wrist
       along the forearm, about what was seen there, and about a palm searched around the wrist. One
       look alone takes shoes and faces for hands. Where the pose has a wrist farther from its
       shoulder than an arm is long, at a foot above all, there is nothing to look for.
    3. What was seen is the hand if the network is sure, its wrist lies near the arm's, and it is as
       large as a hand of such a body can be. One that both arms claim belongs to the nearer wrist.

Of the face likewise; the network, which doubts faces from the side, may be unsure where the
detector saw the same face in the same place.

Conventions: those of the package; lengths are in body heights (nose to ground).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from stickdance.capture.estimators.contract import Person
from stickdance.capture.estimators.face import Face, FaceDetector, FaceNetwork, SeenFace, marks_of
from stickdance.capture.estimators.hands import Hand, HandNetwork, PalmDetector
from stickdance.capture.estimators.part_regions import (
    around_face,
    around_hand,
    face_region,
    hand_region,
    head_of,
)
from stickdance.capture.estimators.people import Region
from stickdance.capture.kept_answers import KeptWork, asking
from stickdance.capture.pose.parts import PARTS
from stickdance.capture.pose.skeleton import Skeleton
from stickdance.checkpoints.public.model_files import BLAZEPOSE

_SURE = 0.4  # the least chance that what is followed is still there
_SURE_OF_NEW, _SURE_OF_HIDDEN = 0.6, 0.8  # the least mean of three looks at a hand not followed
_SURE_OF_FACE = 0.5
_HIDDEN = 0.3  # confidence of a wrist up to which it is taken for hidden
_SEEN_TWICE = 0.7  # of a face about which the detector is so sure, where the two agree
_MARKS_APART = 0.25  # of the distance from eyes to mouth, that the two may differ by
_ARM = 0.45  # from shoulder to wrist at most: a wrist told farther away is at a foot, say
_WRIST_APART = 0.07  # from the arm's wrist to the hand's
_FACE_APART = 0.08  # from the head's middle to the face's
_HAND_SIZES, _FACE_SIZES = (0.035, 0.2), (0.05, 0.2)  # diagonals of the boxes around them
_SAME_HAND = 0.35  # of a hand's size: hands whose points lie this near are one
_EVERY = 0.12  # seconds from one search for a lost part to the next


@dataclass(frozen=True)
class Networks:
    """What finds hands and faces."""

    hand: Callable[[np.ndarray, Region], Hand]
    palms: Callable[[np.ndarray, Region], list[Region]]
    face: Callable[[np.ndarray, Region], Face]
    faces: Callable[[np.ndarray, Region], list[SeenFace]]

    @staticmethod
    def open() -> "Networks":
        """Return the networks of the model files that are here; nothing is fetched.

        Raises:
            WeightsAbsent: a file is not here, or another; the message tells what gets it.
            MissingDependency: nothing that computes them is installed.
        """
        return Networks(
            HandNetwork(BLAZEPOSE.checked("hand_landmark_full.tflite")),
            PalmDetector(BLAZEPOSE.checked("palm_detection_full.tflite")),
            FaceNetwork(BLAZEPOSE.checked("face_landmark.tflite")),
            FaceDetector(BLAZEPOSE.checked("face_detection_short_range.tflite")),
        )

    def keeping(self, work: KeptWork) -> "Networks":
        """Return the networks with their answers kept."""
        answers = work.answers("parts", Hand, Face, SeenFace, Region)
        return Networks(
            asking(answers, "hand", self.hand),
            asking(answers, "palms", self.palms),
            asking(answers, "face", self.face),
            asking(answers, "faces", self.faces),
        )


class HandsAndFace:
    """Finds the parts of one person; call it frame by frame."""

    def __init__(self, networks: Networks, skeleton: Skeleton, fps: float) -> None:
        """Settle with what to look.

        Args:
            networks: that find hands and faces.
            skeleton: whose joints the body has.
            fps: frames a second.
        """
        self._networks, self._skeleton = networks, skeleton
        self._every = max(1, round(_EVERY * fps))
        self._hands: dict[str, tuple[Hand, np.ndarray]] = {}
        self._face: tuple[Face, np.ndarray] | None = None
        self._frame = 0

    def __call__(
        self, picture: np.ndarray, points: np.ndarray, confidence: np.ndarray, height: float
    ) -> Mapping[str, Person]:
        """Return the parts seen in the next frame, by name.

        Args:
            picture: RGB (height, width, 3).
            points: (joints, 2) of the body, pixels, NaN where missing.
            confidence: (joints,) of the body, 0..1.
            height: of the body, pixels.
        """
        self._hands = self._seen_hands(picture, points, confidence, height)
        self._face = self._seen_face(picture, points, height)
        self._frame += 1
        seen: dict[str, Hand | Face] = {
            f"{side}_hand": hand for side, (hand, _) in self._hands.items()
        }
        seen |= {} if self._face is None else {"face": self._face[0]}
        return {name: _part(name, each) for name, each in seen.items()}

    def _seen_hands(
        self, picture: np.ndarray, points: np.ndarray, confidence: np.ndarray, height: float
    ) -> dict[str, tuple[Hand, np.ndarray]]:
        seen = {}
        for number, side in enumerate(("left", "right")):
            shoulder, wrist = (
                points[self._skeleton.index[f"{side}_{joint}"]] for joint in ("shoulder", "wrist")
            )
            if not _inside(wrist, picture) or np.hypot(*(wrist - shoulder)) > _ARM * height:
                continue
            hand = self._followed(picture, side, wrist, height)
            if hand is None and (side in self._hands or (self._frame + number) % self._every == 0):
                elbow = points[self._skeleton.index[f"{side}_elbow"]]
                hidden = confidence[self._skeleton.index[f"{side}_wrist"]] < _HIDDEN
                least = _SURE_OF_HIDDEN if hidden else _SURE_OF_NEW
                hand = self._new(picture, hand_region(wrist, elbow, height), wrist, height, least)
            if hand is not None:
                seen[side] = (hand, wrist)
        return _of_one_arm(seen)

    def _followed(
        self, picture: np.ndarray, side: str, wrist: np.ndarray, height: float
    ) -> Hand | None:
        """Return the hand where it was going to be, None where it is not."""
        if side not in self._hands:
            return None
        before, at = self._hands[side]
        hand = self._networks.hand(picture, _shifted(before.following, wrist - at))
        return hand if hand.sure > _SURE and _fits_arm(hand, wrist, height) else None

    def _new(
        self, picture: np.ndarray, region: Region, wrist: np.ndarray, height: float, least: float
    ) -> Hand | None:
        """Return a hand that three looks together are sure of, None where they are not."""
        first = self._networks.hand(picture, region)
        if _told([first], wrist, height) < 3 * least - 2:  # two more cannot make up for it
            return None
        looks = [first, self._networks.hand(picture, first.following)]
        told = _told(looks, wrist, height)
        if 3 * least - 1 < told < 3 * least:  # a third one decides
            palms = self._networks.palms(picture, around_hand(region))
            looks += [self._networks.hand(picture, palm) for palm in palms[:1]]
            told = _told(looks, wrist, height)
        if told < 3 * least:
            return None
        fitting = [hand for hand in looks if _fits_arm(hand, wrist, height)]
        return max(fitting, key=lambda hand: hand.sure)

    def _seen_face(
        self, picture: np.ndarray, points: np.ndarray, height: float
    ) -> tuple[Face, np.ndarray] | None:
        head = head_of(points, self._skeleton)
        region = face_region(points, self._skeleton, height)
        if head is None or region is None or not _inside(head, picture):
            return None
        tried = [region]
        if self._face is not None:
            before, at = self._face
            tried.insert(0, _shifted(before.following, head - at))
        for each in tried:
            face = self._networks.face(picture, each)
            if face.sure > _SURE_OF_FACE and _fits_head(face, head, height):
                return face, head
        found = self._detected(picture, region)
        return None if found is None or not _fits_head(found, head, height) else (found, head)

    def _detected(self, picture: np.ndarray, region: Region) -> Face | None:
        """Return a face that detector and network see alike, None where they do not."""
        for seen in self._networks.faces(picture, around_face(region))[:2]:
            face = self._networks.face(picture, seen.region)
            if face.sure > _SURE_OF_FACE:
                return face
            marks = marks_of(face.points)
            long = float(np.hypot(*(seen.marks[:2].mean(axis=0) - seen.marks[3])))
            apart = np.linalg.norm(marks - seen.marks, axis=-1)
            if seen.sure > _SEEN_TWICE and apart.max() < _MARKS_APART * long:
                return replace(face, sure=seen.sure * _SURE_OF_FACE)
        return None


def _part(name: str, seen: Hand | Face) -> Person:
    """Return a part with the joints of its skeleton; missing ones are at the end."""
    points = np.full((len(PARTS[name]), 2), np.nan, np.float32)
    points[: len(seen.points)] = seen.points
    sure = np.where(np.isfinite(points).all(-1), seen.sure, 0).astype(np.float32)
    return Person(points, sure)


def _of_one_arm(seen: dict[str, tuple[Hand, np.ndarray]]) -> dict[str, tuple[Hand, np.ndarray]]:
    """Return the hands, one that both arms claim given to the arm whose wrist is nearer."""
    if len(seen) < 2:
        return seen
    (left, at_left), (right, at_right) = seen["left"], seen["right"]
    apart = float(np.median(np.linalg.norm(left.points - right.points, axis=-1)))
    if apart > _SAME_HAND * max(_size(left.points), _size(right.points)):
        return seen
    nearer = np.hypot(*(left.points[0] - at_left)) <= np.hypot(*(right.points[0] - at_right))
    side = "left" if nearer else "right"
    return {side: seen[side]}


def _fits_arm(hand: Hand, wrist: np.ndarray, height: float) -> bool:
    apart = float(np.hypot(*(hand.points[0] - wrist))) / height
    low, high = _HAND_SIZES
    return apart < _WRIST_APART and low < _size(hand.points) / height < high


def _fits_head(face: Face, head: np.ndarray, height: float) -> bool:
    apart = float(np.hypot(*(face.points.mean(axis=0) - head))) / height
    low, high = _FACE_SIZES
    return apart < _FACE_APART and low < _size(face.points) / height < high


def _told(looks: list[Hand], wrist: np.ndarray, height: float) -> float:
    return sum(hand.sure for hand in looks if _fits_arm(hand, wrist, height))


def _size(points: np.ndarray) -> float:
    return float(np.linalg.norm(np.ptp(points, axis=0)))


def _shifted(region: Region, by: np.ndarray) -> Region:
    return replace(region, x=region.x + float(by[0]), y=region.y + float(by[1]))


def _inside(point: np.ndarray, picture: np.ndarray) -> bool:
    size = (picture.shape[1], picture.shape[0])
    return bool(np.isfinite(point).all() and (point >= 0).all() and (point < size).all())

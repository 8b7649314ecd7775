"""Looking on while a recording runs: is the whole person in the picture?

Where there is a display, a window shows the picture with the skeleton.

The estimator works in a thread of its own on the newest picture, so that the camera never waits.
"""

import os
import sys
import threading
from collections.abc import Callable, Iterator

import cv2
import numpy as np

from stickdance.capture.estimators.catalog import create
from stickdance.capture.estimators.contract import FrameEstimate, Person
from stickdance.capture.pose.skeleton import BLAZEPOSE_33, OPENPOSE_18, Skeleton, convert
from stickdance.capture.pose.stick_figure import StickStyle, draw_pose
from stickdance.checkpoints.errors import StickdanceError

_SURE = 0.5  # confidence from which a joint counts as seen
_EDGE = 0.01  # share of the picture within which a joint is at its edge
_SMALL = 0.35  # a person lower than this share of the picture is far away
_WINDOW = "stickdance record (Ctrl-C ends)"
_WAIT = 0.2  # seconds


class Watcher:
    """Estimates the newest picture again and again."""

    def __init__(self) -> None:
        self._picture: np.ndarray | None = None
        self._arrived = threading.Event()
        self._ended = threading.Event()
        self.person: Person | None = None
        """The one in the picture looked at last."""
        self.skeleton = BLAZEPOSE_33
        """Whose joints the person has."""
        self._seen: list[bool] = []
        self.failure = ""
        """Why nothing can be estimated."""
        self._thread = threading.Thread(target=self._work, daemon=True)
        self._thread.start()

    def look(self, picture: np.ndarray) -> None:
        """Take the newest picture: uint8 RGB (height, width, 3)."""
        self._picture = picture
        self._arrived.set()

    def close(self) -> None:
        """End the thread."""
        self._ended.set()
        self._arrived.set()
        self._thread.join(timeout=10)

    @property
    def looked(self) -> int:
        """Return how many pictures were looked at."""
        return len(self._seen)

    @property
    def whole_share(self) -> float | None:
        """Return the share of pictures that showed a whole person; None where none was looked at.

        Pictures in which nobody was to be seen count as well as any.
        """
        return sum(self._seen) / len(self._seen) if self._seen else None

    def _work(self) -> None:
        try:
            estimator = create("blazepose")
            self.skeleton = estimator.skeleton
            for estimate in estimator.estimate(self._newest()):
                self._note(estimate)
        except StickdanceError as error:
            self.failure = str(error)

    def _note(self, estimate: FrameEstimate) -> None:
        self.person = estimate.people[0] if estimate.people else None
        self._seen.append(not framing_hint(self.person, self.skeleton, _shape(self._picture)))

    def _newest(self) -> Iterator[np.ndarray]:
        while not self._ended.is_set():
            if self._arrived.wait(_WAIT) and self._picture is not None and not self._ended.is_set():
                self._arrived.clear()
                yield self._picture


def looked_on(
    watcher: Watcher | None, picture: np.ndarray, say: Callable[[str], None]
) -> Watcher | None:
    """Show the newest picture to whoever looks on; return them, None where nobody can any more.

    Args:
        watcher: who looks on; None: nobody does.
        picture: uint8 RGB (height, width, 3).
        say: is told once why nobody looks on.
    """
    if watcher is None:
        return None
    if watcher.failure:
        say(f"nobody looks on: {watcher.failure}")
        return None
    watcher.look(picture)
    return watcher


def framing_hint(person: Person | None, skeleton: Skeleton, size: tuple[int, int]) -> str:
    """Return what the person should do to be wholly in the picture; empty where they are."""
    if person is None:
        return "nobody is seen: stand before the camera"
    points, sure = convert(person.points, person.confidence, skeleton, OPENPOSE_18)
    edge = _EDGE * np.array(size)
    inside = np.all((points > edge) & (points < size - edge), axis=-1)
    index = OPENPOSE_18.index
    feet = [index[f"{side}_ankle"] for side in ("left", "right")]
    if not (inside[feet] & (sure[feet] >= _SURE)).all():
        return "the feet are not in the picture: step back, or tilt the camera down"
    if not inside[index["nose"]]:
        return "the head is not in the picture: step back, or tilt the camera up"
    if np.ptp(points[[index["nose"], *feet], 1]) < _SMALL * size[1]:
        return "far away: come nearer, so that the body fills the height"
    return ""


class PreviewWindow:
    """The picture with the skeleton and the words of the move, where there is a display."""

    def __init__(self, wanted: bool = True) -> None:
        self._open = wanted and _has_display()

    def show(
        self,
        picture: np.ndarray,
        person: Person | None,
        skeleton: Skeleton,
        words: str,
        beside: np.ndarray | None = None,
    ) -> None:
        """Show a picture: uint8 RGB (height, width, 3), and another of this height beside it."""
        if not self._open:
            return
        shown = drawn(picture, person, skeleton, words)
        if beside is not None:
            twice = cv2.resize(beside, None, fx=2, fy=2)
            shown = np.concatenate([twice, shown], axis=1)
        try:
            cv2.imshow(_WINDOW, cv2.cvtColor(shown, 4))
            cv2.waitKey(1)
        except cv2.error:  # an OpenCV without windows
            self._open = False

    def close(self) -> None:
        """Close the window."""
        if self._open:
            cv2.destroyAllWindows()


def drawn(picture: np.ndarray, person: Person | None, skeleton: Skeleton, words: str) -> np.ndarray:
    """Return the picture, mirrored as people know themselves, with skeleton and words.

    Args:
        picture: uint8 RGB (height, width, 3).
        person: as estimated in it, or nobody.
        skeleton: whose joints they are.
        words: one line, drawn at the top.
    """
    shown = picture.copy()
    height, width = shown.shape[:2]
    if person is not None:
        points, sure = convert(person.points, person.confidence, skeleton, OPENPOSE_18)
        stick = draw_pose(points, sure, (width, height), StickStyle(least_confidence=_SURE))
        shown = np.where(stick.any(axis=-1, keepdims=True), stick, shown)
    shown = cv2.resize(shown[:, ::-1], (2 * width, 2 * height), interpolation=cv2.INTER_LINEAR)
    for colour, thick in (((0, 0, 0), 4), ((255, 255, 255), 1)):
        cv2.putText(
            shown, words, (8, 24), cv2.FONT_HERSHEY_SIMPLEX, 0.6, colour, thick, cv2.LINE_AA
        )
    return shown


def _has_display() -> bool:
    if sys.platform in ("darwin", "win32"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _shape(picture: np.ndarray | None) -> tuple[int, int]:
    return (1, 1) if picture is None else (picture.shape[1], picture.shape[0])

"""Guides a person through a shot list while the camera runs, and looks whether each move is there.

Each move comes with its own click. What was not filmed well is asked for again at once, twice at
most; what was is marked, and the marks are kept on the disk as they come.
"""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from stickdance.capture.media.camera import VIEW_FPS
from stickdance.choreography.body.proportions import default_profile
from stickdance.choreography.shotlist.guide import Danced, Guide, guide_through, parts_of
from stickdance.choreography.shotlist.guide_video import FIGURE, figure, words_of
from stickdance.choreography.shotlist.shot_list import Shot, ShotList
from stickdance.tools.options import RecordOptions
from stickdance.tools.recording.click import Click
from stickdance.tools.recording.moves import RecordedMove
from stickdance.tools.recording.shot_check import Glance, complaint_of
from stickdance.tools.recording.view import PreviewWindow, Watcher, looked_on
from stickdance.tools.recording.voice import Voice

_AGAIN = 2  # times that a move is asked for again at most
_SPARE = 1.5  # times as long as all moves take, a recording may last


def recorded_moves(listed: ShotList) -> list[RecordedMove]:
    """Return the moves of a shot list as those of a recording."""
    total: dict[int, float] = {}
    for number, shown, times in parts_of(listed):
        seconds = guide_through(listed, number, shown, times).seconds
        total[number] = total.get(number, 0.0) + seconds
    return [
        RecordedMove(name_of(number), shot.name, total[number])
        for number, shot in enumerate(listed.shots, 1)
    ]


def longest(listed: ShotList) -> float:
    """Return the seconds after which a recording ends in any case, with moves done again."""
    return _SPARE * sum(move.seconds for move in recorded_moves(listed))


def name_of(number: int) -> str:
    """Return what a shot is called in the notes of a recording."""
    return f"shot-{number}"


class ShotGuide:
    """Tells the moves by the clock of the recording, picture by picture."""

    def __init__(
        self,
        listed: ShotList,
        folder: Path,
        options: RecordOptions,
        say: Callable[[str], None],
        keep: Callable[[list[dict[str, float]]], None],
    ) -> None:
        """Prepare to guide.

        Args:
            listed: what is filmed.
            folder: where clicks are written while it is.
            options: how it is told.
            say: is given each line for the person.
            keep: is given the marks so far, whenever there are more.
        """
        self._listed, self._folder, self._say, self._keep = listed, folder, say, keep
        self._voice, self._click = Voice(options.voice), Click()
        self._sounds = options.voice
        self._watcher = Watcher() if options.view else None
        self._window = PreviewWindow(options.view)
        self._left = [(*part, 0) for part in parts_of(listed)]
        self._pictures, self._looked = 0, 0
        self._start = options.countdown
        self._guide: Guide | None = None
        self._figure: Any = None
        self._phase: Any = None
        self._glances: list[Glance] = []
        self.marks: list[dict[str, float]] = []
        self.times: dict[str, tuple[float, float]] = {}
        if self._sounds and self._click.silent:
            say("nothing here plays sound: play the list's guide video for the click")
        self._say(f"Get ready: {listed.shots[0].name} ({options.countdown:g} s)")

    @property
    def over(self) -> bool:
        """Tell whether all is filmed."""
        return self._guide is None and not self._left

    @property
    def whole_share(self) -> float | None:
        """Return the share of pictures that showed a whole person."""
        return None if self._watcher is None else self._watcher.whole_share

    def look(self, picture: np.ndarray) -> None:
        """Take the next picture; its number is the clock."""
        self._pictures += 1
        now = self._pictures / VIEW_FPS
        self._look_on(picture, now)
        if self._guide is None and self._left and now >= self._start:
            self._begin(now)
        if self._guide is not None:
            self._tell(self._guide, now)
            if now >= self._start + self._guide.seconds:
                self._finish(self._guide, now)
        self._show(picture, now)

    def close(self) -> None:
        """Fall silent and close the window."""
        self._voice.hush()
        self._click.stop()
        self._window.close()
        if self._watcher is not None:
            self._watcher.close()

    def notes(self) -> Mapping[str, Any]:
        """Return what the notes beside the video say of the list."""
        return {"shot_list": shot_list_values(self._listed), "shots": self.marks}

    def _begin(self, now: float) -> None:
        number, shown, times, _ = self._left[0]
        self._guide, self._start = guide_through(self._listed, number, shown, times), now
        self._glances, self._phase = [], None
        self._figure = self._guide.poses(default_profile(FIGURE), VIEW_FPS)
        shot = self._guide.shot(number)
        self._say(f"{number}/{len(self._listed.shots)}  {shot.name}: {shot.danced.about}")
        if self._sounds:
            self._click.play(self._guide.write_click(self._folder / "click.wav"))

    def _tell(self, guide: Guide, now: float) -> None:
        phase = guide.phase_at(now - self._start)
        if phase != self._phase:
            self._phase = phase
            words = words_of(guide, phase)
            self._say(f"    {words}")
            if phase.what != "dance":
                self._voice.say(words)

    def _finish(self, guide: Guide, now: float) -> None:
        number, _, times, again = self._left.pop(0)
        danced = [Danced(one.number, one.start + self._start) for one in guide.danced]
        wrong = self._complaint(danced)
        self._guide, self._start = None, now
        if wrong and again < _AGAIN:
            self._say(f"    once more: {wrong}")
            self._left.insert(0, (number, False, times, again + 1))
            return
        if wrong:
            self._say(f"    left as it is: {wrong}")
        self.marks += [{"shot": one.number, "start": round(one.start, 3)} for one in danced]
        name = name_of(number)
        first = self.times.get(name, (danced[0].start, now))[0]
        self.times[name] = (first, now)
        self._keep(self.marks)

    def _complaint(self, danced: list[Danced]) -> str:
        if self._watcher is None:
            return ""
        return complaint_of(self._glances, self._watcher.skeleton, self._listed, danced)

    def _look_on(self, picture: np.ndarray, now: float) -> None:
        self._watcher = looked_on(self._watcher, picture, self._say)
        if self._watcher is None:
            return
        if self._watcher.looked > self._looked:
            self._looked = self._watcher.looked
            size = (picture.shape[1], picture.shape[0])
            self._glances.append(Glance(now, self._watcher.person, size))

    def _show(self, picture: np.ndarray, now: float) -> None:
        if self._guide is None or self._watcher is None:
            return
        place = min(round((now - self._start) * VIEW_FPS), len(self._figure) - 1)
        shot: Shot = self._guide.shot(self._phase.number)
        words = f"{shot.name}: {words_of(self._guide, self._phase)}"
        beside = cv2.resize(figure(self._figure, place), (picture.shape[0], picture.shape[0]))
        self._window.show(picture, self._watcher.person, self._watcher.skeleton, words, beside)


def shot_list_values(listed: ShotList) -> Any:
    """Return a shot list as JSON values."""
    return json.loads(listed.to_json())

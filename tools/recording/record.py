"""A guided recording: moves shown and spoken one after another while the camera runs.

However it ends, by itself, by Ctrl-C or by an error, what was recorded becomes a video.
"""

import shutil
import sys
import time
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

from stickdance.capture.media.camera import VIEW_FPS, Recorder, source_arguments
from stickdance.capture.options import CameraOptions
from stickdance.checkpoints.errors import BadInput, StickdanceError, UsageError
from stickdance.choreography.shotlist.shot_list import ShotList
from stickdance.tools.options import RecordOptions
from stickdance.tools.recording.consent import asked
from stickdance.tools.recording.moves import LONGEST, RecordedMove, chosen_moves
from stickdance.tools.recording.session import Recorded, Session
from stickdance.tools.recording.shot_guide import ShotGuide, longest, recorded_moves
from stickdance.tools.recording.view import PreviewWindow, Watcher, framing_hint, looked_on
from stickdance.tools.recording.voice import Voice

_REPEAT = 4.0  # seconds between two hints


def record(
    to: Path,
    camera: CameraOptions = CameraOptions(),  # noqa: B008
    options: RecordOptions = RecordOptions(),  # noqa: B008
    say: Callable[[str], None] | None = None,
) -> Recorded:
    """Record a person who is guided through moves.

    Args:
        to: the .mp4 to be.
        camera: what records.
        options: which moves, and how they are told.
        say: is given each line for the person; by default it is printed on the terminal.

    Raises:
        BadInput: a source that cannot be opened, moves that are not known, or a name in use.
        MissingDependency: there is no camera.
        OutputFailed: no space; what was recorded stays in the folder and the message says how to
            get at it.
        KeyboardInterrupt: Ctrl-C, when what was recorded is safe.
    """
    say = say or _print
    to = Path(to)
    session = Session(to)
    if options.recover:
        return session.recover()
    if not 1 <= camera.fps <= 240:
        raise BadInput(f"--fps {camera.fps:g}: expected 1 to 240")
    listed = _shot_list(options)
    moves = (
        chosen_moves(options.moves, options.script, options.seconds)
        if listed is None
        else recorded_moves(listed)
    )
    asked_for = sum(move.seconds for move in moves)
    seconds = options.countdown + (asked_for if listed is None else longest(listed))
    session.check(seconds)
    source = source_arguments(camera, options.realtime)
    consent = asked(options.consent)
    guide: _Guide | ShotGuide
    if listed is None:
        guide = _Guide(moves, options, say)
    else:
        guide = ShotGuide(listed, session.folder, options, say, session.keep_shots)
    try:
        more = {} if isinstance(guide, _Guide) else guide.notes()
        session.begin(moves, options.countdown, consent, more)
        with Recorder(source, session.part, camera.fps, seconds) as recorder:
            for picture in recorder.view():
                guide.look(picture)
                if isinstance(guide, ShotGuide) and guide.over:
                    break
    except BaseException as trouble:
        guide.close()
        _save_what_there_is(session, guide, trouble, say)
        raise
    guide.close()
    return session.finish(guide.times, guide.whole_share)


def _shot_list(options: RecordOptions) -> ShotList | None:
    if options.shotlist is None:
        return None
    if options.moves or options.script is not None or options.seconds is not None:
        raise UsageError("--shotlist: says what is filmed; leave --ask, --script, --seconds out")
    listed = ShotList.load(options.shotlist)
    if (total := longest(listed)) > LONGEST:
        raise BadInput(
            f"{options.shotlist}: takes up to {total / 60:.0f} minutes, expected at most "
            f"{LONGEST / 60:.0f}; split it"
        )
    return listed


class _Guide:
    """Tells the moves by the clock of the recording, picture by picture."""

    def __init__(
        self, moves: Sequence[RecordedMove], options: RecordOptions, say: Callable[[str], None]
    ) -> None:
        starts = [options.countdown]
        for move in moves:
            starts.append(starts[-1] + move.seconds)
        self._plan = list(zip(pairwise(starts), moves, strict=True))
        self._say, self._voice = say, Voice(options.voice)
        self._watcher = Watcher() if options.view else None
        self._window = PreviewWindow(options.view)
        self._pictures, self._told, self._hinted = 0, -1, -_REPEAT
        self.times: dict[str, tuple[float, float]] = {}
        self._announce("Get ready: " + moves[0].words, options.countdown)

    @property
    def whole_share(self) -> float | None:
        """Return the share of pictures that showed a whole person."""
        return None if self._watcher is None else self._watcher.whole_share

    def look(self, picture: Any) -> None:
        """Take the next picture; its number is the clock."""
        self._pictures += 1
        now = self._pictures / VIEW_FPS
        number = sum(start <= now for (start, _), _ in self._plan) - 1
        if number > self._told:
            self._told = number
            move = self._plan[number][1]
            self._announce(f"{number + 1}/{len(self._plan)}  {move.words}", move.seconds)
        for (start, stop), move in self._plan:
            if now >= stop - 1 / VIEW_FPS:
                self.times.setdefault(move.name, (start, stop))
        self._look_on(picture, now, None if number < 0 else self._plan[number][1])

    def close(self) -> None:
        """Fall silent and close the window."""
        self._voice.hush()
        self._window.close()
        if self._watcher is not None:
            self._watcher.close()

    def _announce(self, words: str, seconds: float) -> None:
        self._say(f"{words} ({seconds:g} s)")
        self._voice.say(words.partition("  ")[2] or words)

    def _look_on(self, picture: Any, now: float, move: RecordedMove | None) -> None:
        self._watcher = looked_on(self._watcher, picture, self._say)
        if self._watcher is None:
            return
        person, skeleton = self._watcher.person, self._watcher.skeleton
        self._window.show(picture, person, skeleton, "" if move is None else move.words)
        hint = framing_hint(person, skeleton, (picture.shape[1], picture.shape[0]))
        wanted = move is not None and not move.away and self._watcher.whole_share is not None
        if hint and wanted and now - self._hinted >= _REPEAT:
            self._hinted = now
            self._say(f"    {hint}")


def _save_what_there_is(
    session: Session, guide: _Guide | ShotGuide, trouble: BaseException, say: Callable[[str], None]
) -> None:
    """Make a video of a recording that ends early; where that fails the folder stays."""
    if not session.recorded_anything():
        shutil.rmtree(session.folder, ignore_errors=True)
        return
    recover = f"`{session.recovery}`"
    try:
        recorded = session.finish(guide.times, guide.whole_share)
    except StickdanceError as error:
        if isinstance(trouble, StickdanceError):
            raise type(trouble)(f"{trouble}; then make a video of it with {recover}") from error
        say(f"{error}; what was recorded lies in {session.folder}: {recover}")
        return
    say(f"{recorded.seconds:.1f} s were recorded and are safe in {recorded.video}")
    if recorded.left_out:
        say(f"not done: {', '.join(recorded.left_out)}; record them into another video")


def _print(line: str) -> None:
    print(f"{time.strftime('%H:%M:%S')}  {line}", file=sys.stderr, flush=True)

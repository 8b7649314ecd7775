"""What a recording leaves on the disk: a folder while it runs, a video and notes when it is over.

While it runs, and after a crash: `NAME.recording` with `part.ts` (of a browser `part.webm`) and
`session.json`. In the end `NAME.mp4`, with the consent in its texts, and `NAME.moves.json`: what
was done when.
"""

import shutil
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from stickdance.capture.media.camera import as_video
from stickdance.capture.media.consent_metadata import recording_metadata
from stickdance.capture.media.video import probe
from stickdance.checkpoints.errors import BadInput, OutputFailed, StickdanceError, saying_why
from stickdance.checkpoints.files import write_json
from stickdance.checkpoints.json_reader import read_json_object
from stickdance.checkpoints.reading import refusing
from stickdance.tools.recording.moves import RecordedMove

_NOTHING: Mapping[str, Any] = {}
_PART, _BROWSER_PART, _SESSION = "part.ts", "part.webm", "session.json"
_SHORTEST = 1.0  # seconds that are worth keeping
_BYTES_A_SECOND = 4_000_000  # of a lively picture of 1920x1080


@dataclass(frozen=True)
class Recorded:
    """A recording."""

    video: Path
    seconds: float
    size: tuple[int, int]
    fps: float
    done: tuple[str, ...]
    """Moves that were recorded to their end."""
    left_out: tuple[str, ...]
    """Moves that were not."""
    whole_body_share: float | None
    """Share of the pictures looked at in which the whole person was to be seen."""
    consent: str

    def as_json(self) -> dict[str, Any]:
        """Return the result as JSON values."""
        return {**asdict(self), "video": str(self.video), "seconds": round(self.seconds, 2)}


class Session:
    """The folder of a recording in the making."""

    def __init__(self, to: Path, browser: bool = False) -> None:
        self.to, self._browser = to, browser
        self.folder = to.with_name(f"{to.stem}.recording")
        self.part = self.folder / (_BROWSER_PART if browser else _PART)
        self._facts: dict[str, Any] = {}

    def check(self, seconds: float) -> None:
        """Refuse a name that is in use, and a disk that is too full for a recording this long.

        Raises:
            BadInput: another suffix, or something of that name is there.
            OutputFailed: too little space.
        """
        to = self.to
        if to.suffix.lower() != ".mp4":
            raise BadInput(f"--output {to}: expected a name that ends in .mp4")
        if self.folder.exists():
            raise BadInput(
                f"{self.folder}: holds a recording that was broken off; make a video of it with "
                f"`{self.recovery}`, or remove it"
            )
        if to.exists():
            raise BadInput(f"{to}: is there already; no recording is written over, name another")
        folder = next(folder for folder in to.absolute().parents if folder.is_dir())
        free, needed = shutil.disk_usage(folder).free, 2 * seconds * _BYTES_A_SECOND
        if free < needed:
            raise OutputFailed(
                f"{to}: {free / 1e9:.1f} GB are free, up to {needed / 1e9:.1f} GB are needed for "
                f"{seconds / 60:.1f} minutes; free some, or ask for fewer moves"
            )

    @property
    def recovery(self) -> str:
        """Return the command that makes a video of what was recorded."""
        return f"stickdance record --output {self.to} --recover"

    def begin(
        self,
        moves: Sequence[RecordedMove],
        countdown: float,
        consent: str,
        more: Mapping[str, Any] = _NOTHING,
    ) -> None:
        """Make the folder and note what is going to be done; `more` comes into the notes too."""
        with saying_why(self.to):
            self.folder.mkdir(parents=True)
        told = [asdict(move) for move in moves]
        self._facts = {"moves": told, "countdown": countdown, "consent": consent, "more": {**more}}
        write_json(self.folder / _SESSION, self._facts)

    def keep_shots(self, marks: Sequence[Mapping[str, float]]) -> None:
        """Note which moves of a shot list began when, so far."""
        self._facts["more"] = {**self._facts["more"], "shots": list(marks)}
        write_json(self.folder / _SESSION, self._facts)

    def recover(self) -> Recorded:
        """Make the video of a recording that was broken off.

        Raises:
            BadInput: there is none.
        """
        path, what = self.folder / _SESSION, "notes of a recording"
        if not path.exists():
            raise BadInput(f"{self.to}: no recording that was broken off lies in {self.folder}")
        facts = read_json_object(path, what)
        with refusing(path, what):
            self._facts = {
                "moves": [asdict(RecordedMove(**move)) for move in facts["moves"]],
                "countdown": float(facts["countdown"]),
                "consent": str(facts["consent"]),
                "more": dict(facts.get("more", {})),
            }
        if not self.recorded_anything():
            raise BadInput(f"{self.folder}: nothing was recorded in it yet; remove it")
        return self.finish({}, None)

    def recorded_anything(self) -> bool:
        """Tell whether there is a second at least to keep; of a browser's, anything at all.

        A browser's frames come when they come: its file looks cut short until it is made steady.
        """
        if self._browser:
            return self.part.is_file() and self.part.stat().st_size > 0
        with suppress(StickdanceError, OSError):
            return self.part.is_file() and probe(self.part).seconds >= _SHORTEST
        return False

    def finish(self, times: dict[str, tuple[float, float]], whole: float | None) -> Recorded:
        """Make the MP4 and the notes beside it, and remove the folder."""
        consent = self._facts["consent"]
        as_video(self.part, self.to, recording_metadata(consent), self._browser)
        info = probe(self.to)
        names = [str(move["name"]) for move in self._facts["moves"]]
        if not self._facts["more"]:  # moves of a shot list may come again and later
            times = times or self._planned(info.seconds)
        done = tuple(name for name in names if name in times)
        notes = {
            "consent": consent,
            "seconds": round(info.seconds, 3),
            "moves": [
                {"name": name, "start": round(start, 2), "stop": round(stop, 2)}
                for name, (start, stop) in times.items()
            ],
            **self._facts["more"],
        }
        write_json(self.to.with_suffix(".moves.json"), notes)
        shutil.rmtree(self.folder, ignore_errors=True)
        left = tuple(name for name in names if name not in done)
        return Recorded(self.to, info.seconds, info.size, info.fps, done, left, whole, consent)

    def _planned(self, seconds: float) -> dict[str, tuple[float, float]]:
        """Return the moves that fit before the end of a recording that was broken off."""
        times, now = {}, self._facts["countdown"]
        for move in self._facts["moves"]:
            if now + float(move["seconds"]) <= seconds:
                times[str(move["name"])] = (now, now + float(move["seconds"]))
            now += float(move["seconds"])
        return times

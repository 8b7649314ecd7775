"""A sound file played by the system's own player, where it has one."""

import shutil
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

_PROGRAMS = (
    ("afplay",), ("pw-play",), ("paplay",), ("aplay", "-q"),
    ("ffplay", "-nodisp", "-autoexit", "-loglevel", "quiet"),
)  # fmt: skip
_PATIENCE = 5.0  # seconds that a player may take to fall silent
_ON_WINDOWS = (
    "powershell", "-NoProfile", "-Command", "(New-Object Media.SoundPlayer $args[0]).PlaySync()",
)  # fmt: skip


class Click:
    """Plays one sound file at a time, without waiting for its end."""

    def __init__(self) -> None:
        self._command = _program()
        self._playing: subprocess.Popen[bytes] | None = None

    @property
    def silent(self) -> bool:
        """Tell whether nothing will be heard."""
        return self._command is None

    def play(self, sound: Path) -> None:
        """Begin to play, breaking off what was being played."""
        self.stop()
        if self._command is None:
            return
        with suppress(OSError):
            self._playing = subprocess.Popen(
                [*self._command, str(sound)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )

    def stop(self) -> None:
        """Fall silent."""
        if self._playing is not None and self._playing.poll() is None:
            self._playing.terminate()
            with suppress(subprocess.TimeoutExpired):
                self._playing.wait(_PATIENCE)
        self._playing = None


def _program() -> tuple[str, ...] | None:
    if sys.platform == "win32":
        return _ON_WINDOWS if shutil.which("powershell") else None
    return next((command for command in _PROGRAMS if shutil.which(command[0])), None)

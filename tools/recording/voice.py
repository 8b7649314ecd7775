"""Words spoken by the system's own voice, where it has one; nothing is downloaded."""

import shutil
import subprocess
import sys
from contextlib import suppress

_PROGRAMS = (("say",), ("espeak-ng", "-s", "150", "--"), ("espeak", "-s", "150", "--"))
_PATIENCE = 5.0  # seconds that a voice may take to fall silent


class Voice:
    """Says one thing at a time, without waiting for its end."""

    def __init__(self, wanted: bool = True) -> None:
        self._command = _program() if wanted else None
        self._speaking: subprocess.Popen[bytes] | None = None

    @property
    def silent(self) -> bool:
        """Tell whether nothing will be heard."""
        return self._command is None

    def say(self, words: str) -> None:
        """Begin to speak, breaking off what was being said."""
        if self._command is None:
            return
        self.hush()
        with suppress(OSError):
            self._speaking = subprocess.Popen(
                [*self._command, words],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )

    def hush(self) -> None:
        """Stop speaking."""
        if self._speaking is not None and self._speaking.poll() is None:
            self._speaking.terminate()
            with suppress(subprocess.TimeoutExpired):
                self._speaking.wait(_PATIENCE)
        self._speaking = None


def _program() -> tuple[str, ...] | None:
    for command in _PROGRAMS:
        if command[0] == "say" and sys.platform != "darwin":
            continue
        if shutil.which(command[0]):
            return command
    return None

"""The state of the workspace as a stream of events, the same for all windows.

Every event carries the whole state and its number. A window that lost the connection tells the
last number it saw (Last-Event-ID), and gets what it missed in one event, or nothing.
"""

import asyncio
import json
import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from typing import Any

from starlette.concurrency import run_in_threadpool

_LOOK_SECONDS = 0.5
_SIGN_OF_LIFE = 15.0  # seconds: so that a closed window is noticed


class Watch:
    """Looks at the workspace every moment while somebody listens."""

    def __init__(self, state: Callable[[], dict[str, Any]]) -> None:
        """Look at nothing yet; `state` is called in a thread."""
        self._state = state
        self._run = secrets.token_hex(4)  # numbers of an earlier run mean nothing
        self._number, self._text = 0, ""
        self._changed = asyncio.Condition()
        self._listeners = 0
        self._is_over = False
        self._task: asyncio.Task[None] | None = None

    def end(self) -> None:
        """Let all streams end within a moment; a signal's handler may call this."""
        self._is_over = True

    async def look(self) -> None:
        """Look now, and tell everybody if something is different."""
        text = json.dumps(await run_in_threadpool(self._state), ensure_ascii=False)
        async with self._changed:
            if text != self._text:
                self._text, self._number = text, self._number + 1
            self._changed.notify_all()

    async def events(self, last: str) -> AsyncIterator[str]:
        """Yield events from the one after `last` on, as text/event-stream."""
        self._listeners += 1
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._watch())
        try:
            await self.look()
            run, _, number_seen = last.partition("-")
            seen = int(number_seen) if run == self._run and number_seen.isdecimal() else 0
            while not self._is_over:
                if seen != self._number:
                    seen, text = self._number, self._text
                    yield f"id: {self._run}-{seen}\nevent: state\ndata: {text}\n\n"
                if await self._other_than(seen):
                    continue
                yield ": here\n\n"
        finally:
            self._listeners -= 1

    async def _other_than(self, seen: int) -> bool:
        """Wait a while for another state than the one seen; return whether there is one."""
        with suppress(TimeoutError):
            async with self._changed:
                changed = self._changed.wait_for(lambda: self._is_over or self._number != seen)
                await asyncio.wait_for(changed, _SIGN_OF_LIFE)
            return True
        return False

    async def _watch(self) -> None:
        while self._listeners > 0:
            await self.look()
            await asyncio.sleep(_LOOK_SECONDS)

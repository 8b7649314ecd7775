"""The mark of a rendering: which message, and whether its frames have room for it."""

from collections.abc import Iterator
from dataclasses import dataclass

from stickdance.synth.compute.array_types import Bytes
from stickdance.synth.marking.code import BYTES, TOOL
from stickdance.synth.marking.embedding import LEAST_SIDE, marked
from stickdance.synth.options import RenderOptions


@dataclass(frozen=True)
class Marking:
    """What is added to the frames of a video, if anything."""

    message: bytes | None
    notes: tuple[str, ...] = ()
    """What people should know of it."""

    @property
    def told(self) -> str | None:
        """Return all 64 bits as hexadecimal digits; None where frames are not marked."""
        return None if self.message is None else digits(self.message)

    def on(self, frames: Iterator[Bytes], fps: float) -> Iterator[Bytes]:
        """Return the frames, so many a second, with the mark, or as they are."""
        return frames if self.message is None else marked(frames, self.message, fps)


def marking_of(options: RenderOptions, recipe: str, size: tuple[int, int]) -> Marking:
    """Return the mark of a rendering.

    Args:
        options: of the rendering.
        recipe: SHA-256 of its recipe, whose first bytes are the message.
        size: (width, height) of its frames.
    """
    if not options.mark:
        return Marking(None)
    if min(size) < LEAST_SIDE:
        found = f"frames of {size[0]}x{size[1]} have no room for the mark in the pixels"
        return Marking(None, (f"{found}, expected at least {LEAST_SIDE} a side",))
    return Marking(bytes.fromhex(recipe[: 2 * BYTES]))


def digits(message: bytes) -> str:
    """Return the 64 bits of a mark, the tool's id first, as 16 hexadecimal digits."""
    return f"{TOOL:04x}{message.hex()}"

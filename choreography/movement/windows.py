"""Pieces of one length, as models take them: a window moved along a movement by a shift."""

from stickdance.checkpoints.errors import BadInput
from stickdance.choreography.movement.options import WindowOptions


def window_starts(frames: int, options: WindowOptions) -> list[tuple[int, int]]:
    """Return (start, stop) of every whole window in so many frames; what is left over is left out.

    Raises:
        BadInput: window or shift is negative.
    """
    if options.window < 0 or options.shift < 0:
        raise BadInput(
            f"--window {options.window} --shift {options.shift}: expected frames, not less than 0"
        )
    if options.window == 0:
        return [(0, frames)]
    shift = options.shift or options.window
    last = frames - options.window
    return [(start, start + options.window) for start in range(0, last + 1, shift)]

"""How much something moves: a measure that noise does not raise and that flicker does not fool.

How far a sequence comes within a while (0.4 s), less how far it comes from one frame to the next:

    liveliness = sqrt(max(0, S(while) - S(frame)))      S(lag): mean squared change over that lag

Noise that is new in every frame changes both alike, so it cancels. What moves smoothly changes far
more over a while than over a frame, so it loses little. A picture that stands still, one that
trembles, and one that jumps to and fro between two pictures all have a liveliness near 0.
"""

import numpy as np

WHILE_SECONDS = 0.4


def liveliness(rows: np.ndarray, fps: float) -> float:
    """Return how lively (frames, ...) are, in the units of `rows`, as a mean over their numbers.

    Only ratios between sequences of one kind and frame rate mean something. 0 for sequences shorter
    than a while.
    """
    flat = np.asarray(rows).reshape(len(rows), -1)
    lag = max(2, round(WHILE_SECONDS * fps))
    if len(flat) <= lag:
        return 0.0
    return float(np.sqrt(max(0.0, _change(flat, lag) - _change(flat, 1))))


def _change(flat: np.ndarray, lag: int) -> float:
    """Return the mean squared change over a lag; frame by frame, so that memory stays small."""
    later = range(lag, len(flat))
    total = sum(float(np.square(flat[t].astype(np.float64) - flat[t - lag]).mean()) for t in later)
    return total / (len(flat) - lag)

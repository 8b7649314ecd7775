"""Cross-fading: a part that changes its frame shows something of the frames before for a while.

A part's pixels jump where another filmed frame begins to lend them. The pixels of all these frames
can be moved onto the pose, so the old ones fade out while the new one fades in. What shows of each
is an exponential mean of the choices so far.
"""

import numpy as np

_MOST = 3  # frames that one part shows at once
_FAINT = 0.06  # a share below it is not worth painting

Shares = dict[int, float]
"""The sources that one part shows, and how much of each; they add up to 1."""


def faded(chosen: np.ndarray, before: tuple[Shares, ...] | None, keep: float) -> tuple[Shares, ...]:
    """Return what each part shows in one pose.

    Args:
        chosen: (parts,) int: the source that fits each part best.
        before: what they showed in the pose before; None: nothing.
        keep: how much of what showed before still does, 0 (nothing fades) up to 1.
    """
    if before is None or keep <= 0:
        return tuple({int(source): 1.0} for source in chosen)
    return tuple(_mean(int(source), old, keep) for source, old in zip(chosen, before, strict=True))


def _mean(source: int, old: Shares, keep: float) -> Shares:
    shares = {each: keep * share for each, share in old.items()}
    shares[source] = shares.get(source, 0.0) + 1 - keep
    by_share = sorted(shares, key=lambda each: (each != source, -shares[each]))
    shown = [each for each in by_share[:_MOST] if each == source or shares[each] >= _FAINT]
    total = sum(shares[each] for each in shown)
    return {each: shares[each] / total for each in shown}

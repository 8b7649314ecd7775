"""Cross-fading: a part that changes its frame shows something of the frames before for a while.

A part's pixels jump where another filmed frame begins to lend them. The pixels of all these frames
can be moved onto the pose, so the old ones fade out while the new one fades in. What shows of each
is an exponential mean of the choices so far.

A choice that goes on to the next filmed frame switches nothing: mixing the two would show a moving
hand twice. Where frames of the film are skipped, it is a switch.
"""

import numpy as np

from stickdance.synth.compute.array_types import Floats, Integers

_MOST = 3  # frames that one part shows at once
_FAINT = 0.06  # a share below it is not worth painting

Shares = dict[int, float]
"""The sources that one part shows, and how much of each; they add up to 1."""


def faded(
    chosen: Integers,
    before: tuple[Shares, ...] | None,
    keep: float | Floats,
    goes_on_from: Integers | None = None,
) -> tuple[Shares, ...]:
    """Return what each part shows in one pose.

    Args:
        chosen: (parts,) int: the source that fits each part best.
        before: what they showed in the pose before; None: nothing.
        keep: how much of what showed before still does, 0 (nothing fades) up to 1, of all or of
            each part.
        goes_on_from: (parts,) int: the source chosen before where the film goes on from it to the
            one chosen now, -1 elsewhere; None: nowhere.
    """
    keeps = np.broadcast_to(keep, len(chosen)).tolist()
    if before is None or max(keeps) <= 0:
        return tuple({int(source): 1.0} for source in chosen)
    olds = before
    if goes_on_from is not None:
        olds = tuple(
            old if last < 0 else _moved_on(old, int(last), int(source))
            for source, last, old in zip(chosen, goes_on_from, before, strict=True)
        )
    return tuple(
        _mean(int(source), old, kept) for source, old, kept in zip(chosen, olds, keeps, strict=True)
    )


def _moved_on(old: Shares, last: int, source: int) -> Shares:
    """Return shares in which `source` has taken the place of `last`."""
    shares = dict(old)
    shares[source] = shares.get(source, 0.0) + shares.pop(last, 0.0)
    return shares


def _mean(source: int, old: Shares, keep: float) -> Shares:
    shares = {each: keep * share for each, share in old.items()}
    shares[source] = shares.get(source, 0.0) + 1 - keep
    by_share = sorted(shares, key=lambda each: (each != source, -shares[each]))
    shown = [each for each in by_share[:_MOST] if each == source or shares[each] >= _FAINT]
    total = sum(shares[each] for each in shown)
    return {each: shares[each] / total for each in shown}

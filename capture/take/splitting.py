"""A take split by blocks of time: into takes of their own, or anew into training and test.

Neighbouring frames are nearly the same, so frames are never dealt out one by one: blocks of time
are, and between a block that trains and one that tests some frames are left out.
"""

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

from stickdance.capture.options import SplitOptions
from stickdance.capture.take.lineage import Segment
from stickdance.capture.take.segments import assemble
from stickdance.capture.take.take import Take
from stickdance.checkpoints.errors import BadInput

_SHORTEST = 1.0  # seconds of the shortest part


def split_take(take: Take, to: Path, options: SplitOptions) -> list[Take]:
    """Split a take.

    Args:
        take: to be split; it is not changed.
        to: the folder to be with --blocks, else a folder for the parts `part_1`, `part_2`, ...
        options: one of `at`, `parts` and `blocks`.

    Raises:
        BadInput: none or several ways asked for, or parts shorter than a second.
        OutputFailed: no space or no permission.
    """
    ways = [bool(options.at), options.parts > 0, options.blocks > 0]
    if sum(ways) != 1:
        raise BadInput("split: name one of --at SECONDS, --parts NUMBER and --blocks NUMBER")
    if not 0 <= options.held_out <= 0.9:
        raise BadInput(f"--held-out {options.held_out}: expected a share from 0 to 0.9")
    if options.blocks:
        return [_dealt(take, Path(to), options)]
    return _cut(take, Path(to), options)


def _cut(take: Take, to: Path, options: SplitOptions) -> list[Take]:
    cuts = [round(seconds * take.fps) for seconds in options.at]
    if options.parts:
        cuts = _even_cuts(take.frame_count, options.parts)[1:-1]
    edges = [0, *cuts, take.frame_count]
    _check_lengths(take, edges)
    made = []
    for number, (start, stop) in enumerate(pairwise(edges), start=1):
        middle = start + max(1, round((stop - start) * (1 - options.held_out)))
        about = {"split": take.path.name, "start": start, "stop": stop}
        made.append(
            assemble(
                [Segment(take, start, middle)],
                [Segment(take, middle, stop)],
                to / f"part_{number}",
                about,
            )
        )
    return made


def _dealt(take: Take, to: Path, options: SplitOptions) -> Take:
    """Return the take with its held-out frames at the end of every block of time."""
    edges = _even_cuts(take.frame_count, options.blocks)
    _check_lengths(take, edges)
    gap = round(options.gap * take.fps)
    training, testing, begin = [], [], 0
    for start, stop in pairwise(edges):
        middle = start + max(1, round((stop - start) * (1 - options.held_out)))
        if middle + gap >= stop and middle < stop:
            raise BadInput(
                f"--blocks {options.blocks}: the part of a block that tests would be no longer "
                f"than the gap of {options.gap:g} s before it; choose fewer blocks or a shorter "
                "--gap"
            )
        training.append(Segment(take, begin, middle))
        testing.append(Segment(take, min(middle + gap, stop), stop))
        begin = min(stop + gap, take.frame_count) if middle < stop else stop
    about = {"split": take.path.name, "blocks": options.blocks, "gap": options.gap}
    return assemble(training, testing, to, about)


def _even_cuts(frames: int, parts: int) -> list[int]:
    return [round(frames * part / parts) for part in range(parts + 1)]


def _check_lengths(take: Take, edges: Sequence[int]) -> None:
    for start, stop in pairwise(edges):
        if stop - start < _SHORTEST * take.fps:
            raise BadInput(
                f"{take.path}: from {start / take.fps:.1f} s to {stop / take.fps:.1f} s would be a "
                f"part, expected parts of at least {_SHORTEST:.0f} s in order, within "
                f"{take.frame_count / take.fps:.1f} s"
            )

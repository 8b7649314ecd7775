"""A song read once: onsets, notes and timbre, found side by side.

The song is decoded, mixed to mono and resampled once; three analyses take the same pieces, each in
a thread of its own (numpy's and scipy's inner loops run beside each other on several cores). Few
pieces wait at a time, so memory does not grow with the song but for the results.
"""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from queue import Queue
from typing import Any, Final

import numpy as np

from stickdance.capture.media.audio import Sound, blocks
from stickdance.choreography.music.chroma import Chroma, chroma_of
from stickdance.choreography.music.onsets import Onsets, onsets_of
from stickdance.choreography.music.spectrum import RATE, loudness
from stickdance.choreography.music.timbre import Timbre, timbre_of

_PIECE_SECONDS = 10.0
_WAITING = 2
"""Pieces that wait for each analysis at most."""
_END: Final = None


@dataclass(frozen=True)
class Hearing:
    """What a song sounds like, frame by frame."""

    onsets: Onsets
    chroma: Chroma
    timbre: Timbre


def hear(sound: Sound) -> Hearing:
    """Find the onsets, notes and timbre of a song."""
    level = loudness(sound)
    analyses = [partial(analysis, level=level) for analysis in (onsets_of, chroma_of, timbre_of)]
    return Hearing(*side_by_side(sound, analyses))


def side_by_side(
    sound: Sound, analyses: Sequence[Callable[[Iterator[np.ndarray]], Any]]
) -> list[Any]:
    """Return what each of several analyses makes of the same mono samples at RATE.

    Args:
        sound: the decoded song.
        analyses: each takes an iterator over pieces of the song.

    Raises:
        Exception: what an analysis raised, or reading the song.
    """
    queues: list[Queue[np.ndarray | None]] = [Queue(_WAITING) for _ in analyses]
    with ThreadPoolExecutor(len(analyses)) as pool:
        try:  # each thread gets its end, or an interrupt would wait for it for ever
            results = [
                pool.submit(_analysed, analysis, queue)
                for analysis, queue in zip(analyses, queues, strict=True)
            ]
            for piece in blocks(sound, rate=RATE, block_seconds=_PIECE_SECONDS):
                for queue in queues:
                    queue.put(piece)
        finally:
            for queue in queues:
                queue.put(_END)
    return [result.result() for result in results]


def _analysed(analysis: Callable[[Iterator[np.ndarray]], Any], queue: "Queue[Any]") -> Any:
    pieces = _until_end(queue)
    try:
        return analysis(pieces)
    finally:
        for _ in pieces:  # so that the reader never waits for an analysis that failed
            pass


def _until_end(queue: "Queue[Any]") -> Iterator[np.ndarray]:
    while (piece := queue.get()) is not _END:
        yield piece

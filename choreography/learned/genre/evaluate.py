"""How often the genre is told rightly: by single windows, and by all windows of a dance together.

A dance's genre is the one whose log probability, averaged over its windows, is highest.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch

from stickdance.choreography.learned.genre.features import SeenItem
from stickdance.choreography.learned.genre.network import GenreNetwork
from stickdance.choreography.movement.options import WindowOptions
from stickdance.choreography.movement.windows import window_starts
from stickdance.choreography.one_thread import one_thread

_BATCH = 256


def log_probabilities(
    network: GenreNetwork, columns: np.ndarray, frames: int, shift: int = 0
) -> np.ndarray:
    """Return (windows, genres): how likely each genre is in each whole window of a dance.

    Args:
        network: trained.
        columns: (frames, columns) of the dance.
        frames: of a window.
        shift: frames from one window to the next; 0: they lie side by side.
    """
    starts = window_starts(len(columns), WindowOptions(frames, shift))
    windows = torch.from_numpy(np.stack([columns[start:stop] for start, stop in starts]))
    network.eval()
    with torch.inference_mode(), one_thread():
        parts = [torch.log_softmax(network(some), dim=1) for some in windows.split(_BATCH)]
    return torch.cat(parts).double().numpy()


def evaluate(
    network: GenreNetwork,
    seen: Sequence[SeenItem],
    genres: Sequence[str],
    frames: int,
    shift: int = 0,
) -> dict[str, Any]:
    """Return scores on dances whose genres are known.

    Args:
        network: trained.
        seen: dances with their features.
        genres: of the network, in order.
        frames: of a window.
        shift: frames from one window to the next; 0: they lie side by side.

    Returns:
        "accuracy": shares told rightly of windows and of dances, "genres" (the mean of the genres'
        shares of windows, each genre counting alike), and "chance" (the commonest genre always
        told, of windows); "cross_entropy" of windows; "recall" by genre, of windows; "confusion":
        counts, rows what is, columns what was told, of windows and of dances; "songs".
    """
    count = len(genres)
    by_window, by_dance = np.zeros((count, count), int), np.zeros((count, count), int)
    entropy = 0.0
    for one in seen:
        right = genres.index(one.item.genre)
        logs = log_probabilities(network, one.columns, frames, shift)
        np.add.at(by_window[right], logs.argmax(axis=1), 1)
        by_dance[right, logs.mean(axis=0).argmax()] += 1
        entropy -= float(logs[:, right].sum())
    windows = int(by_window.sum())
    recall = {
        genre: float(by_window[place, place] / by_window[place].sum())
        for place, genre in enumerate(genres)
        if by_window[place].any()
    }
    return {
        "accuracy": {
            "windows": _share_right(by_window),
            "dances": _share_right(by_dance),
            "genres": sum(recall.values()) / max(len(recall), 1),
            "chance": float(by_window.sum(axis=1).max() / max(windows, 1)),
        },
        "cross_entropy": entropy / max(windows, 1),
        "recall": recall,
        "genres": list(genres),
        "confusion": {"windows": by_window.tolist(), "dances": by_dance.tolist()},
        "windows": windows,
        "dances": len(seen),
        "songs": len({one.item.song for one in seen}),
    }


def _share_right(confusion: np.ndarray) -> float:
    return float(np.trace(confusion) / max(int(confusion.sum()), 1))

"""What repeats in a song, by stickdance and by pychorus: each as a process of its own.

`python -m stickdance.tools.benchmarks.structure_peers stickdance SONG` prints one JSON object.
pychorus (MIT) is the known implementation of Goto's method; it imports `scipy.ndimage.filters`, a
name that scipy has dropped, so that this file gives it back before pychorus is imported.
"""

import json
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

CLIP_SECONDS = 15
"""The least length of a chorus that pychorus is asked for: its own default."""


def by_stickdance(song: Path) -> dict[str, Any]:
    """Return sections, choruses and repetitions, each with start and end in seconds."""
    from stickdance.capture.media.audio import decode_sound
    from stickdance.choreography.listening import listen

    with tempfile.TemporaryDirectory() as folder:
        structure = listen(decode_sound(song, Path(folder) / "song.wav")).structure
    return {
        "sections": [[one.label, one.start, one.end] for one in structure.sections],
        "choruses": [[one.start, one.end] for one in structure.sections if one.chorus],
        "repetitions": [[one.start, one.end, one.of_start] for one in structure.repetitions],
    }


def by_pychorus(song: Path) -> dict[str, Any]:
    """Return the one start of a chorus that it finds; None where it finds none."""
    import scipy.ndimage

    sys.modules["scipy.ndimage.filters"] = scipy.ndimage
    from pychorus.helpers import create_chroma, find_chorus

    chroma, _, rate, seconds = create_chroma(str(song))
    return {"start": find_chorus(chroma, rate, seconds, CLIP_SECONDS)}


PEERS: Mapping[str, Callable[[Path], dict[str, Any]]] = {
    "stickdance": by_stickdance,
    "pychorus": by_pychorus,
}

if __name__ == "__main__":
    answer = PEERS[sys.argv[1]](Path(sys.argv[2]))
    print("\n" + json.dumps(answer, default=float))

"""The memory of a process and of all that it started, watched while it works (Linux)."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def watched(process: int) -> Iterator[list[float]]:
    """Give a list that fills with the memory of a process and its children, twice a second.

    It is in MB, the sum of their proportional shares (PSS); 0 where the system does not tell it.
    """
    seen: list[float] = []
    done = threading.Event()

    def watch() -> None:
        while not done.wait(0.5):
            seen.append(sum(_memory(each) for each in _family(process)))

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    try:
        yield seen
    finally:
        done.set()
        thread.join()


def _family(process: int) -> list[int]:
    found = [process]
    for thread in Path(f"/proc/{process}/task").glob("*/children"):
        try:
            found += [each for word in thread.read_text().split() for each in _family(int(word))]
        except OSError:  # it has just ended
            continue
    return found


def _memory(process: int) -> float:
    try:
        lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024

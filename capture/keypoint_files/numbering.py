"""From the numbers in file names, or in records, to frames without holes."""

import re
from collections.abc import Iterable, Mapping
from pathlib import PurePath

from stickdance.capture.keypoint_files.keypoints import People
from stickdance.checkpoints.errors import BadInput

LONGEST = 2_600_000
"""Frames of the longest file that is read: three hours at 240 frames a second."""
MOST_PEOPLE = 200
"""People in one frame at most."""

_SPARSEST = 10  # frames that a record may stand for on average, else its numbers are no frames
_ENDINGS = re.compile(
    r"(\.predictions|\.openpifpaf|_keypoints|_pose|\.(jpe?g|png|bmp|webp))$", re.I
)


def frame_number(name: str) -> int | None:
    """Return the last number in a file's name, None where there is none."""
    stem = PurePath(name).name.removesuffix(".json")
    while (shorter := _ENDINGS.sub("", stem)) != stem:
        stem = shorter
    found = re.findall(r"\d+", stem)
    return int(found[-1][:18]) if found else None


def natural_order(name: str) -> tuple[tuple[int, str], ...]:
    """Return a key that sorts 2 before 10."""
    parts = re.findall(r"\d+|\D+", name)
    return tuple((int(part[:18]), "") if part.isdecimal() else (-1, part) for part in parts)


def in_frames(
    numbered: Mapping[int, People], label: str, first: int | None = None, sparse: bool = False
) -> tuple[tuple[People, ...], tuple[str, ...]]:
    """Lay people out over frames; frames that have no record hold nobody.

    Args:
        numbered: frame number -> the people in it.
        label: the file or folder, for errors.
        first: the number of the first frame; None: the least number there is.
        sparse: whether records are left out where nobody is, so that holes are not worth a word.

    Raises:
        BadInput: nothing there, far too much, or too many people.
    """
    if not numbered:
        raise BadInput(f"{label}: holds not one frame, expected keypoints")
    for number, people in numbered.items():
        if len(people) > MOST_PEOPLE:
            raise BadInput(
                f"{label}: has {len(people)} people in frame {number}, at most {MOST_PEOPLE} "
                "are read"
            )
    start = min(numbered) if first is None else min(first, min(numbered))
    count = max(numbered) - start + 1
    if count > _SPARSEST * max(len(numbered), 100):
        order = sorted(numbered)
        note = f"its numbers ({order[0]} to {order[-1]}) are no frame numbers; taken in their order"
        return tuple(numbered[number] for number in order), (note,)
    if count > LONGEST:
        raise BadInput(f"{label}: has {count} frames, at most {LONGEST} are read; split it")
    frames = tuple(numbered.get(start + place, ()) for place in range(count))
    notes = () if sparse else _gaps(range(start, start + count), numbered)
    return frames, notes


def _gaps(wanted: Iterable[int], there: Mapping[int, People]) -> tuple[str, ...]:
    missing = [number for number in wanted if number not in there]
    if not missing:
        return ()
    named = ", ".join(str(number) for number in missing[:5]) + (", ..." if missing[5:] else "")
    return (f"{len(missing)} frames are missing ({named}); nobody is assumed in them",)

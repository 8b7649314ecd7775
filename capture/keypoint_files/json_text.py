"""JSON from foreign hands: one value, or a value on each line."""

from pathlib import Path
from typing import Any

from stickdance.checkpoints.errors import BadInput
from stickdance.checkpoints.json_reader import parse_json
from stickdance.checkpoints.reading import read_text

LARGEST = 512 << 20
"""Bytes of the largest text that is read whole."""

_WHAT = "keypoints"


def load(path: Path) -> Any:
    """Return what a JSON file holds; for JSON lines, the list of the lines' values.

    NaN is taken: many programs write it for joints that are missing.

    Raises:
        BadInput: missing, a folder, too large, empty, not UTF-8, or not JSON.
    """
    text = text_of(path)
    if not text.strip():
        raise BadInput(f"{path}: is empty, expected keypoints")
    try:
        return parse_json(text, str(path), _WHAT, nan=True)
    except BadInput:
        lines = _lines(text)
        if lines is None:
            raise
        return lines


def text_of(path: Path, largest: int | None = None) -> str:
    """Return the text of a file of at most `largest` bytes, by default `LARGEST`.

    Raises:
        BadInput: it cannot be read, is too large, or is not text.
    """
    return read_text(path, _WHAT, LARGEST if largest is None else largest)


def _lines(text: str) -> list[Any] | None:
    """Return the values of JSON lines, or None where it is something else."""
    lines = [line for line in text.splitlines() if line.strip()]
    if len(lines) < 2:
        return None
    try:
        return [parse_json(line, "line", _WHAT, nan=True) for line in lines]
    except BadInput:
        return None

"""JSON from foreign hands: size, depth and syntax are judged, and answered in one line."""

import json
from pathlib import Path
from typing import Any

from capture.errors import BadInput

LARGEST = 512 << 20
"""Bytes of the largest text that is read whole."""


def load(path: Path) -> Any:
    """Return what a JSON file holds; for JSON lines, the list of the lines' values.

    Raises:
        BadInput: missing, a folder, too large, empty, not UTF-8, or not JSON.
    """
    text = text_of(path)
    if not text.strip():
        raise BadInput(f"{path}: is empty, expected keypoints")
    try:
        return json.loads(text)
    except RecursionError:
        raise BadInput(f"{path}: is nested too deeply to be keypoints") from None
    except ValueError as error:
        lines = _lines(text)
        if lines is None:
            raise BadInput(f"{path}: cannot be read as JSON ({error})") from None
        return lines


def text_of(path: Path) -> str:
    """Return the text of a file of at most `LARGEST` bytes.

    Raises:
        BadInput: it cannot be read, is too large, or is not text.
    """
    try:
        size = path.stat().st_size
        if size > LARGEST:
            raise BadInput(
                f"{path}: has {size >> 20} MiB, at most {LARGEST >> 20} MiB are read; split it"
            )
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise BadInput(f"{path}: no such file") from None
    except UnicodeDecodeError:
        raise BadInput(f"{path}: is not text, expected keypoints as JSON") from None
    except (OSError, ValueError) as error:
        raise BadInput(f"{path}: cannot be read ({error})") from None


def _lines(text: str) -> list[Any] | None:
    """Return the values of JSON lines, or None where it is something else."""
    lines = [line for line in text.splitlines() if line.strip()]
    if len(lines) < 2:
        return None
    try:
        return [json.loads(line) for line in lines]
    except (ValueError, RecursionError):
        return None

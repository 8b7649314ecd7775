"""The moves that a recording asks for: what a take should cover, in the order that is easiest.

Each fills a part of what any dance needs: arms high, low and crossed, steps to both sides, turns,
squats, slow and fast, near and far, and once nobody at all, so that the room behind is seen.
"""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stickdance.checkpoints.errors import BadInput
from stickdance.checkpoints.json_reader import parse_json
from stickdance.checkpoints.reading import read_text

LONGEST = 3600.0
"""Seconds of a recording at most."""
_LONGEST_WORDS = 300
_SCRIPT = "a script of moves"


@dataclass(frozen=True)
class RecordedMove:
    """Something to do before the camera."""

    name: str
    words: str
    """What is shown and said."""
    seconds: float
    away: bool = False
    """Whether nobody is to be in the picture."""


MOVES = {
    move.name: move
    for move in (
        RecordedMove("stand", "Stand still, arms hanging, in the middle", 5),
        RecordedMove("arms-high", "Both arms high above your head, sway a little", 10),
        RecordedMove("arms-low", "Arms low: swing them loosely beside your body", 8),
        RecordedMove("arms-wide", "Arms wide to the sides, circles, small and large", 10),
        RecordedMove("arms-crossed", "Cross your arms before your chest, open them, again", 10),
        RecordedMove("hips", "Hands on your hips, circle your hips both ways", 8),
        RecordedMove("step-left", "Steps to your left and back", 10),
        RecordedMove("step-right", "Steps to your right and back", 10),
        RecordedMove("near-far", "Two steps towards the camera, two steps back, again", 10),
        RecordedMove("turn", "Turn around slowly, once to each side, arms a little away", 16),
        RecordedMove("squat", "Squats, deep and slow", 10),
        RecordedMove("lean", "Lean to the left, to the right, forwards, back", 10),
        RecordedMove("knees", "Lift your knees one after the other", 8),
        RecordedMove("kick", "Small kicks to the front and to the sides", 8),
        RecordedMove("slow", "Dance as you like, very slowly", 15),
        RecordedMove("fast", "Dance as you like, fast", 20),
        RecordedMove("jump", "A few small jumps", 6),
        RecordedMove("away", "Step out of the picture and wait", 6, away=True),
        RecordedMove("free", "Come back and dance as you like until the end", 30),
    )
}
"""Name -> move, in the order of a usual recording."""


def chosen_moves(
    names: Sequence[str] = (), script: Path | None = None, seconds: float | None = None
) -> list[RecordedMove]:
    """Return the moves of a recording.

    Args:
        names: of `MOVES`, in the order wanted; none for all.
        script: a file in their place, see `read_script`.
        seconds: the same length for each.

    Raises:
        BadInput: names and script at once, an unknown name, or a length that makes no sense.
    """
    if names and script is not None:
        raise BadInput("--ask and --script: give one of them")
    if seconds is not None and not 1 <= seconds <= LONGEST:
        raise BadInput(f"--seconds {seconds:g}: expected 1 to {LONGEST:.0f} for each move")
    unknown = [name for name in names if name not in MOVES]
    if unknown:
        raise BadInput(f"--ask {unknown[0]}: unknown; known: {', '.join(MOVES)}")
    moves = read_script(script) if script else [MOVES[name] for name in names or MOVES]
    if seconds is not None:
        moves = [RecordedMove(move.name, move.words, seconds, move.away) for move in moves]
    total = sum(move.seconds for move in moves)
    if total > LONGEST:
        raise BadInput(f"the moves last {total:.0f} s, expected at most {LONGEST:.0f} s")
    return moves


def read_script(path: Path) -> list[RecordedMove]:
    """Read moves from a file.

    It is JSON, a list of {"say": words, "seconds": number, "away": true or false}, or text, a line
    for each move: seconds and words, e.g. `10 Both arms high`; lines that begin with # are passed
    over.

    Raises:
        BadInput: missing, not one move in it, or a line or value that is not understood.
    """
    text = read_text(path, _SCRIPT)
    moves = _from_json(path, text) if text.lstrip().startswith("[") else _from_lines(path, text)
    if not moves:
        raise BadInput(f"{path}: holds not one move; write a line such as `10 Both arms high`")
    return moves


def _from_json(path: Path, text: str) -> list[RecordedMove]:
    values = parse_json(text, str(path), _SCRIPT)
    moves = []
    for number, value in enumerate(values, start=1):
        if not isinstance(value, dict) or not isinstance(value.get("say"), str):
            raise BadInput(f'{path}: move {number} has no "say" with words; expected an object')
        moves.append(_move(path, number, value["say"], value.get("seconds"), value.get("away")))
    return moves


def _from_lines(path: Path, text: str) -> list[RecordedMove]:
    moves = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        found = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*s?\s+(\S.*)", line)
        if not found:
            raise BadInput(
                f"{path}: line {number} is {line.strip()[:40]!r}, expected seconds and words, "
                "e.g. `10 Both arms high`"
            )
        moves.append(_move(path, number, found[2], float(found[1]), False))
    return moves


def _move(path: Path, number: int, words: str, seconds: Any, away: Any) -> RecordedMove:
    known = isinstance(seconds, (int, float)) and not isinstance(seconds, bool)
    if not known or not math.isfinite(seconds) or not 1 <= seconds <= LONGEST:
        raise BadInput(
            f"{path}: move {number} lasts {seconds!r:.20} s, expected 1 to {LONGEST:.0f} seconds"
        )
    plain = " ".join(words.split())[:_LONGEST_WORDS]
    return RecordedMove(f"move-{number}", plain, float(seconds), away is True)

"""A blind comparison of two ways of dancing: one HTML page for people, and a key for its maker.

    blind.html       two dances to each song, called A and B, and four questions
    blind.key.json   which is which: not for those who are asked

On which side a way stands is drawn for each song, as often on either side as can be; the page holds
clips and numbers only. Answers stay in the browser until they are saved as a file for the tally.

Source: Songha Ban, "Generating Music-Driven Choreography with Deep Learning" (2021), section 4.3.2,
where the four questions are from.
"""

import base64
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from stickdance.capture.pages.rendering import render
from stickdance.checkpoints.errors import BadInput
from stickdance.checkpoints.files import write_json, write_text
from stickdance.checkpoints.progress import tracked
from stickdance.checkpoints.scratch import scratch_folder
from stickdance.tools.blind_test.clips import ClipSource, common_songs, sides_in, write_clip
from stickdance.tools.options import AbPageOptions

KIND = "blind comparison key"
QUESTIONS = {
    "beats": "Which dance matches the music beats better?",
    "natural": "Which dance is more natural and realistic?",
    "dynamic": "Which dance is more dynamic?",
    "liked": "Which dance do you like more?",
}
_LEAST_SECONDS = 2.0


@dataclass(frozen=True)
class BlindPair:
    """Two dances to one song, and who stands where."""

    song: str
    start: float
    end: float
    sides: tuple[ClipSource, ClipSource]
    """A and B."""
    ways: tuple[str, str]
    """Of A and B."""


def make_ab_page(first: Path, second: Path, output: Path, options: AbPageOptions) -> dict[str, Any]:
    """Make the page and its key; return where they lie.

    Raises:
        BadInput: no common songs, or an option out of range.
        OutputFailed: no space or no permission.
    """
    output = Path(output)
    ways = options.names or (Path(first).name, Path(second).name)
    _check(output, ways, options)
    random = np.random.default_rng(options.seed)
    pairs = _drawn(sides_in(first), sides_in(second), ways, options, random)
    number = random.bytes(8).hex() if options.seed is not None else secrets.token_hex(8)
    with scratch_folder() as scratch:
        clips = _clips(pairs, scratch, options.performer)
    key = _key(number, ways, pairs)
    written = output.with_suffix(".key.json")
    page = render(
        "blind_test.html", "stickdance.tools.pages", number=number, clips=clips, questions=QUESTIONS
    )
    write_text(output, page)
    write_json(written, key, indent=1)
    megabytes = round(output.stat().st_size / 1e6, 1)
    return {"page": str(output), "key": str(written), "pairs": len(pairs), "megabytes": megabytes}


def _check(output: Path, ways: tuple[str, str], options: AbPageOptions) -> None:
    if output.suffix.lower() not in (".html", ".htm"):
        raise BadInput(f"{output}: expected a name that ends in .html")
    if ways[0] == ways[1]:
        raise BadInput(f"both ways are called {ways[0]!r}; tell them apart with --names")
    if options.pairs < 1:
        raise BadInput(f"--pairs {options.pairs}: expected at least 1")
    if not _LEAST_SECONDS <= options.seconds <= 600:
        raise BadInput(f"--seconds {options.seconds:g}: expected {_LEAST_SECONDS:g} to 600")


def _drawn(
    first: Mapping[str, ClipSource],
    second: Mapping[str, ClipSource],
    ways: tuple[str, str],
    options: AbPageOptions,
    random: np.random.Generator,
) -> list[BlindPair]:
    songs = common_songs(first, second)
    chosen = [songs[place] for place in random.permutation(len(songs))[: options.pairs]]
    turned = random.permutation([place % 2 == 0 for place in range(len(chosen))])
    if len(chosen) % 2:  # the odd one out belongs to neither way by rule
        turned ^= bool(random.integers(2))
    return [
        _pair(first[song], second[song], ways, bool(turn), options.seconds)
        for song, turn in zip(chosen, turned, strict=True)
    ]


def _pair(
    first: ClipSource, second: ClipSource, ways: tuple[str, str], turned: bool, seconds: float
) -> BlindPair:
    whole = min(first.seconds, second.seconds)
    if whole < _LEAST_SECONDS:
        raise BadInput(f"{first.name}: lasts {whole:.1f} s, too short to judge")
    start = max(0.0, (whole - seconds) / 2)
    end = min(whole, start + seconds)
    if turned:
        return BlindPair(first.name, start, end, (second, first), (ways[1], ways[0]))
    return BlindPair(first.name, start, end, (first, second), ways)


def _clips(
    pairs: Sequence[BlindPair], scratch: Path, performer: Path | None
) -> list[tuple[str, str]]:
    clips = []
    for pair in tracked(pairs, "clips", unit="pair"):
        files = [
            write_clip(side, scratch / "clip.mp4", pair.start, pair.end, performer).read_bytes()
            for side in pair.sides
        ]
        a, b = (base64.b64encode(file).decode("ascii") for file in files)
        clips.append((a, b))
    return clips


def _key(number: str, ways: tuple[str, str], pairs: Sequence[BlindPair]) -> dict[str, Any]:
    return {
        "kind": KIND,
        "page": number,
        "ways": list(ways),
        "questions": QUESTIONS,
        "pairs": [
            {
                "pair": place + 1, "song": pair.song, "start": round(pair.start, 3),
                "end": round(pair.end, 3), "A": pair.ways[0], "B": pair.ways[1],
            }
            for place, pair in enumerate(pairs)
        ],
    }  # fmt: skip

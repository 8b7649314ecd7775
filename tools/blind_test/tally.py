"""Counting a blind comparison: a key and the answers of several people -> shares with intervals.

Conventions: shares are those of the first way of the key; intervals are Wilson's at 95 %. To each
question a person gives one answer a pair. Overall, the four answers to a pair count together as
one judgement, since they hang together. p: how often two equal ways would differ as much (exact
binomial, two-sided).

Source: Songha Ban, "Generating Music-Driven Choreography with Deep Learning" (2021), section 5.2.2;
Wilson 1927.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from scipy.stats import binomtest, norm

from stickdance.checkpoints.errors import BadInput
from stickdance.checkpoints.files import write_text
from stickdance.checkpoints.json_reader import read_json_object
from stickdance.checkpoints.reading import refusing
from stickdance.tools.blind_test.page import KIND

ANSWERS = "blind comparison answers"
_LARGEST = 4 << 20  # bytes of a file of answers
_CONFIDENCE = 0.95


@dataclass(frozen=True)
class PageKey:
    """Which is which on a page."""

    path: Path
    page: str
    ways: tuple[str, str]
    questions: Mapping[str, str]
    sides: Mapping[int, Mapping[str, str]]
    """"A" and "B" -> way, by pair."""
    songs: Mapping[int, str]


@dataclass(frozen=True)
class Vote:
    """One answer."""

    session: str
    pair: int
    question: str
    side: str
    way: str


def tally(key: Path, answers: Sequence[Path], output: Path | None = None) -> dict[str, Any]:
    """Count answers and return what people preferred, as JSON values with a "table" for people.

    Args:
        key: the .key.json that was written with the page.
        answers: files that people saved from the page; a later one of the same session counts in
            place of the earlier.
        output: a .json to write too.

    Raises:
        BadInput: a file is not what it should be, belongs to another page, or nobody answered.
    """
    known = read_key(key)
    sessions: dict[str, dict[str, Any]] = {}
    for told in sorted((_read(path, known) for path in answers), key=_when):
        sessions[told["session"]] = told
    votes = [vote for told in sessions.values() for vote in _votes(told, known)]
    if not votes:
        raise BadInput(f"{key}: no answers were found in {len(answers)} files")
    result = {
        "ways": list(known.ways),
        "people": len(sessions),
        "questions": {name: _counted(_of(votes, name), known) for name in known.questions},
        "overall": _overall(votes, known),
        "pairs": [_pair(votes, known, pair) for pair in sorted(known.sides)],
        "chose_a": sum(vote.side == "A" for vote in votes) / len(votes),
    }
    if output is not None:
        write_text(output, json.dumps(result, indent=1) + "\n")
    return {**result, "table": _table(result, known)}


def wilson(share: float, count: float, confidence: float = _CONFIDENCE) -> tuple[float, float]:
    """Return Wilson's interval of a share that was observed `count` times."""
    z = float(norm.ppf(0.5 + confidence / 2))
    middle = (share + z**2 / (2 * count)) / (1 + z**2 / count)
    spread = share * (1 - share) / count + z**2 / (4 * count**2)
    reach = z / (1 + z**2 / count) * spread**0.5
    return max(0.0, middle - reach), min(1.0, middle + reach)


def read_key(path: Path) -> PageKey:
    """Read the key of a page.

    Raises:
        BadInput: it is not one.
    """
    told = _json(Path(path), KIND)
    with refusing(Path(path), "the key of a blind comparison"):
        first, second = (str(way) for way in told["ways"])
        sides = {int(one["pair"]): {side: str(one[side]) for side in "AB"} for one in told["pairs"]}
        songs = {int(one["pair"]): str(one["song"]) for one in told["pairs"]}
        questions = {str(name): str(text) for name, text in told["questions"].items()}
        page = str(told["page"])
    if any(set(pair.values()) != {first, second} for pair in sides.values()):
        raise BadInput(f"{path}: is a damaged key: a pair does not show {first} and {second}")
    return PageKey(Path(path), page, (first, second), questions, sides, songs)


def _read(path: Path, key: PageKey) -> dict[str, Any]:
    told = _json(Path(path), ANSWERS)
    if told.get("page") != key.page:
        raise BadInput(f"{path}: belongs to another page than the key {key.path}")
    answers = told.get("answers")
    if not isinstance(told.get("session"), str) or not isinstance(answers, list):
        raise BadInput(f"{path}: is damaged; have the answers saved again")
    for one in answers:
        pair = one.get("pair") if isinstance(one, dict) else None
        if not isinstance(pair, int) or pair not in key.sides:
            raise BadInput(f"{path}: answers a pair that the page does not have")
        for name in key.questions:
            if one.get(name) not in (None, "A", "B"):
                raise BadInput(f"{path}: pair {one['pair']}: {name} is neither A nor B")
    return told


def _json(path: Path, kind: str) -> dict[str, Any]:
    told = read_json_object(path, f"a {kind}", largest=_LARGEST)
    if told.get("kind") != kind:
        raise BadInput(f"{path}: expected a {kind}, found something else")
    return told


def _when(told: Mapping[str, Any]) -> str:
    return str(told.get("saved", ""))


def _votes(told: Mapping[str, Any], key: PageKey) -> Iterable[Vote]:
    for one in told["answers"]:
        for name in key.questions:
            side = one.get(name)
            if side is not None:
                way = key.sides[one["pair"]][side]
                yield Vote(told["session"], one["pair"], name, side, way)


def _of(votes: Iterable[Vote], question: str) -> list[Vote]:
    return [vote for vote in votes if vote.question == question]


def _counted(votes: Sequence[Vote], key: PageKey) -> dict[str, Any]:
    count = len(votes)
    won = sum(vote.way == key.ways[0] for vote in votes)
    if count == 0:
        return {"answers": 0, "first": 0, "share": None, "low": None, "high": None, "p": None}
    low, high = wilson(won / count, count)
    p = float(binomtest(won, count).pvalue)
    return {
        "answers": count, "first": won, "share": won / count, "low": low, "high": high, "p": p
    }  # fmt: skip


def _overall(votes: Sequence[Vote], key: PageKey) -> dict[str, Any]:
    """Count each person's answers to a pair as one judgement, a share of them for the first way."""
    judged: dict[tuple[str, int], list[bool]] = {}
    for vote in votes:
        judged.setdefault((vote.session, vote.pair), []).append(vote.way == key.ways[0])
    shares = [sum(wins) / len(wins) for wins in judged.values()]
    share = sum(shares) / len(shares)
    low, high = wilson(share, len(shares))
    return {"judgements": len(shares), "share": share, "low": low, "high": high}


def _pair(votes: Sequence[Vote], key: PageKey, pair: int) -> dict[str, Any]:
    own = [vote for vote in votes if vote.pair == pair]
    counts = {name: _counted(_of(own, name), key) for name in key.questions}
    return {
        "pair": pair,
        "song": key.songs[pair],
        **{
            name: {"answers": one["answers"], "first": one["first"]} for name, one in counts.items()
        },
    }


def _table(result: Mapping[str, Any], key: PageKey) -> str:
    first, second = key.ways
    wide = max(len(text) for text in key.questions.values())
    lines = [f"{result['people']} people; how often {first} was chosen over {second}:"]
    for name, one in result["questions"].items():
        lines.append(f"  {key.questions[name]:<{wide}}  {_line(one)}")
    overall = result["overall"]
    lines.append(f"  {'All four together':<{wide}}  {_line(overall)}")
    lines.append(f"A was chosen in {result['chose_a']:.0%} of all answers.")
    lines.append("By song: " + "; ".join(_song(one, key) for one in result["pairs"]))
    return "\n".join(lines)


def _line(one: Mapping[str, Any]) -> str:
    if one["share"] is None:
        return "no answers"
    count = one.get("answers", one.get("judgements"))
    p = f", p {one['p']:.3f}" if "p" in one else ""
    return f"{one['share']:4.0%} [{one['low']:.0%}, {one['high']:.0%}] of {count}{p}"


def _song(one: Mapping[str, Any], key: PageKey) -> str:
    counts = [f"{name} {one[name]['first']}/{one[name]['answers']}" for name in key.questions]
    return f"{one['song']} {', '.join(counts)}"

"""What a command answers on standard output: lines for people, JSON for programs.

`--quiet` and `--json` go with every command and mean the same everywhere, so they are taken from
the words before the command's own options are read.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stickdance.checkpoints.errors import UsageError
from stickdance.checkpoints.files import check_writable, whole_file
from stickdance.tools.display import unbroken

FLAGS = {
    "quiet": "Say nothing but errors and where the result lies.",
    "json": "Write the result as one JSON object to the file named next (FILE.json), or to "
    "standard output.",
}
"""What every command takes -> its help."""
JSON_FILE = "expected a file that ends in .json, or - for standard output"
"""What is said of anything else."""
_STANDARD_OUTPUT = "-"
_BARE = {"--ray": "local"}
"""Options that may stand without a value -> the value that they then have."""
_RESULTS = ("video", "output", "written", "take", "takes", "performer", "dance", "page", "pairs")
_LONGEST_LIST = 40


@dataclass(frozen=True)
class Output:
    """What is asked of the answer."""

    quiet: bool = False
    """Say nothing but errors and where the result lies."""
    json: str = ""
    """The file for the result as JSON, or "-" for standard output; "" writes none."""


def output_asked(words: Sequence[str]) -> tuple[list[str], Output]:
    """Return the words of a command without `--quiet` and `--json`, and what these ask for.

    Raises:
        UsageError: `--json=` something that is neither a .json file nor "-", or a file that another
            word of the command names too.
        OutputFailed: no file can be made there, which nobody wants to learn after the work.
    """
    left, quiet, to, before = [], False, "", ""
    for word in _with_values(words):
        if before == "--json" and (word == _STANDARD_OUTPUT or word.endswith(".json")):
            to = word
        elif word == "--quiet":
            quiet = True
        elif word == "--json":
            to = _STANDARD_OUTPUT
        elif word.startswith("--json="):
            to = _checked(word.removeprefix("--json="))
        else:
            left.append(word)
        before = word
    if to not in ("", _STANDARD_OUTPUT) and any(Path(to) == Path(word) for word in left):
        raise UsageError(f"--json {to}: is named twice in this command; name another file")
    if to not in ("", _STANDARD_OUTPUT):
        check_writable(Path(to))
    return left, Output(quiet, to)


def answer(result: Mapping[str, Any], output: Output) -> None:
    """Write a command's result the way that was asked for.

    Raises:
        OutputFailed: the JSON file cannot be written.
    """
    text = json.dumps(result, ensure_ascii=False, default=str) if output.json else ""
    if output.json == _STANDARD_OUTPUT:
        print(text)
        return
    if output.json:
        with whole_file(Path(output.json)) as temporary:
            temporary.write_text(text + "\n", encoding="utf-8")
    where = [result[key] for key in _RESULTS if result.get(key)]
    if output.quiet and where:
        print(where[0] if isinstance(where[0], str) else "\n".join(map(str, where[0])))
    else:
        print(result.get("in_a_line") or result.get("table") or _for_people(result))


def _with_values(words: Sequence[str]) -> Iterator[str]:
    for place, word in enumerate(words):
        yield word
        if word in _BARE and (place + 1 == len(words) or words[place + 1].startswith("-")):
            yield _BARE[word]


def _checked(file: str) -> str:
    if file != _STANDARD_OUTPUT and not file.endswith(".json"):
        raise UsageError(f"--json {file}: {JSON_FILE}")
    return file


def _for_people(result: Mapping[str, Any], indent: str = "") -> str:
    lines = []
    for key, value in result.items():
        if isinstance(value, dict):
            lines.append(f"{indent}{key}:")
            lines.append(_for_people(value, indent + "  "))
        elif isinstance(value, (list, tuple)):
            lines += [f"{indent}{key}: {len(value)}" if value else f"{indent}{key}: none"]
            lines += [f"{indent}  {_in_a_line(part)}" for part in value[:_LONGEST_LIST]]
        elif value is not None:
            lines.append(f"{indent}{key}: {_in_a_line(value)}")
    return "\n".join(line for line in lines if line)


def _in_a_line(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.4g}"
    if isinstance(value, dict):
        return ", ".join(f"{key} {_in_a_line(part)}" for key, part in value.items())
    return unbroken(str(value))

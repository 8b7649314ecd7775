"""What results are told of the command line that makes them; see `checkpoints.made_by`."""

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from stickdance.checkpoints.files import content_digest
from stickdance.checkpoints.made_by import making
from stickdance.checkpoints.reading import check_readable
from stickdance.checkpoints.unchanged import watching
from stickdance.tools.flag_values import single_values

RECORDED = ("capture", "choreograph", "edit-dance", "train", "render", "make")
"""Commands whose results can be made again."""
_SERVE = ("studio", "jobs", "batch", "record", "reproduce")
"""Commands whose inputs others may change while they run: work goes on in processes of its own."""
OUTPUTS = ("-o", "--output")
_WRITTEN = ("output", "out", "workspace")
_MAY_BE_FILES = ("background", "teacher")  # options that are texts, or files
_PRIVATE = ("--consent", "--moves-consent", "--follow-consent")
_SIGNING = ("certificate", "key")
"""Files of whoever signs: neither their hashes nor their places belong into what is given away."""
_TOLD = "stated"  # in place of what somebody agreed to: the result itself holds it


@contextmanager
def recorded(command: str, words: Sequence[str], arguments: Mapping[str, Any]) -> Iterator[None]:
    """Tell results what makes them within the block, and refuse those whose inputs were changed.

    Args:
        command: the subcommand.
        words: after it.
        arguments: what the words stand for.

    Raises:
        BadInput: a file or folder among them may not be read.
    """
    for path in _paths(arguments):
        check_readable(path)
    if command.startswith(_SERVE):
        yield
        return
    paths = {path: number for number, path in enumerate(_inputs(arguments))}
    with watching(paths, content_digest if command in RECORDED else None) as digests:
        if command not in RECORDED:
            yield
            return
        inputs = [
            {"name": path.name, "sha256": digest, "path": str(path.absolute())}
            for path, digest in digests.items()
        ]
        with making(command, list(_told(words, paths)), inputs):
            yield


def _inputs(arguments: Mapping[str, Any]) -> list[Path]:
    """Return the files and folders that a command reads, each once."""
    return [path for path in _paths(arguments) if os.path.exists(path)]


def _paths(arguments: Mapping[str, Any]) -> list[Path]:
    """Return what may be a file or folder to be read, there or not, each once."""
    found: dict[Path, None] = {}
    for name, value in (each for pair in arguments.items() for each in single_values(*pair)):
        is_path = isinstance(value, Path) and name not in (*_WRITTEN, *_SIGNING)
        if is_path or (name in _MAY_BE_FILES and value):
            found[Path(value)] = None
    return list(found)


def _told(words: Sequence[str], paths: Mapping[Path, int]) -> Iterator[Any]:
    before = ""
    for word in without_output(words):
        flag, equals, value = word.partition("=") if word.startswith("--") else ("", "", word)
        if before in _PRIVATE or (flag in _PRIVATE and equals):
            yield f"{flag}{equals}{_TOLD}"
        elif value and Path(value) in paths:
            yield {"before": f"{flag}{equals}", "input": paths[Path(value)]}
        else:
            yield word
        before = word


def without_output(words: Sequence[str]) -> Iterator[str]:
    """Yield words without those that say where the result and the answer go."""
    left = list(words)
    while left:
        word = left.pop(0)
        flag = word.partition("=")[0]
        if word in OUTPUTS:
            left = left[1:]
        elif word == "--json":
            left = left[1:] if left and (left[0] == "-" or left[0].endswith(".json")) else left
        elif flag.lstrip("-") in _SIGNING and flag.startswith("--"):
            left = left if "=" in word else left[1:]
        elif flag not in (*OUTPUTS, "--json", "--quiet") and not _glued(word):
            yield word


def _glued(word: str) -> bool:
    return word.startswith("-o") and not word.startswith("--")

"""A result's command run again, elsewhere, with inputs that were found.

A training that was given minutes is replayed by the steps that it came to. A video tells how its
dance was made, which is made again where it is not at hand any more; where what decided its steps
is not either, the plan that the video carries has them.
"""

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stickdance.capture.media.streams import read_metadata
from stickdance.checkpoints.errors import BadInput, StickdanceError
from stickdance.checkpoints.json_reader import parse_json, read_json_object
from stickdance.checkpoints.manifest import MANIFEST
from stickdance.checkpoints.reading import refusing
from stickdance.synth.rendering.recipe import plan_in
from stickdance.tools.reproduce.comparison import VIDEOS
from stickdance.tools.reproduce.inputs import find_file, find_input, missing, within_batch
from stickdance.tools.reproduce.recording import RECORDED, without_output

_WHAT = "what a result says it was made by"
_TRAINS = ("train", "make")
_STAGES = ("take", "dance", "performer")  # kinds of results that `make` makes on its way


@dataclass(frozen=True)
class Told:
    """What a result says of how it was made."""

    result: Path
    command: str
    words: Sequence[Any]
    inputs: Sequence[Mapping[str, Any]]
    versions: Mapping[str, str]
    machine: str
    steps: int
    """Of its training, 0 where there was none."""
    about: Mapping[str, Any]
    """All of it."""

    @property
    def is_trained_by_minutes(self) -> bool:
        """Return whether a training of minutes is a part of it."""
        return self.command in _TRAINS and self.steps > 0 and "--steps" not in self.words


def told_by(result: Path) -> Told:
    """Read what a result says of itself.

    Raises:
        BadInput: no result, or one that does not tell.
    """
    if not result.exists():
        raise BadInput(f"{result}: no such file or folder; expected a result's folder or video")
    if result.is_dir() and (inner := within_batch(result)) is not None:
        raise BadInput(f"{result}: is a folder of a batch; name a result in it, e.g. {inner}")
    about, steps = _about(result)
    made = about.get("made_by")
    if result.is_dir() and about.get("kind") in _STAGES and _is_of_make(made):
        raise BadInput(f"{result}: is a stage of the main job; reproduce the video of that job")
    if not isinstance(made, dict):
        raise BadInput(
            f"{result}: does not say what made it; what is made by the commands "
            f"{', '.join(RECORDED)} of this version does"
        )
    return _checked(result, made, steps, about)


def _is_of_make(made: Any) -> bool:
    return isinstance(made, dict) and made.get("command") == "make"


def _checked(result: Path, made: Mapping[str, Any], steps: int, about: Mapping[str, Any]) -> Told:
    """Return what a result tells, which is believed in nothing: it may come from elsewhere."""
    with refusing(result, _WHAT):
        if made["command"] not in RECORDED:
            raise ValueError(f"{made['command']!r:.40} is no such command")
        words, inputs = list(made["words"]), [dict(each) for each in made["inputs"]]
        versions = {str(key): str(value) for key, value in made["versions"].items()}
        if any(not 0 <= word["input"] < len(inputs) for word in words if isinstance(word, dict)):
            raise ValueError("it names an input that it does not list")
        texts = [word for word in words if not isinstance(word, dict)]
        if not all(isinstance(word, str) for word in texts):
            raise ValueError("its words are no texts")
        if list(without_output(texts)) != texts or "--actions" in str(texts):
            raise ValueError("it says where to write, or to run Python")
        return Told(
            result, made["command"], words, inputs, versions, str(made["machine"]), steps, about
        )


def run_again(told: Told, folders: Sequence[Path], folder: Path) -> Path:
    """Make a result again in `folder`, and return it.

    Raises:
        BadInput: an input is not found.
        StickdanceError: the command failed.
    """
    found = [find_input(each, folders) for each in told.inputs]
    if None in found and told.command == "render":
        found = _with_dance(told, found, folders, folder)
    lacking = [each for each, place in zip(told.inputs, found, strict=True) if place is None]
    if lacking:
        raise missing(told.result, lacking)
    words = list(_words(told, found))
    to = folder / told.result.name
    if told.is_trained_by_minutes:
        words = [*_without(words, "--minutes", "--afresh"), "--steps", str(told.steps)]
    _run([told.command, *words, "--output", str(to)], folder)
    return to


def _words(told: Told, found: Sequence[Path | None]) -> Iterator[str]:
    """Yield the words of a command with its inputs where they are; none of one that is nowhere."""
    held: list[str] = []
    for word in told.words:
        if not isinstance(word, dict):
            yield from held
            held = [str(word)]
            continue
        place = found[word["input"]]
        if place is not None:
            yield from [*held, f"{word['before']}{place.absolute()}"]
        elif held and not held[0].startswith("--"):
            yield from held
        held = []
    yield from held


def _about(result: Path) -> tuple[Mapping[str, Any], int]:
    """Return what a folder's manifest or a video's comment says, and the steps of a training."""
    if result.is_dir():
        about = read_json_object(result / MANIFEST, "the manifest of a result")
        options = result / "options.json"
        training = read_json_object(options, "options", nan=True) if options.is_file() else {}
        return about, int(dict(training.get("training", {})).get("steps", 0))
    if result.suffix.lower() not in VIDEOS:
        raise BadInput(f"{result}: expected a result's folder or video")
    comment = read_metadata(result, "a video").get("comment", "")
    about = parse_json(comment or "{}", f"{result}: its comment", "a recipe")
    if not isinstance(about, dict):
        raise BadInput(f"{result}: its comment is no recipe")
    steps = about.get("steps", 0)
    return about, steps if isinstance(steps, int) else 0


def _with_dance(
    told: Told, found: Sequence[Path | None], folders: Sequence[Path], folder: Path
) -> list[Path | None]:
    """Return the inputs of a rendering with its dance, made as the video tells."""
    place = next((word["input"] for word in told.words if isinstance(word, dict)), None)
    made = told.about.get("dance_made_by")
    if place is None or found[place] is not None or not isinstance(made, dict):
        return list(found)
    dance = _checked(told.result, made, 0, told.about)
    inputs = [find_input(each, folders) for each in dance.inputs]
    if dance.command != "choreograph" or not dance.inputs:
        return list(found)
    if inputs[0] is None:  # the song: what was decoded of it will do
        inputs[0] = find_file([str(told.about.get("sound"))], folders)
        if inputs[0] is None:
            raise missing(told.result, [dance.inputs[0]])
    words = list(_words(dance, inputs))
    if None in inputs:
        plan = folder / "plan.json"
        plan.write_text(plan_in(json.dumps(told.about)), encoding="utf-8")
        words += ["--plan", str(plan)]
    to = folder / "dance"
    _run(["choreograph", *words, "--output", str(to)], folder)
    return [to if number == place else each for number, each in enumerate(found)]


def _without(words: Sequence[str], option: str, switch: str) -> list[str]:
    left, kept = list(words), []
    while left:
        word = left.pop(0)
        if word == option:
            left = left[1:]
        elif word != switch and not word.startswith(f"{option}="):
            kept.append(word)
    return kept


def _run(words: Sequence[str], folder: Path) -> None:
    command = [sys.executable, "-m", "stickdance.tools.cli", *words, "--quiet"]
    done = subprocess.run(
        command, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    if done.returncode:
        reason = (done.stderr.strip().splitlines() or ["without a word"])[-1]
        raise StickdanceError(
            f"{words[0]} failed when it was run again (status {done.returncode}): "
            f"{reason.removeprefix('stickdance: ')}"
        )

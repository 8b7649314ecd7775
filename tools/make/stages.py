"""Finished stages are known by fingerprints of their inputs and options, and reused.

Each stage leaves a record `NAME.stage.json` in the working folder: its inputs as JSON, and the
SHA-256 of the file that identifies its result. A stage whose inputs are the same and whose result
is unchanged is not run again. People read of each one when it begins, and how long the whole job
still takes.
"""

import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from stickdance.checkpoints.errors import BadInput
from stickdance.checkpoints.files import sha256, whole_file
from stickdance.checkpoints.json_reader import read_json_object
from stickdance.checkpoints.manifest import MANIFEST
from stickdance.checkpoints.progress import note
from stickdance.checkpoints.reading import refusing
from stickdance.tools.duration import in_words
from stickdance.tools.make.time_left import TimeLeft

RECORD = ".stage.json"
"""How the record of a finished stage ends."""


@dataclass(frozen=True)
class StageRecord:
    """What became of one stage in this run."""

    name: str
    seconds: float
    """Wall-clock time of this run's work on it; near 0 when reused."""
    reused: bool


class Stages:
    """Runs the stages of one job and remembers, on disk, which are finished.

    Args:
        folder: where the records are kept.
        names: of all stages, in the order in which they run.
        left: knows how long the job still takes.
    """

    def __init__(self, folder: Path, names: Sequence[str], left: TimeLeft) -> None:
        self.folder = folder
        self.records: list[StageRecord] = []
        self._names, self._left = names, left

    def run(
        self, name: str, inputs: Mapping[str, Any], result: Path, make: Callable[[], object]
    ) -> None:
        """Run `make`, which writes `result`, unless that result is there already.

        Args:
            name: the stage, as people read it.
            inputs: JSON values that decide the result: hashes of files, options.
            result: the file or result folder that `make` writes.
            make: does the work; an error of its passes through and leaves no record.
        """
        inputs = _as_json(inputs)
        changed = self._why_again(name, inputs, result)
        if changed is None:
            self._left.skip(name)
            self._say(name, "reused, nothing it needs has changed")
            self.records.append(StageRecord(name, 0.0, True))
            return
        self.always(name, make, changed)
        self._remember(name, inputs, result)

    def always(self, name: str, make: Callable[[], object], why: str = "") -> None:
        """Run `make` whatever was made before; `why` is told, where it was made before."""
        self._left.begin(name)
        self._say(name, why, f"about {in_words(self._left.seconds())} left")
        started = time.perf_counter()
        make()
        self._left.finish()
        self.records.append(StageRecord(name, time.perf_counter() - started, False))

    def _say(self, name: str, *told: str) -> None:
        place = f"stage {self._names.index(name) + 1} of {len(self._names)}: {name}"
        note(", ".join([place, *filter(None, told)]))

    def forget(self, name: str) -> None:
        """Make a stage run again whatever it made before."""
        self._record_path(name).unlink(missing_ok=True)

    def seconds(self) -> dict[str, float]:
        """Return the seconds spent on each stage in this run."""
        return {record.name: round(record.seconds, 2) for record in self.records}

    def reused(self) -> list[str]:
        """Return the names of the stages whose earlier result was taken."""
        return [record.name for record in self.records if record.reused]

    def _record_path(self, name: str) -> Path:
        return self.folder / f"{name}{RECORD}"

    def _why_again(self, name: str, inputs: dict[str, Any], result: Path) -> str | None:
        """Return why a stage runs again, "" where it never ran and None where it need not."""
        path, what = self._record_path(name), "the record of a stage"
        if not path.exists():
            return ""
        try:
            record = read_json_object(path, what)
            with refusing(path, what):
                before, digest = dict(record["inputs"]), str(record["digest"])
        except BadInput:
            return "again, because its record is damaged"
        if changed := _changes(before, inputs):
            return f"again, because of {', '.join(changed)}"
        if not identity(result).is_file() or sha256(identity(result)) != digest:
            return f"again, because {result.name} is gone or was changed"
        return None

    def _remember(self, name: str, inputs: dict[str, Any], result: Path) -> None:
        record = {"inputs": inputs, "result": result.name, "digest": sha256(identity(result))}
        with whole_file(self._record_path(name)) as temporary:
            temporary.write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")


def _changes(before: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    """Return what differs, an option by its own name."""
    changed = []
    for key in sorted(now.keys() | before.keys()):
        one, other = before.get(key), now.get(key)
        if isinstance(one, dict) and isinstance(other, dict):
            changed += [name.replace("_", " ") for name in _changes(one, other)]
        elif one != other:
            changed.append(key.replace("_", " "))
    return changed


def identity(result: Path) -> Path:
    """Return the file whose content tells one result from another.

    It is the weights of a performer (its card gains scores later), the manifest of another result
    folder, and the file itself for a file.
    """
    weights = result / "weights.safetensors"
    if weights.is_file():
        return weights
    return result / MANIFEST if result.is_dir() else result


def fingerprint(result: Path) -> str:
    """Return the SHA-256 that tells this result, as an input of a later stage."""
    return sha256(identity(result))


def options_as_json(options: object) -> dict[str, Any]:
    """Return the fields of an options dataclass as JSON values, files by their content."""
    return {key: _plain(value) for key, value in asdict(options).items()}  # type: ignore[call-overload]


def _plain(value: Any) -> Any:
    if isinstance(value, Path):
        known = identity(value)
        return sha256(known) if known.is_file() else str(value)
    if isinstance(value, (list, tuple)):
        return [_plain(part) for part in value]
    return value


def _as_json(inputs: Mapping[str, Any]) -> dict[str, Any]:
    # Through JSON and back, so that what is compared is what was stored.
    return dict(json.loads(json.dumps(inputs, sort_keys=True, default=str)))

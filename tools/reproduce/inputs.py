"""The inputs of a result, found where they were when it was made, or in folders by their hash."""

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from stickdance.checkpoints.errors import BadInput
from stickdance.checkpoints.files import content_digest, sha256
from stickdance.checkpoints.json_reader import read_json_object
from stickdance.checkpoints.manifest import MANIFEST
from stickdance.checkpoints.row_files import read_rows
from stickdance.tools.batch.batch import COLUMNS, INPUTS, RESULTS
from stickdance.tools.batch.doing import NAMES
from stickdance.tools.batch.stores import KIND as JOB


def find_input(about: Mapping[str, Any], folders: Sequence[Path]) -> Path | None:
    """Return an input as it was, None where it is in none of the places.

    Args:
        about: its name, sha256 and, where that was told, path.
        folders: to look in, with all that lies in them; names do not matter.
    """
    name, digest = str(about["name"]), str(about["sha256"])
    places = [Path(str(about["path"]))] if "path" in about else []
    for place in (*places, *_alike(name, folders), *_others(name, folders)):
        with suppress(OSError, BadInput):
            if place.exists() and content_digest(place) == digest:
                return place
    return None


def places_of_batch(result: Path) -> list[Path]:
    """Return where the batch that made a result had its inputs; none where no batch made it.

    Raises:
        BadInput: the table of the batch is damaged.
    """
    job = result.absolute().parent
    table = job.parent / INPUTS
    if not table.is_file():
        return []
    cells = (row.cells for row in read_rows(table, _check_columns))
    return [Path(each["input"]) for each in cells if each["result"] == job.name]


def within_batch(folder: Path) -> Path | None:
    """Return a result in the output of a batch or in one of its jobs' folders; None elsewhere."""
    is_output = (folder / RESULTS).is_file() and (folder / INPUTS).is_file()
    jobs = sorted(folder.glob(f"*/{MANIFEST}")) if is_output else [folder / MANIFEST]
    made = (job.with_name(name) for job in jobs for name in sorted({*NAMES.values()}))
    return next((each for each in made if (is_output or _is_job(folder)) and each.exists()), None)


def _is_job(folder: Path) -> bool:
    with suppress(BadInput):
        return read_json_object(folder / MANIFEST, "a manifest").get("kind") == JOB
    return False


def _check_columns(columns: Sequence[str]) -> None:
    if tuple(columns) != COLUMNS[INPUTS]:
        raise BadInput(f"{INPUTS}: expected the columns {', '.join(COLUMNS[INPUTS])}")


def find_file(digests: Sequence[str], folders: Sequence[Path]) -> Path | None:
    """Return a file of one of these SHA-256, None where there is none."""
    for place in _files(folders):
        with suppress(OSError, BadInput):
            if sha256(place) in digests:
                return place
    return None


def missing(result: Path, lacking: Sequence[Mapping[str, Any]]) -> BadInput:
    """Return the error that names inputs which were not found."""
    told = "; ".join(
        f"{each['name']} (SHA-256 {str(each['sha256'])[:12]}...)"
        + (f", once {each['path']}" if "path" in each else "")
        for each in lacking
    )
    return BadInput(
        f"{result}: was made from what is not found: {told}; name a folder that holds it with "
        "--inputs"
    )


def _alike(name: str, folders: Sequence[Path]) -> Iterator[Path]:
    """Yield what has the name that the input had."""
    for folder in folders:
        if folder.name == name:
            yield folder
        yield from sorted(folder.rglob(name.replace("[", "[[]")))


def _others(name: str, folders: Sequence[Path]) -> Iterator[Path]:
    """Yield result folders and files of any other name, of the same kind first."""
    suffix = Path(name).suffix
    for folder in folders:
        yield from (each.parent for each in sorted(folder.rglob("manifest.json")))
    files = list(_files(folders))
    yield from (each for each in files if each.suffix == suffix)
    yield from (each for each in files if each.suffix != suffix)


def _files(folders: Sequence[Path]) -> Iterator[Path]:
    for folder in folders:
        for place, _, names in os.walk(folder):
            yield from (Path(place) / name for name in sorted(names))

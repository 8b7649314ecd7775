"""Many comparisons at once: from a manifest, or from two folders of videos.

A manifest (`stickdance.checkpoints.row_files`) has the columns `reference`, `rendered` and, if
wanted, `name`. Paths are relative to the manifest's folder and stay inside it: absolute ones, such
as climb out, and links are refused before anything is scored, since a manifest may come from
elsewhere.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath, PureWindowsPath

from stickdance.checkpoints.errors import BadInput
from stickdance.checkpoints.reading import check_name
from stickdance.checkpoints.row_files import read_rows
from stickdance.synth.quality.sides import VIDEOS, counted, pictures_in

_COLUMNS = {"reference", "rendered", "name"}


@dataclass(frozen=True)
class PairJob:
    """One comparison of many."""

    name: str
    """A label, different for each; never used as a path."""
    reference: Path
    rendered: Path


@dataclass(frozen=True)
class PairList:
    """What there is to compare."""

    root: Path
    """The folder that paths are relative to in messages."""
    jobs: tuple[PairJob, ...]
    missing: tuple[str, ...] = ()
    """Names that only the reference's folder has."""
    extra: tuple[str, ...] = ()
    """Names that only the rendered folder has."""
    one_reference: bool = False
    """Whether all are renderings of one reference, to be ranked."""


def read_pair_list(manifest: Path) -> PairList:
    """Read a manifest, CSV or JSONL.

    Raises:
        BadInput: no such file or no such table; the message names the row.
    """
    manifest = Path(manifest)
    jobs = tuple(_rows(manifest))
    if not jobs:
        raise BadInput(f"{manifest}: lists no pairs, expected a row for each")
    return PairList(manifest.parent.absolute(), jobs)


def candidates(reference: Path, rendered: Sequence[Path]) -> PairList | None:
    """Return many renderings of one reference: several paths, or a folder of videos.

    Returns:
        None where this is one comparison, or one of two folders.

    Raises:
        BadInput: as for `find_pair_list`, or two renderings have one path.
    """
    if len(rendered) == 1:
        folder = rendered[0]
        members = _members(folder) if folder.is_dir() else None
        several = reference.is_dir() and _members(reference) is not None
        if not members or several:
            return None
        named = {name: members[name] for name in sorted(members, key=counted)}
    else:
        named = _named(rendered)
    jobs = tuple(PairJob(name, reference, path) for name, path in named.items())
    return PairList(Path.cwd(), jobs, one_reference=True)


def _named(paths: Sequence[Path]) -> dict[str, Path]:
    """Return paths by their stems, or by as many of their last parts as tell them apart."""
    if len({path.resolve() for path in paths}) < len(paths):
        raise BadInput("evaluate: a rendering is named twice, expected each once")
    for parts in range(1, max(len(path.parts) for path in paths) + 1):
        names = ["/".join((*path.parts[-parts:-1], path.stem)) for path in paths]
        if len(set(names)) == len(names):
            return dict(zip(names, paths, strict=True))
    return {str(path): path for path in paths}


def find_pair_list(reference: Path, rendered: Path) -> PairList | None:
    """Return the pairs in two folders of videos, NPZ files or folders of pictures, by their names.

    Returns:
        None where this is one comparison: a side is no folder, or holds pictures itself.

    Raises:
        BadInput: a folder holds pictures beside videos, two things of one name, or nothing.
    """
    if not (reference.is_dir() and rendered.is_dir()):
        return None
    first, second = _members(reference), _members(rendered)
    if first is None or second is None:
        return None
    names = sorted(first.keys() & second.keys(), key=counted)
    if not names:
        raise BadInput(f"{rendered}: shares no name with {reference}; name pairs with --manifest")
    return PairList(
        Path.cwd(),
        tuple(PairJob(name, first[name], second[name]) for name in names),
        tuple(sorted(first.keys() - second.keys(), key=counted)),
        tuple(sorted(second.keys() - first.keys(), key=counted)),
    )


def _rows(manifest: Path) -> Iterator[PairJob]:
    def check(columns: Sequence[str]) -> None:
        if not {"reference", "rendered"} <= set(columns) <= _COLUMNS:
            found = " ".join(", ".join(columns or ["none"]).split())
            raise BadInput(
                f"{manifest}: has the columns {found:.120}, "
                "expected reference, rendered and, if wanted, name"
            )

    seen: set[str] = set()
    for row in read_rows(manifest, check):
        cells = {column: str(cell) for column, cell in row.cells.items()}
        reference, rendered = (
            _inside(manifest, row.where, cells[column]) for column in ("reference", "rendered")
        )
        name = cells.get("name") or cells["rendered"]
        if name in seen or not name.isprintable():
            raise BadInput(
                f"{row.where}: the name {name!r:.80} was used before or is not printable"
            )
        seen.add(name)
        yield PairJob(name, reference, rendered)


def _inside(manifest: Path, where: str, text: str) -> Path:
    """Return the path that a manifest names, refusing whatever may lead out of its folder."""
    parts = (*PurePosixPath(text).parts, *PureWindowsPath(text).parts)
    absolute = PurePosixPath(text).is_absolute() or bool(PureWindowsPath(text).anchor)
    if not text.strip() or "\0" in text or absolute or ".." in parts:
        raise BadInput(f"{where}: {text!r:.120} leads out, expected a path inside the folder")
    root = manifest.parent.absolute()
    path = root / text
    for step in (path, *path.parents):
        if step == root:
            break
        if step.is_symlink():
            raise BadInput(f"{where}: {text!r:.120} goes through a link, expected a file itself")
    return path


def _members(folder: Path) -> dict[str, Path] | None:
    """Return what a folder holds to compare, by name; None where it is a folder of pictures."""
    videos = [
        path
        for path in sorted(folder.iterdir())
        if not path.name.startswith(".")
        and (path.suffix.lower() in VIDEOS | {".npz"} or path.is_dir())
    ]
    for path in videos:
        check_name(path.name)
    pictures = pictures_in(folder)
    if pictures and any(not path.is_dir() for path in videos):
        raise BadInput(
            f"{folder}: holds pictures ({pictures[0].name}) beside videos ({videos[0].name}), "
            "expected one kind; name pairs with --manifest"
        )
    if pictures or not videos:
        return None
    found: dict[str, Path] = {}
    for path in videos:
        name = path.name if path.is_dir() else path.stem
        if name in found:
            raise BadInput(f"{folder}: {found[name].name} and {path.name} share a name")
        found[name] = path
    return found

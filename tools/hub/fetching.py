"""A performer got from a hub: whole, and after every check of a foreign performer, or not at all.

Names and sizes are judged before anything large is fetched; only files that the manifest lists are
fetched; hashes, numbers and shapes are judged before the folder gets its name.
"""

import re
import shutil
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from stickdance.checkpoints.errors import BadInput
from stickdance.checkpoints.files import whole_folder
from stickdance.checkpoints.folder import check_model_place
from stickdance.checkpoints.manifest import MANIFEST, manifest_of
from stickdance.checkpoints.progress import note
from stickdance.synth.performer.origin import origin_of
from stickdance.synth.performer.performer import KIND, Performer
from stickdance.tools.hub.client import Hub, Repository

LARGEST = 4_000_000_000
"""Bytes of a performer: the large generator takes 0.4 GB, an hour of filmed frames about 1 GB."""

_LARGEST_MANIFEST = 1_000_000
_MOST_FILES = 1000
# Of such letters no path leaves its folder, no name hides, and no pattern stands for others.
_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,120}")


def pull_performer(address: str, folder: Path) -> dict[str, Any]:
    """Fetch a performer into a folder and return what it is.

    Args:
        address: USER/NAME.
        folder: the folder to be; an older performer there is replaced.

    Raises:
        UsageError: no address of a repository.
        BadInput: no such repository, no performer, too large, or a file that is not what its
            manifest says.
        OutputFailed: no space, no permission, or something else lies there.
        StickdanceError: the hub cannot be reached, or refuses.
    """
    check_model_place(folder, KIND)
    hub = Hub()
    there = hub.look(address)
    with whole_folder(folder) as temporary:
        try:
            _fetch(hub, there, temporary)
            consent = origin_of(Performer.load(temporary, "cpu")).consent
        except BadInput as error:  # tells of a folder that nobody will find
            raise BadInput(str(error).replace(str(temporary), address)) from None
    line = f"{folder}: {address} at {there.revision:.12}; consent: {consent}"
    return {
        "performer": folder,
        "address": address,
        "revision": there.revision,
        "consent": consent,
        "in_a_line": line,
    }


def _fetch(hub: Hub, there: Repository, folder: Path) -> None:
    if there.files.get(MANIFEST, _LARGEST_MANIFEST + 1) > _LARGEST_MANIFEST:
        found = "a larger one" if MANIFEST in there.files else "none"
        raise BadInput(
            f"{there.address}: expected a performer's {MANIFEST} of up to 1 MB, found {found}"
        )
    hub.fetch(there, [MANIFEST], folder)
    names = checked_names(manifest_of(folder, KIND), there)
    note(f"{len(names)} files, {sum(there.files[name] for name in names) / 1e6:.1f} MB")
    hub.fetch(there, names, folder)
    shutil.rmtree(folder / ".cache", ignore_errors=True)


def checked_names(manifest: Mapping[str, Any], there: Repository) -> list[str]:
    """Return the names of the files that a manifest lists, after a look at all of them.

    Raises:
        BadInput: a name that could lead elsewhere, a file that is not there or of another size,
            too many files, or too large ones.
    """
    files = manifest.get("files")
    if not isinstance(files, Mapping) or not 0 < len(files) <= _MOST_FILES:
        raise BadInput(f"{there.address}: {MANIFEST} lists no files, or more than {_MOST_FILES}")
    for name, facts in files.items():
        if not all(_NAME.fullmatch(part) for part in _parts(name)):
            raise BadInput(
                f"{there.address}: {MANIFEST} names {name!r:.60}; expected names of Latin letters, "
                "digits, '.', '_' and '-' inside the folder"
            )
        size = facts.get("bytes") if isinstance(facts, Mapping) else None
        if name not in there.files or there.files[name] != size:
            found = f"{there.files[name]} bytes" if name in there.files else "nothing"
            raise BadInput(
                f"{there.address}: {MANIFEST} lists {name} with {size!s:.20} bytes, the hub has "
                f"{found}"
            )
    total = sum(there.files[name] for name in files)
    if total > LARGEST:
        raise BadInput(
            f"{there.address}: takes {total / 1e9:.1f} GB, expected up to {LARGEST / 1e9:.0f} GB"
        )
    return list(files)


def _parts(name: str) -> tuple[str, ...]:
    """Return the parts of a path; one that is not in its plain form is its own only part."""
    path = PurePosixPath(name)
    return path.parts if path.as_posix() == name else (name + "?",)

"""Where inputs and results are: paths of this computer, or addresses of object stores."""

import os
import posixpath
from pathlib import Path

from stickdance.checkpoints.errors import BadInput
from stickdance.checkpoints.reading import stays_inside


def is_url(text: str) -> bool:
    """Return whether a name is an address in an object store."""
    return "://" in text


def name_of(location: str) -> str:
    """Return the last part of a path or address."""
    return posixpath.basename(location.rstrip("/")) if is_url(location) else Path(location).name


def below(root: str, name: str, where: str) -> str:
    """Return the path or address that a manifest means.

    Args:
        root: what names are relative to: the folder of the manifest, absolute, or its address.
        name: an address, a name below the root or, where the root is local, an absolute path.
        where: what messages begin with.

    Raises:
        BadInput: the name leads out of the root.
    """
    if is_url(name) or (os.path.isabs(name) and not is_url(root)):
        return name
    if not stays_inside(name):
        raise BadInput(
            f"{where}: {name!r:.120} leads out of {root}, expected a name below it, or an address"
        )
    return f"{root}/{name}" if is_url(root) else str(Path(root) / name)

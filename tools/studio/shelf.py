"""Things of one kind on disk, each a folder with `item.json`: songs, dances, videos.

What people call a thing is a label in that file. Its folder has a name of ours, so that no name
from outside ever becomes a path.
"""

import re
import secrets
import shutil
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from stickdance.checkpoints.errors import BadInput
from stickdance.checkpoints.files import write_json
from stickdance.checkpoints.json_reader import read_json_object
from stickdance.checkpoints.locks import only_one

Item = dict[str, Any]
ITEM = "item.json"
LONGEST_LABEL = 80
_NAME = re.compile(r"[0-9a-z]{4,16}")
_CHANGES, _PATIENCE = ".changes", 10.0


class Shelf:
    """All things of one kind."""

    def __init__(self, folder: Path, kind: str) -> None:
        """Know where they lie, and what one of them is called in messages: "song"."""
        self.folder, self.kind = folder, kind
        self._read: dict[Path, tuple[int, Item]] = {}

    def path(self, name: str) -> Path:
        """Return the folder of a thing.

        Raises:
            BadInput: there is none of that name.
        """
        folder = self.folder / name
        if not _NAME.fullmatch(name) or not (folder / ITEM).is_file():
            raise BadInput(f"there is no {self.kind} {name!r:.24}; it may have been removed")
        return folder

    def find(self, name: str) -> Item:
        """Return a thing's values, its "id" among them.

        Raises:
            BadInput: there is none of that name, or its file is damaged.
        """
        file = self.path(name) / ITEM
        changed = file.stat().st_mtime_ns
        if self._read.get(file, (0, {}))[0] != changed:
            self._read[file] = (changed, read_json_object(file, f"a {self.kind}"))
        return {**self._read[file][1], "id": name}

    def all(self) -> list[Item]:
        """Return all things, the newest first."""
        found = []
        for file in self.folder.glob(f"*/{ITEM}"):
            with suppress(BadInput, OSError):  # removed meanwhile, or damaged by other hands
                found.append(self.find(file.parent.name))
        return sorted(found, key=lambda item: -float(item.get("added", 0)))

    def add(self, values: Item, name: str = "") -> Item:
        """Put a thing on the shelf and return it; `name` is one of ours, by default a new one."""
        name = name or secrets.token_hex(6)
        (self.folder / name).mkdir(parents=True, exist_ok=True)
        write_json(self.folder / name / ITEM, {"added": time.time(), **values})
        return self.find(name)

    def change(self, name: str, to: Callable[[Item], Item]) -> Item:
        """Write what `to` makes of a thing's values as they are now, and return it."""
        with only_one(self.folder / _CHANGES, self.folder, _PATIENCE):
            values = to(self.find(name))
            write_json(self.path(name) / ITEM, {k: v for k, v in values.items() if k != "id"})
            return self.find(name)

    def remove(self, name: str) -> None:
        """Remove a thing and all its files."""
        shutil.rmtree(self.path(name))


def label(text: object, usual: str) -> str:
    """Return what people call a thing: one line of at most 80 letters, without control characters.

    Args:
        text: as it came from outside.
        usual: where nothing is left of it.
    """
    line = " ".join(str(text).split())
    return "".join(each for each in line if each.isprintable())[:LONGEST_LABEL].strip() or usual

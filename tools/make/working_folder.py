"""The folder of a job's stages, beside the video to be."""

import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from stickdance.checkpoints.locks import only_one
from stickdance.tools.make.stages import RECORD


@contextmanager
def working_folder(to: Path) -> Iterator[Path]:
    """Give the folder of the stages, to one process; with nothing finished in it, it goes again."""
    folder = to.with_name(f"{to.stem}.stages")
    made = [each for each in (folder, *folder.parents) if not each.exists()]
    with ExitStack() as held:
        # What cannot be written is found out now, not after ten minutes of training.
        held.enter_context(only_one(folder, to))
        try:
            yield folder
        finally:
            if not is_begun(folder):
                shutil.rmtree(folder, ignore_errors=True)
                for each in made[1:]:
                    with suppress(OSError):
                        each.rmdir()


def is_begun(folder: Path) -> bool:
    """Return whether a job has finished a stage, or saved some of its training or capture."""
    kept = (f"*{RECORD}", "*.training", ".*.pieces")
    return any(True for pattern in kept for _ in folder.glob(pattern))

"""What `stickdance batch` is told."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from tyro.conf import arg

Command = Literal["capture", "choreograph", "train", "render", "make", "evaluate"]


@dataclass(frozen=True)
class BatchOptions:
    """How many jobs are done."""

    command: Command | None = None
    """The command of rows without a column of that name."""
    ray: str | None = None
    """Run on Ray: local (also where nothing follows) for this machine's processors, auto or the
    address of a cluster; every machine needs stickdance, and sees local paths alike."""
    max_in_flight: int | None = None
    """Jobs at work at once; by default as many as the processors allow: a training takes those of
    a machine, a capture two, any other job one."""
    gpus: float = 1.0
    """With --ray: GPUs, or the share of one, that a training, a rendering or a whole job takes
    where the cluster has some."""
    retries: int = 2
    """How often a job is tried again whose process was killed, that failed (1) or found no space
    (5); bad input (3) is not tried again."""
    rows: Annotated[tuple[int, ...], arg(name="row")] = ()
    """Do this row alone, as failed.csv numbers them; the tables of the whole batch stay."""
    cache: Path | None = None
    """Folder for inputs from object stores; by default one in the user's cache."""
    cache_gb: float = 20.0
    """Gigabytes of them to keep; those unused for longest go first."""
    dry_run: bool = False
    """Only check the manifest, and tell how many jobs would run."""

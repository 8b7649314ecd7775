"""Subcommands for results: many made at once, and one made again."""

from pathlib import Path
from typing import Annotated, Any

from tyro.conf import Positional, arg

from stickdance.tools.batch.options import BatchOptions


def batch(
    manifest: Positional[str],
    output: Annotated[str, arg(aliases=("-o",))],
    jobs: BatchOptions = BatchOptions(),
) -> dict[str, Any]:
    """Do the jobs of a manifest, a row each, whose results are not there yet.

    Columns are the options of the row's command, by their names; further ones are command and name.
    Rows do not wait for one another. Results are named by their content.

    Example:
        stickdance batch songs.csv --command choreograph -o out/dances

    Args:
        manifest: CSV with a header, or JSONL: a path, or an address (s3://, gs://, file://). Its
            paths are relative to it.
        output: folder of the results, a path or an address.
        jobs: how they are done.
    """
    from stickdance.tools.batch.batch import run_batch

    return run_batch(manifest, output, jobs)


def reproduce(result: Positional[Path], inputs: tuple[Path, ...] = ()) -> dict[str, Any]:
    """Make a result again from what it says of itself, and compare decoded frames, sound, values.

    Exit status 6 where it differs, with the first frame that does, and by how much. On another kind
    of processor, with other versions, or after a training of minutes, limits are held instead.

    Example:
        stickdance reproduce out/anna.mp4 --inputs takes --inputs songs

    Args:
        result: folder of a take, a dance or a performer, or a video that was rendered.
        inputs: folder to look for inputs in, by their hash, that are not where they were.
    """
    from stickdance.tools.reproduce.reproduce import reproduce

    return reproduce(result, inputs)

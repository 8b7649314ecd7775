"""The subcommand for many jobs at once."""

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

"""A dance edited, or its steps listed."""

from pathlib import Path
from typing import Any

from stickdance.checkpoints.errors import UsageError
from stickdance.choreography.dance.folder import Dance
from stickdance.choreography.editing.edit_dance import check_editable, edit_dance
from stickdance.choreography.editing.options import EditOptions
from stickdance.tools.dance_lines import dance_lines, steps_table
from stickdance.tools.fitting import about_dance


def edited_or_listed(folder: Path, to: Path | None, options: EditOptions) -> dict[str, Any]:
    """Edit a dance, or list its steps where no change is asked for.

    Raises:
        UsageError: a change without --output, or the reverse, or options that do not fit together.
        BadInput: see `edit_dance`.
    """
    if options.changes_nothing and to is not None:
        raise UsageError("--output: nothing is to be changed; name --reroll, --mirror or another")
    if to is None and not options.changes_nothing:
        raise UsageError("--output: missing; name the folder of the edited dance")
    dance = Dance.load(folder)
    if to is None:
        check_editable(dance)
        return {"steps": len(dance.choreography.steps), "table": steps_table(dance.choreography)}
    if to.exists() and to.resolve() == folder.resolve():
        raise UsageError(f"--output {to}: is the dance that is edited; name another folder")
    edited = edit_dance(dance, to, options)
    about = about_dance(edited.dance)
    shown = {"dance", "preview", "seconds", "frames", "warnings"}
    return {
        **{name: value for name, value in about.items() if name in shown},
        "changes": list(edited.told),
        "changed_seconds": [[round(one, 2) for one in span] for span in edited.seconds],
        "table": "\n".join(
            [
                *edited.told,
                *(
                    f"poses changed from {a:.2f} s to {b:.2f} s, joins included"
                    for a, b in edited.seconds
                ),
                dance_lines(edited.dance),
            ]
        ),
    }

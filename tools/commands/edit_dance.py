"""A dance edited, or its steps listed."""

from pathlib import Path
from typing import Any

from stickdance.checkpoints.errors import UsageError
from stickdance.choreography.dance.folder import Dance
from stickdance.choreography.editing.edit_dance import check_editable, edit_dance
from stickdance.choreography.editing.options import EditOptions
from stickdance.choreography.editing.selection import sections_of
from stickdance.choreography.plan.choreography import Choreography
from stickdance.tools.fitting import about_dance
from stickdance.tools.text_table import aligned


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
    }


def steps_table(plan: Choreography) -> str:
    """Return the steps of a plan as lines for people, numbered as `edit-dance` names them."""
    head = ("step", "second", "beats", "section", "action", "")
    rows = [head]
    for number, (step, section) in enumerate(zip(plan.steps, sections_of(plan), strict=True), 1):
        beat = min(int(step.start_beat), len(plan.beats) - 1)
        part = plan.sections[section] if plan.sections else None
        where = "" if part is None else f"{part.label}{' (chorus)' if part.chorus else ''}"
        how = " ".join(word for word in ("mirrored", "locked") if getattr(step, word))
        span = f"{step.start_beat:g}-{step.end_beat - 1:g}"
        rows.append((str(number), f"{plan.beats[beat]:.1f}", span, where, step.action, how))
    return aligned(rows)

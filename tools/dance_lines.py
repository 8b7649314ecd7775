"""A dance told in lines for a terminal: what was heard, its steps, and what can be done next."""

from stickdance.choreography.dance.folder import Dance
from stickdance.choreography.editing.selection import sections_of
from stickdance.choreography.plan.choreography import Choreography
from stickdance.tools.text_table import aligned


def dance_lines(dance: Dance) -> str:
    """Return what is to be known of a dance: where it lies, steps, warnings, what comes next."""
    plan, seconds = dance.choreography, dance.poses.seconds
    lines = [f"dance    {dance.path}"]
    if dance.preview.is_file():
        lines.append(f"preview  {dance.preview}")
    lines.append(f"heard    {_heard(plan)}")
    if plan.steps:
        lines += ["", steps_table(plan), ""]
    if plan.beats and seconds < plan.beats[-1] - 1:
        lines.append(f"note     the poses end at {seconds:.1f} s; the plan is of the whole song")
    lines += [f"warning  {one}" for one in (*dance.consent_not_stated, *dance.warnings)]
    if plan.steps:
        lines.append(f"next     stickdance edit-dance {dance.path} --reroll STEP -o ANOTHER")
    lines.append(f"next     stickdance render {dance.path} --performer PERFORMER -o VIDEO.mp4")
    return "\n".join(lines)


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


def _heard(plan: Choreography) -> str:
    form = " ".join(section.label for section in plan.sections)
    parts = f"sections {form}" if form else "no sections"
    if not plan.beats:
        return f"no beat, {parts}"
    return f"{plan.tempo:.0f} BPM, {plan.metre} beats a bar, {parts}"

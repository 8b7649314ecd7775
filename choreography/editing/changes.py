"""Which steps an edit changes, and the changes that need no choice: lock, mirror, swap, remove."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from stickdance.checkpoints.errors import BadInput, UsageError
from stickdance.choreography.actions.catalog import Repertoire
from stickdance.choreography.editing.options import EditOptions
from stickdance.choreography.editing.selection import described, sections_of, steps_named
from stickdance.choreography.plan.choreography import Choreography
from stickdance.choreography.plan.steps import Step
from stickdance.choreography.rules.action_choice import pace_of
from stickdance.choreography.rules.hints import sections_hinted

_TAKEN_ALONG = ("action", "mirrored", "pace", "first_count", "facing", "hit")


@dataclass(frozen=True)
class Edit:
    """What is to become of a plan's steps, by their places from 0."""

    changed: Mapping[int, Step | None]
    """Steps with what takes their place; None for those that go."""
    rerolled: frozenset[int]
    """Steps that are chosen anew."""
    told: tuple[str, ...]
    """What was changed so far, and what stays because it is locked."""


def edit_of(plan: Choreography, options: EditOptions, repertoire: Repertoire) -> Edit:
    """Return what options ask of a plan.

    Args:
        plan: with its locks as asked for (`with_locks`).
        options: as given.
        repertoire: the actions that a step may be given.

    Raises:
        UsageError: one step is to be changed in two ways, all of them are to be locked too, or
            words name no steps.
        BadInput: a step, section or action that there is not, or every step named is locked.
    """
    swaps = dict(kept for word in options.swap for kept in _swapped(plan, word, repertoire).items())
    asked = {
        "--swap": frozenset(swaps),
        "--mirror": steps_named(plan, options.mirror, "--mirror"),
        "--remove": steps_named(plan, options.remove, "--remove"),
        "--reroll": steps_named(plan, options.reroll, "--reroll") | _hinted(plan, options.hint),
    }
    _check_once(plan, asked)
    named = frozenset().union(*asked.values())
    locked = {place for place in named if plan.steps[place].locked}
    if named and locked == named:
        now = locked & steps_named(plan, options.lock, "--lock")
        if now:
            raise UsageError(f"--lock: keeps every step to be changed, {described(plan, min(now))}")
        raise BadInput(
            f"every step named is locked, {described(plan, min(locked))} first; --unlock"
        )
    told = [f"locked, as it was: {described(plan, place)}" for place in sorted(locked)]
    if len(locked) > 1:
        told = [f"locked, as they were: steps {', '.join(str(p + 1) for p in sorted(locked))}"]
    changed: dict[int, Step | None] = {}
    for place, step in swaps.items():
        if place not in locked:
            changed[place] = step
            told.append(f"{described(plan, place)} is now danced as {step.action}")
    for place in sorted(asked["--mirror"] - locked):
        step = plan.steps[place]
        changed[place] = replace(step, mirrored=not step.mirrored)
        told.append(
            f"{described(plan, place)} is {'' if not step.mirrored else 'no longer '}mirrored"
        )
    for place in sorted(asked["--remove"] - locked):
        changed[place] = None
        told.append(f"{described(plan, place)} is removed; no step is danced there now")
    return Edit(changed, asked["--reroll"] - locked, tuple(told))


def with_locks(plan: Choreography, options: EditOptions) -> Choreography:
    """Return a plan with steps locked and unlocked as options ask.

    Raises:
        UsageError, BadInput: as `steps_named`.
    """
    lock = steps_named(plan, options.lock, "--lock")
    unlock = steps_named(plan, options.unlock, "--unlock")
    steps = tuple(
        replace(step, locked=(step.locked or place in lock) and place not in unlock)
        for place, step in enumerate(plan.steps)
    )
    return replace(plan, steps=steps)


def _hinted(plan: Choreography, texts: Sequence[str]) -> frozenset[int]:
    sections = sections_hinted(texts, plan.sections)
    return frozenset(place for place, own in enumerate(sections_of(plan)) if own in sections)


def _swapped(plan: Choreography, word: str, repertoire: Repertoire) -> dict[int, Step]:
    """Return the steps that "5=9" or "5=mambo" makes."""
    one, equals, other = word.partition("=")
    where = f"--swap {word:.60}"
    if not equals or not one.isdecimal():
        raise UsageError(f"{where}: expected 5=9 (two steps) or 5=mambo (a step and an action)")
    first = min(steps_named(plan, [one], "--swap"))
    if other.isdecimal():
        second = min(steps_named(plan, [other], "--swap"))
        if first == second:
            raise UsageError(f"{where}: is one step; name two")
        return {first: _as_in(plan, first, second), second: _as_in(plan, second, first)}
    return {first: _danced_as(plan, plan.steps[first], other, repertoire, where)}


def _as_in(plan: Choreography, here: int, there: int) -> Step:
    """Return a step on its own beats with the movement of another."""
    other = plan.steps[there]
    return replace(plan.steps[here], **{name: getattr(other, name) for name in _TAKEN_ALONG})


def _danced_as(
    plan: Choreography, step: Step, name: str, repertoire: Repertoire, where: str
) -> Step:
    """Return a step on its own beats with an action; one that is too long ends on its accent."""
    if plan.moves is not None and name in plan.moves.names:
        return replace(step, action=name, pace=1, first_count=0, facing=0.0, hit=False)
    try:
        action = repertoire.find(name)
    except BadInput as error:
        raise BadInput(f"{where}: {error}") from None
    pace = pace_of(action, plan.tempo)
    counts = -(-step.beats // pace)
    first = max(0, action.accent + 1 - counts) if counts < action.counts else 0
    return replace(step, action=name, pace=pace, first_count=first, facing=0.0, hit=False)


def _check_once(plan: Choreography, asked: Mapping[str, frozenset[int]]) -> None:
    flags = list(asked)
    for number, flag in enumerate(flags):
        for other in flags[number + 1 :]:
            if twice := asked[flag] & asked[other]:
                what = "--reroll or --hint" if other == "--reroll" else other
                raise UsageError(f"{flag} and {what}: both name {described(plan, min(twice))}")

"""The words that name steps of a plan: "7", "7-12", "section:B", "section:B:2", "all".

Steps are counted from 1, as in every error about a plan. A step belongs to the section in which its
first beat sounds, whatever its own field says.
"""

import re
from collections.abc import Iterable

import numpy as np

from stickdance.checkpoints.errors import BadInput, UsageError
from stickdance.checkpoints.suggestions import did_you_mean
from stickdance.choreography.plan.choreography import Choreography
from stickdance.choreography.plan.steps import Step

ALL, SECTION, CHORUS = "all", "section", "chorus"
_NUMBERS = re.compile(r"(\d{1,7})(?:-(\d{1,7}))?")


def steps_named(plan: Choreography, words: Iterable[str], flag: str) -> frozenset[int]:
    """Return the places (from 0) of the steps that words name.

    Args:
        plan: whose steps.
        words: of the command line.
        flag: what errors call it.

    Raises:
        UsageError: a word is none of these.
        BadInput: the plan has no such step or section, or no step in it.
    """
    found: set[int] = set()
    for word in words:
        found |= _steps(plan, word, f"{flag} {word:.60}")
    return frozenset(found)


def sections_of(plan: Choreography) -> list[int]:
    """Return the section that each step belongs to, by its number from 0."""
    beats, ends = np.array(plan.beats), np.array([section.end for section in plan.sections])
    starts = np.interp([step.start_beat for step in plan.steps], np.arange(len(beats)), beats)
    slack = 0.5 * float(np.median(np.diff(beats))) if len(beats) > 1 else 0.0
    places = np.searchsorted(ends - slack, starts, side="right")
    return [int(place) for place in np.minimum(places, max(len(ends) - 1, 0))]


def described(plan: Choreography, place: int) -> str:
    """Return a step in words: "step 7 (mambo, beats 24 to 27)"."""
    step = plan.steps[place]
    return f"step {place + 1} ({step.action}, {beats_of(step)})"


def beats_of(step: Step) -> str:
    """Return the beats of a step in words."""
    last = step.end_beat - 1
    return (
        f"beat {step.start_beat:g}" if step.beats == 1 else f"beats {step.start_beat:g} to {last:g}"
    )


def _steps(plan: Choreography, word: str, where: str) -> set[int]:
    count = len(plan.steps)
    if word == ALL:
        return set(range(count))
    if numbers := _NUMBERS.fullmatch(word):
        first, last = int(numbers[1]), int(numbers[2] or numbers[1])
        if not 1 <= first <= last <= count:
            raise BadInput(f"{where}: expected steps from 1 to {count}, which the dance has")
        return set(range(first - 1, last))
    kind, _, rest = word.partition(":")
    if kind != SECTION or not rest:
        near = did_you_mean(kind, [SECTION, ALL])
        raise UsageError(
            f"{where}: expected a step (7), some (7-12), section:B, section:B:2 or all{near}"
        )
    return _of_section(plan, rest, where)


def _of_section(plan: Choreography, rest: str, where: str) -> set[int]:
    label, _, which = rest.partition(":")
    chorus = label.lower() == CHORUS
    sections = [n for n, s in enumerate(plan.sections) if (chorus and s.chorus) or s.label == label]
    if not sections:
        labels = list(dict.fromkeys(section.label for section in plan.sections))
        near = did_you_mean(label, [*labels, CHORUS])
        raise BadInput(f"{where}: no such section{near}; there are {', '.join(labels) or 'none'}")
    if which:
        if not which.isdecimal() or not 1 <= int(which) <= len(sections):
            raise BadInput(
                f"{where}: expected its return 1 to {len(sections)}, found {which!r:.20}"
            )
        sections = [sections[int(which) - 1]]
    found = {place for place, own in enumerate(sections_of(plan)) if own in sections}
    if not found:
        raise BadInput(f"{where}: no step is danced there")
    return found

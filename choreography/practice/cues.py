"""What a learner is told at each moment of a dance: count, step, next step, section.

Counts run from 1 to 8 (to 6 in 3/4) from the start of every section. A step is the current one from
the beat before its first count, when the way there begins; the next one is announced a bar ahead.

Source: "What if we are able to predict movement?" asks for mirrored skeleton videos for learners;
the cues are ours.
"""

from bisect import bisect_right
from dataclasses import dataclass

import numpy as np

from stickdance.choreography.music.structure import Section
from stickdance.choreography.plan.choreography import Choreography
from stickdance.choreography.plan.steps import Step
from stickdance.choreography.plan_to_poses.transitions import beat_positions

_AT_EASE = "at ease"


@dataclass(frozen=True)
class Cue:
    """What is told at one moment."""

    count: int
    """1 to 8, or to 6 in 3/4; 0 before the first beat."""
    counts: int
    """How many counts there are: 8 or 6."""
    since_beat: float
    """0..1 of the beat that has passed."""
    step: str
    """Name of the current step, for people."""
    side: str
    """"", or "other side" for a mirrored step."""
    next_step: str
    """Name of the next step; "" unless it is near enough to be announced."""
    next_side: str
    beats_to_next: int
    """Whole beats until the next step's first count; 0 where none is announced."""
    section: str
    """Label of the section, with "chorus" where it is."""


class Cues:
    """Tells the cue at any moment of a song."""

    def __init__(self, plan: Choreography) -> None:
        """Prepare the steps and the counts of a plan."""
        self._plan = plan
        self._beats = np.array(plan.beats)
        self._counts = 6 if plan.metre == 3 else 8
        self._steps = [step for step in plan.steps if step.action != "idle"]
        self._starts = [step.start_beat - 1 for step in self._steps]
        self._phrases = _phrase_starts(plan, self._beats)

    def at(self, seconds: float) -> Cue:
        """Return the cue at a second of the song."""
        position = float(beat_positions(self._beats, np.array([seconds]))[0])
        beat = int(np.floor(position + 1e-6))
        count = 0
        if 0 <= beat < len(self._beats):
            phrase = self._phrases[bisect_right(self._phrases, beat) - 1]
            count = (beat - phrase) % self._counts + 1
        place = bisect_right(self._starts, position + 1e-6) - 1
        current = self._steps[place] if place >= 0 else None
        if current is not None and position >= current.end_beat and not self._holds(place):
            current = None
        following = self._steps[place + 1] if place + 1 < len(self._steps) else None
        left = following.start_beat - position if following else np.inf
        near = following is not None and left <= self._plan.metre + 1
        return Cue(
            count=count,
            counts=self._counts,
            since_beat=float(np.clip(position - beat, 0, 1)),
            step=step_name(current) if current else _AT_EASE,
            side=_side(current),
            next_step=step_name(following) if near and following else "",
            next_side=_side(following) if near else "",
            beats_to_next=max(int(np.ceil(left - 1e-6)), 1) if near else 0,
            section=section_name(_section_at(self._plan.sections, seconds)),
        )

    def _holds(self, place: int) -> bool:
        return place + 1 == len(self._steps) and self._steps[place].action == "end_pose"


def step_name(step: Step) -> str:
    """Return the name of a step for people: "step touch" for step_touch, "move 12" for move_012."""
    words = step.action.replace("_", " ").split()
    return " ".join(word.lstrip("0") or "0" if word.isdigit() else word for word in words)


def section_name(section: Section | None) -> str:
    """Return the label of a section for people."""
    if section is None:
        return ""
    return f"{section.label} (chorus)" if section.chorus else section.label


def _side(step: Step | None) -> str:
    return "other side" if step is not None and step.mirrored else ""


def _section_at(sections: tuple[Section, ...], seconds: float) -> Section | None:
    for section in sections:
        if seconds < section.end:
            return section
    return sections[-1] if sections else None


def _phrase_starts(plan: Choreography, beats: np.ndarray) -> list[int]:
    """Return the beats at which counting begins anew, rising, the first at or before beat 0."""
    slack = 0.5 * float(np.median(np.diff(beats)))
    starts = [int(np.searchsorted(beats, s.start - slack)) for s in plan.sections]
    counts = 6 if plan.metre == 3 else 8
    first = plan.downbeats[0] if plan.downbeats else 0
    inside = {start for start in starts[1:] if 0 < start < len(beats)}
    return sorted({first % counts - counts, *inside})

"""What is filmed when: the click of a shot list, and the figure that does the moves to it.

For each shot, in bars of the click: get ready in its first pose, watch the move once, a bar of
counting in, the move some times, hold the last pose. When all are done, each comes once more,
after a bar of counting in: the end of footage is kept for tests, and no move is seen there alone.

Conventions: beats of the click from 0; a move of N beats that starts at beat s is in its first
shared pose at beat s - 1 and in its last one at beat s + N - 1.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Literal

import numpy as np

from stickdance.capture.pose.body_profile import BodyProfile
from stickdance.capture.pose.sequence import PoseSequence
from stickdance.choreography.body.proportions import body_from_profile
from stickdance.choreography.music.structure import Section
from stickdance.choreography.plan.choreography import Choreography
from stickdance.choreography.plan.steps import Step
from stickdance.choreography.plan_to_poses.joints_3d import plan_in_picture
from stickdance.choreography.practice.clicks import write_clicks
from stickdance.choreography.shotlist.shared_poses import WITH_POSES
from stickdance.choreography.shotlist.shot_list import Shot, ShotList

What = Literal["get ready", "watch", "count in", "dance", "hold"]
_LEAD = 1.0  # seconds before the first click
_ENERGY = 0.75  # that the figure moves with


@dataclass(frozen=True)
class Phase:
    """Some beats of the click."""

    what: What
    number: int
    """Of the shot, from 1."""
    start_beat: int
    beats: int
    repetition: int = 0
    """Of "dance": how often it was danced before in the guide."""


@dataclass(frozen=True)
class Danced:
    """Where a guide wants a move danced."""

    number: int
    """Of the shot, from 1."""
    start: float
    """Seconds of the guide at which the body is in the shot's first pose."""


@dataclass(frozen=True)
class Guide:
    """What a person who is filmed hears and sees."""

    listed: ShotList
    phases: tuple[Phase, ...]

    @property
    def interval(self) -> float:
        """Return the seconds of a beat."""
        return 60 / self.listed.tempo

    @property
    def beats(self) -> int:
        """Return how many beats it has."""
        return self.phases[-1].start_beat + self.phases[-1].beats

    @property
    def seconds(self) -> float:
        """Return how long it lasts."""
        return _LEAD + self.beats * self.interval

    def second_of(self, beat: float) -> float:
        """Return the second of a beat."""
        return _LEAD + beat * self.interval

    def phase_at(self, seconds: float) -> Phase:
        """Return what is done at a second; before the first beat what begins then."""
        beat = (seconds - _LEAD) / self.interval
        later = [phase for phase in self.phases if phase.start_beat <= beat + 1e-6]
        return later[-1] if later else self.phases[0]

    @property
    def danced(self) -> tuple[Danced, ...]:
        """Return where moves are danced, in order."""
        return tuple(
            Danced(phase.number, self.second_of(phase.start_beat - 1))
            for phase in self.phases
            if phase.what == "dance"
        )

    @cached_property
    def plan(self) -> Choreography:
        """Return what the figure does, as a plan; a section for each time that a shot comes."""
        beats = tuple(round(self.second_of(beat), 4) for beat in range(self.beats + 1))
        steps = tuple(step for phase in self.phases for step in self._steps(phase))
        begins = [0, *(n for n in range(1, len(self.phases)) if self._new_shot(n))]
        edges = [0.0, *(self.second_of(self.phases[n].start_beat) for n in begins[1:])]
        ends = [*edges[1:], self.seconds]
        sections = tuple(
            Section(str(self.phases[n].number), start, end, False)
            for n, start, end in zip(begins, edges, ends, strict=True)
        )
        return Choreography(
            "click", "", self.seconds, self.listed.tempo, self.listed.metre, beats, (0,), sections,
            steps,
        )  # fmt: skip

    def poses(self, body: BodyProfile, fps: float) -> PoseSequence:
        """Return the figure's poses, frame by frame, as a body does them in its own frame."""
        times = np.arange(round(self.seconds * fps)) / fps
        return plan_in_picture(self.plan, times, body_from_profile(body), fps, WITH_POSES)

    def write_click(self, to: Path) -> Path:
        """Write the click as a .wav, higher where a bar begins."""
        bar = _bar(self.listed.metre)
        seconds = [self.second_of(beat) for beat in range(self.beats)]
        return write_clicks(seconds, range(0, self.beats, bar), self.seconds, to)

    def shot(self, number: int) -> Shot:
        """Return a shot by its number."""
        return self.listed.shots[number - 1]

    def _new_shot(self, place: int) -> bool:
        phase, before = self.phases[place], self.phases[place - 1]
        return before.what == "hold" or before.number != phase.number

    def _steps(self, phase: Phase) -> Iterator[Step]:
        shot, start, beats = self.shot(phase.number), phase.start_beat, phase.beats
        if phase.what in ("watch", "dance"):
            yield Step(shot.action, start, beats - 1, shot.mirrored, shot.pace, _ENERGY)
            yield Step(shot.end, start + beats - 1, 1)
        else:
            yield Step(shot.end if phase.what == "hold" else shot.begin, start, beats)


def guide_of(listed: ShotList) -> Guide:
    """Return the guide through all of a shot list."""
    return _guide(listed, parts_of(listed))


def parts_of(listed: ShotList) -> list[tuple[int, bool, int]]:
    """Return in which order shots come: number, whether it is shown first, and how often danced."""
    shots = list(enumerate(listed.shots, 1))
    first = [(number, True, max(1, shot.repeats - 1)) for number, shot in shots]
    return [*first, *((number, False, 1) for number, shot in shots if shot.repeats > 1)]


def guide_through(listed: ShotList, number: int, shown: bool, times: int) -> Guide:
    """Return the guide through one shot.

    Args:
        listed: what it is from.
        number: of the shot, from 1.
        shown: whether it is to be watched first.
        times: it is danced.
    """
    return _guide(listed, [(number, shown, times)])


def seconds_for(shot: Shot, tempo: float, metre: int) -> float:
    """Return how long filming a shot takes, all its repetitions."""
    return (guide_of(ShotList((shot,), tempo, metre)).seconds) - _LEAD


def _guide(listed: ShotList, parts: Sequence[tuple[int, bool, int]]) -> Guide:
    phases: list[Phase] = []
    for number, shown, times in parts:
        shot = listed.shots[number - 1]
        for what, beats in _course(shot, _bar(listed.metre), shown, times):
            at = phases[-1].start_beat + phases[-1].beats if phases else 0
            done = sum(p.what == "dance" and p.number == number for p in phases)
            phases.append(Phase(what, number, at, beats, done if what == "dance" else 0))
    return Guide(listed, tuple(phases))


def _course(shot: Shot, bar: int, shown: bool, times: int) -> Iterator[tuple[What, int]]:
    if shown:
        yield "get ready", bar
        yield "watch", shot.beats
    yield "count in", bar
    for repetition in range(times):
        if repetition and shot.begin != shot.end:
            yield "count in", bar
        yield "dance", shot.beats
    yield "hold", bar


def _bar(metre: int) -> int:
    """Return the beats that are counted in."""
    return metre if metre > 2 else 4

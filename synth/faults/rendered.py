"""Faults of a dance while it is rendered: some of its frames are kept aside, and looked at then.

They are kept over the performer's own room, whatever background was asked for.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from stickdance.capture.pose.sequence import PoseSequence
from stickdance.checkpoints.errors import MissingDependency, UsageError
from stickdance.checkpoints.files import whole_file
from stickdance.checkpoints.progress import tracked
from stickdance.synth.faults.account import Faults, every, wanted_in
from stickdance.synth.faults.detectors import Detectors
from stickdance.synth.faults.examiner import Examiner, Shown
from stickdance.synth.faults.footage import of_performer
from stickdance.synth.faults.wanted import Wanted
from stickdance.synth.generators.crop_window import CropWindow
from stickdance.synth.options import LookedFor
from stickdance.synth.performer.performer import Performer
from stickdance.synth.rendering.renderer import PaintedFrames

_TALL = 100  # pixels of a body: the hands of smaller ones are no more than a few pixels
_FILMED = 24  # frames of footage that a performer has to keep


@dataclass
class Kept:
    """Some frames of a dance, on disk."""

    folder: Path
    actor: Performer
    """At the size of videos."""
    poses: PoseSequence
    """Of the whole dance, in its pixels."""
    numbers: list[int] = field(default_factory=list)

    def keeping(self, made: Iterable[PaintedFrames]) -> Iterator[PaintedFrames]:
        """Yield frames as they are made, and keep some."""
        step, number = every(self.poses.fps, len(self.poses)), 0
        for painted in made:
            for place in range(len(painted.mattes)):
                if (number + place) % step == step // 2:
                    self._keep(number + place, painted, place)
            number += len(painted.mattes)
            yield painted

    def _keep(self, number: int, painted: PaintedFrames, place: int) -> None:
        arrays = {"picture": painted.pictures[place], "matte": painted.mattes[place]}
        with whole_file(self.folder / f"{number}.npz") as temporary:
            np.savez(temporary, window=np.array(painted.window), **arrays)
        self.numbers.append(number)

    def _shown(self, number: int, wanted: Wanted) -> Shown:
        with np.load(self.folder / f"{number}.npz") as arrays:
            picture, matte = arrays["picture"], arrays["matte"]
            window = CropWindow(*arrays["window"].tolist())
        painted = PaintedFrames(picture[None], matte[None], window)
        whole = np.zeros(self.actor.plate.shape[:2], np.uint8)
        whole[window.place] = np.rint(matte * 255).clip(0, 255)
        return Shown(painted.over(self.actor.plate, self.actor.shadow)[0], wanted, whole)

    def faults(self) -> dict[str, Any]:
        """Look at the frames kept; return the account of `account.Faults`.

        Raises:
            WeightsAbsent, MissingDependency: something that looks is not here.
        """
        examiner = Examiner.of(Detectors(), of_performer(self.actor))
        account, wanted = Faults(examiner.limits), wanted_in(self.poses, self.actor.body.height)
        for number in tracked(self.numbers, "looking for faults", len(self.numbers)):
            if wanted[number].judgeable:
                account.add(number, examiner.evidence(self._shown(number, wanted[number])))
        return account.as_json(self.poses.fps)


def why_not(actor: Performer, asked: LookedFor) -> str:
    """Return why faults are not looked for; "" where they are.

    Args:
        actor: at the size of videos.
        asked: "auto": where it can be done; "on": in any case; "off": never.

    Raises:
        UsageError: they are asked for, and the performer keeps too few filmed frames.
        WeightsAbsent, MissingDependency: they are asked for, and something is not here.
    """
    if asked == "off":
        return "--faults off"
    if actor.filmed is None or len(actor.filmed) < _FILMED:
        why = f"the performer keeps fewer than {_FILMED} filmed frames to compare with"
        if asked == "on":
            raise UsageError(f"--faults on: {why}; train it again with this version")
        return why
    if asked == "auto" and actor.body.height < _TALL:
        return f"the person is {actor.body.height:.0f} pixels tall, expected at least {_TALL}"
    try:
        Detectors()
    except MissingDependency as absent:
        if asked == "on":
            raise
        return str(absent)
    return ""

"""Rendered frames looked at for faults: do they show the poses that they should, and a person?"""

from dataclasses import replace

from stickdance.capture.pose.body_height import body_height
from stickdance.capture.pose.skeleton import OPENPOSE_18
from stickdance.capture.take.take import Take
from stickdance.checkpoints.errors import UsageError
from stickdance.synth.faults.account import Faults
from stickdance.synth.faults.detectors import Detectors
from stickdance.synth.faults.examiner import Examiner, Shown
from stickdance.synth.faults.footage import of_take
from stickdance.synth.faults.wanted import Wanted
from stickdance.synth.quality.depths import eight_bits
from stickdance.synth.quality.frame_pair import FramePair
from stickdance.synth.quality.guides import GuideFiles
from stickdance.synth.quality.options import CompareOptions


class FaultyFrames:
    """Looks at some of the rendered frames of one comparison, in their order."""

    def __init__(self, files: GuideFiles, options: CompareOptions, fps: float | None) -> None:
        """Open the detectors.

        Args:
            files: their poses tell what the frames should show.
            options: the take tells what is usual of the person.
            fps: of the frames; None: they are pictures, and all are looked at.

        Raises:
            UsageError: no poses are known, or no number of frames.
            WeightsAbsent, MissingDependency: something that looks is not here.
        """
        if files.poses is None:
            raise UsageError(
                "--metrics faults: needs the poses that the frames should show; name them with "
                "--poses poses.npz or --take TAKE"
            )
        if not options.faults_per_second > 0:
            raise UsageError(f"--faults-per-second {options.faults_per_second:g}: must be above 0")
        self._detectors, self._take = Detectors(), options.take
        self._every = 1 if fps is None else max(1, round(fps / options.faults_per_second))
        points, size = files.poses.converted(OPENPOSE_18).points, files.poses.size
        self._tall = body_height(points, OPENPOSE_18) / size[1]
        self._examiner: Examiner | None = None
        self._number = 0

    def looked_at(self, pair: FramePair) -> FramePair:
        """Return a pair with the faults of its rendered frame, if it is one that is looked at."""
        self._number += 1
        guide, (height, width) = pair.guide, pair.rendered.shape[:2]
        if (self._number - 1) % self._every or guide.points is None or guide.confidence is None:
            return pair
        size = (width, height)
        wanted = Wanted.of(guide.points, guide.confidence, self._tall * height, size)
        if not wanted.judgeable:
            return pair
        if self._examiner is None:
            footage = () if self._take is None else of_take(Take.load(self._take), size)
            self._examiner = Examiner.of(self._detectors, footage)
        found = self._examiner.evidence(Shown(eight_bits(pair.rendered), wanted))
        faults = Faults(self._examiner.limits).add(self._number, found)
        told = {kind: float(there) for kind, there in faults.items()}
        return replace(pair, known={**pair.known, **told, "faults": sum(told.values())})

"""Pairs of frames on their way to the scores, and what is known of the person added to them.

From files, from an estimator, or found where faults are looked for; frames keep their order.
"""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from typing import Literal

from stickdance.capture.estimators.contract import FrameEstimate, Person
from stickdance.capture.media.images import ConvertedPicture
from stickdance.synth.compute.array_types import Bytes, Floats, Levels
from stickdance.synth.quality.depths import eight_bits, levels
from stickdance.synth.quality.frame_pair import FramePair
from stickdance.synth.quality.guides import GuideFiles, GuideReader
from stickdance.synth.quality.keypoints import main_person, with_estimates
from stickdance.synth.quality.metrics import CSIM
from stickdance.synth.quality.options import CompareOptions
from stickdance.synth.quality.pairing import Match, Pairing
from stickdance.synth.quality.regions import Guide


@dataclass(frozen=True)
class ReadPair:
    """A match whose pixels were asked for."""

    match: Match
    pictures: tuple[ConvertedPicture, ConvertedPicture] | None = None
    fault: str = ""
    pair: FramePair | None = None
    """The two as they are scored, of one size."""
    small: tuple[Floats, Floats] | None = None
    """Luma of both at 32 x 18, while that is looked at."""

    @property
    def luma(self) -> tuple[Levels, Levels] | None:
        """Return the stored luma of both, at one depth, where it was read beside RGB."""
        real, rendered = self.match.reference, self.match.rendered
        if real is None or rendered is None or real.luma is None or rendered.luma is None:
            return None
        if real.luma.dtype == rendered.luma.dtype:
            return real.luma, rendered.luma
        return levels(real.luma), levels(rendered.luma)


@dataclass(frozen=True)
class Guides:
    """What is to be known of the person, and where it comes from."""

    pairing: Pairing
    metrics: tuple[str, ...]
    """Scores that are wanted."""
    files: GuideFiles
    options: CompareOptions

    def added(self, read: Iterator[ReadPair]) -> Iterator[ReadPair]:
        """Add what is known of the person: from files, or found by the estimator."""
        if self.files.digest:
            read = self._with_files(read)
        if "faults" in self.metrics:
            read = self._with_faults(read)
        keypoints = {"keypoint_mse", "akd", "keypoints_lost", CSIM} & set(self.metrics)
        if keypoints or self.options.regions:
            read = self._with_people(read, "real")
        return self._with_people(read, "rendered") if keypoints else read

    def _with_files(self, read: Iterator[ReadPair]) -> Iterator[ReadPair]:
        with closing(GuideReader(self.files, self.pairing.reference)) as reader:
            for one in read:
                if one.pair is not None and one.match.reference is not None:
                    height, width = one.pair.real.shape[:2]
                    guide = reader.guide(one.match.reference, (width, height))
                    one = replace(one, pair=replace(one.pair, guide=guide))
                yield one

    def _with_faults(self, read: Iterator[ReadPair]) -> Iterator[ReadPair]:
        from stickdance.synth.quality.faulty_frames import FaultyFrames

        rendered, side = self.pairing.rendered, self.pairing.reference
        looking = FaultyFrames(self.files, self.options, rendered.fps and side.fps)
        for one in read:
            if one.pair is not None:
                one = replace(one, pair=looking.looked_at(one.pair))
            yield one

    def _with_people(
        self, read: Iterator[ReadPair], side: Literal["real", "rendered"]
    ) -> Iterator[ReadPair]:
        from stickdance.capture.estimators.catalog import create

        estimator = create(self.options.estimator)

        def picture(one: ReadPair) -> Bytes | None:
            return None if one.pair is None else eight_bits(getattr(one.pair, side))

        for one, estimate in with_estimates(read, picture, estimator):
            if one.pair is not None:
                person = main_person(estimate, estimator.skeleton)
                if side == "rendered":
                    pair = replace(one.pair, rendered_person=person)
                else:
                    pair = replace(one.pair, real_person=person)
                    if self.options.regions:
                        pair = replace(pair, guide=_filled(pair.guide, person, estimate))
                one = replace(one, pair=pair)
            yield one


def _filled(guide: Guide, person: Person | None, estimate: FrameEstimate | None) -> Guide:
    """Return the guide with what the estimator found where the files say nothing."""
    if guide.matte is None and estimate is not None:
        guide = replace(guide, matte=estimate.matte)
    if guide.points is None and person is not None:
        guide = replace(guide, points=person.points, confidence=person.confidence)
    return guide

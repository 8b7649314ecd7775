"""One comparison while it runs: frames matched, read, guided, scored and gathered.

Each stage works a little ahead of the next and none keeps what is done with, so memory does not
grow with the length. Pictures are read in the threads that score them.
"""

from collections.abc import Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from typing import Any

import cv2
import numpy as np

from stickdance.capture.media.images import ConvertedPicture
from stickdance.checkpoints.errors import BadInput
from stickdance.synth.compute.accelerators import device_name
from stickdance.synth.compute.array_types import Levels
from stickdance.synth.quality.appearance_drift import AppearanceDrift
from stickdance.synth.quality.depths import levels
from stickdance.synth.quality.ffmpeg_scores import NOT_BY_FFMPEG, FfmpegScores
from stickdance.synth.quality.frame_pair import FramePair, Scores
from stickdance.synth.quality.frechet import FrechetDistance
from stickdance.synth.quality.guided_pairs import Guides, ReadPair
from stickdance.synth.quality.guides import GuideFiles
from stickdance.synth.quality.metrics import FFMPEG, OF_SETS
from stickdance.synth.quality.mismatch.findings import Findings
from stickdance.synth.quality.mismatch.small_pictures import SmallPictures, luma_thumbnail
from stickdance.synth.quality.mismatch.tags import tag_lines
from stickdance.synth.quality.options import CompareOptions
from stickdance.synth.quality.pairing import Match, Pairing
from stickdance.synth.quality.results import FrameRows, PairScores, numbers_in
from stickdance.synth.quality.scores import Scorer, reasons
from stickdance.synth.quality.side_by_side import ahead
from stickdance.synth.quality.tallies import Tallies, Tally

_MIXED = "8 bits a channel scaled to the other side's 16"
_PATIENCE = 20  # frames of another size in a row, none of the right one, before giving up


class Comparison:
    """One comparison; `scored` runs it, `result` tells what came of it."""

    def __init__(
        self,
        pairing: Pairing,
        scorer: Scorer,
        files: GuideFiles,
        options: CompareOptions,
        by_ffmpeg: FfmpegScores = NOT_BY_FFMPEG,
    ) -> None:
        """Settle what is compared with what, and how."""
        self._by_ffmpeg = by_ffmpeg
        self._pairing, self._scorer, self._files, self._options = pairing, scorer, files, options
        self._tallies = Tallies()
        self._passed = 0
        self._rows = FrameRows(scorer.columns)
        self._small = SmallPictures()
        self._drift = AppearanceDrift()
        self._smallest: tuple[int, int] | None = None
        self._device = device_name(options.device) if pairing.reading.rgb else "cpu"
        self._sets = [FrechetDistance(key) for key in OF_SETS if key in options.wanted()]

    def scored(self, pool: ThreadPoolExecutor | None) -> Generator[None, None, None]:
        """Score everything; yield once for each match that is done with."""
        guides = Guides(self._pairing, self._scorer.metrics, self._files, self._options)
        with closing(self._pairing.matches()) as matches:
            read = self._fitted(ahead(self._read, matches, pool))
            if self._device != "cpu":
                from stickdance.synth.quality.on_device import with_device_scores

                read = with_device_scores(
                    read, self._scorer, self._device, lambda one: one.pair, _with_pair
                )
            for one, scores in ahead(self._score, _with_before(guides.added(read)), pool):
                if scores is not None and one.pair is not None:
                    self._add(one, scores)
                yield

    def findings(self) -> Findings:
        """Return what sets the two sides apart as a whole."""
        real, rendered = self._pairing.reference, self._pairing.rendered
        tags = tag_lines(real.colours, rendered.colours, self._pairing.reading.deep)
        over_time = "picture" not in (real.kind, rendered.kind)
        return Findings.of(self._small, tuple(tags), over_time)

    def means(self) -> dict[str, float] | None:
        """Return the mean of each score so far; None where no frame was scored."""
        if not len(self._rows):
            return None
        table = self._rows.table()
        return {key: float(np.nanmean(numbers_in(table, key))) for key in self._scorer.columns}

    def result(self) -> PairScores:
        """Return the scores of all frames.

        Raises:
            BadInput: there is not one.
        """
        if not len(self._rows):
            raise BadInput(self._why_nothing())
        table = self._rows.table()
        findings = self.findings()
        counts = {key: len(table) - table[key].null_count for key in self._scorer.columns}
        facts: dict[str, Any] = {
            "paired": self._pairing.rule,
            **self._tallies.as_json(),
            "reasons": reasons(self._scorer, len(table), counts, self._smallest),
            "warnings": [
                *self._rates(),
                *findings.lines,
                *self._tallies.warnings(self._options.resize),
            ],
            "mismatch": findings.as_json(),
            "drift": self._drift.changes(),
        }
        if counts.get("faults"):
            facts["faults_per_100_frames"] = 100 * float(np.nanmean(numbers_in(table, "faults")))
        if self._by_ffmpeg.psnr_average is not None:
            facts["psnr_ffmpeg_of_mean_mse"] = self._by_ffmpeg.psnr_average
        for key in FFMPEG.keys() & facts["reasons"].keys():
            facts["reasons"][key] = self._by_ffmpeg.absent or facts["reasons"][key]
        for one in self._sets:
            distances, absent = one.distances()
            facts |= distances
            facts["inception_frames"] = one.count
            if absent:
                facts["reasons"] |= dict.fromkeys(distances, absent)
        return PairScores(table, facts)

    def _read(self, match: Match) -> ReadPair:
        if match.reference is None or match.rendered is None:
            return ReadPair(match)
        try:
            real, rendered = match.reference.read(), match.rendered.read()
        except BadInput as error:
            return ReadPair(match, fault=str(error))
        small = None
        if self._options.align == "auto" and self._small.wants_luma:
            small = luma_thumbnail(real.picture), luma_thumbnail(rendered.picture)
        return ReadPair(match, (real, rendered), small=small)

    def _fitted(self, read: Iterator[ReadPair]) -> Iterator[ReadPair]:
        """Keep account of what cannot be scored, and make the others pairs of one size."""
        tallies = self._tallies
        for self._passed, one in enumerate(read):
            match = one.match
            if one.fault:
                tallies.unreadable.add(f"{match.name}: {one.fault}")
            elif match.between:
                tallies.between.add(match.name)
            elif match.rendered is None:
                tallies.missing.add(match.name)
            elif match.reference is None:
                tallies.extra.add(match.name)
            elif one.pictures is not None:
                self._keep_small(one)
                one = replace(one, pair=self._pair(one, *one.pictures), small=None)
            yield one

    def _keep_small(self, one: ReadPair) -> None:
        match = one.match
        assert match.reference is not None
        assert match.rendered is not None
        assert one.pictures is not None
        numbers = match.reference.number, match.rendered.number
        if self._pairing.rule == "by name":
            numbers = self._passed, self._passed
        real, rendered = one.pictures
        self._small.add(numbers, one.small, (real.picture, rendered.picture))

    def _pair(
        self, one: ReadPair, real: ConvertedPicture, rendered: ConvertedPicture
    ) -> FramePair | None:
        name = one.match.name
        for what in (*real.changes, *rendered.changes):
            self._tallies.converted.setdefault(what, Tally()).add(name)
        sides = real.picture, rendered.picture
        wanted, found = (side.shape for side in sides)
        depths = {side.dtype for side in sides}
        if len(depths) > 1 and np.dtype(np.uint16) in depths and not self._are_videos:
            self._tallies.converted.setdefault(_MIXED, Tally()).add(name)
        if depths != {np.dtype(np.uint8)}:
            sides = levels(sides[0]), levels(sides[1])
        if wanted == found:
            return FramePair(*sides, luma=one.luma)
        sizes = f"{name} is {found[1]}x{found[0]}, expected {wanted[1]}x{wanted[0]}"
        self._tallies.mis_sized.add(sizes)
        if self._options.resize:
            return FramePair(sides[0], _scaled(sides[1], wanted))
        if not len(self._rows) and self._tallies.mis_sized.count >= _PATIENCE:
            raise BadInput(self._why_nothing())
        return None

    def _score(self, item: tuple[ReadPair, FramePair | None]) -> tuple[ReadPair, Scores | None]:
        one, before = item
        if one.pair is None:
            return one, None
        return one, self._scorer.score(one.pair, before)

    def _add(self, one: ReadPair, scores: Scores) -> None:
        match, pair = one.match, one.pair
        assert match.reference is not None
        assert match.rendered is not None
        assert pair is not None
        numbers = (match.reference.number, match.rendered.number)
        place = numbers[0] - max(0, -self._pairing.offset)
        for key, values in self._by_ffmpeg.values.items():
            scores[key] = values[place] if place < len(values) else None
        seconds = None if match.seconds is None else float(match.seconds)
        self._rows.add(match.name, numbers, seconds, scores)
        self._drift.add(seconds, pair.real, pair.rendered)
        size = (pair.real.shape[1], pair.real.shape[0])
        self._smallest = min(self._smallest or size, size, key=min)
        self._tallies.identical += scores.get("mse") == 0
        for gathered in self._sets:
            gathered.add(pair.real, pair.rendered)

    @property
    def _are_videos(self) -> bool:
        return self._pairing.reference.kind == self._pairing.rendered.kind == "video"

    def _rates(self) -> list[str]:
        if self._pairing.rule != "by time":
            return []
        real, rendered = self._pairing.reference.fps, self._pairing.rendered.fps
        return [
            f"the rendered side has {rendered:.6g} frames a second, the reference {real:.6g}; "
            "paired by the nearest time"
        ]

    def _why_nothing(self) -> str:
        reference, rendered = self._pairing.reference.path, self._pairing.rendered.path
        tallies = self._tallies
        if tallies.mis_sized.count:
            told = f"{tallies.mis_sized.first[0]} as in {reference}"
            framing = self.findings().framing
            shape = f" ({framing[0].rpartition(': ')[2]})" if framing else ""
            return f"{rendered}: {told}{shape}; --resize scales it"
        if tallies.unreadable.count and self._pairing.expected == 1:
            return tallies.unreadable.first[0].partition(": ")[2]
        if tallies.unreadable.count:
            return f"{rendered}: no frame can be compared; {tallies.unreadable.first[0]}"
        return (
            f"{rendered}: shares no frame with {reference}; in two folders the pictures' names "
            "must agree, or pair them with --pair-by number"
        )


def _with_pair(one: ReadPair, pair: FramePair) -> ReadPair:
    return replace(one, pair=pair)


def _with_before(read: Iterator[ReadPair]) -> Iterator[tuple[ReadPair, FramePair | None]]:
    """Yield each with the pair before it in time, if that was scored."""
    before: FramePair | None = None
    for one in read:
        yield one, before
        if not one.match.between:
            before = one.pair


def _scaled(picture: Levels, wanted: tuple[int, ...]) -> Levels:
    shrinks = wanted[0] <= picture.shape[0] and wanted[1] <= picture.shape[1]
    method = cv2.INTER_AREA if shrinks else cv2.INTER_CUBIC
    return cv2.resize(picture, (wanted[1], wanted[0]), interpolation=method).clip(0, 255)

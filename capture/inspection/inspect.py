"""The first look at footage: how it must be read, and what was found, as conditions."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from stickdance.capture.conditions.condition import Condition, judged
from stickdance.capture.estimators.contract import PoseEstimator
from stickdance.capture.inspection.bars import inside_bars
from stickdance.capture.inspection.combing import combed, earlier_lines
from stickdance.capture.inspection.letters import find_letters
from stickdance.capture.inspection.repeats import real_rate
from stickdance.capture.inspection.sampling import SampledFrames, sample, stored_lines
from stickdance.capture.inspection.uprightness import Uprightness, find_uprightness
from stickdance.capture.media.probing import VideoInfo
from stickdance.capture.media.treatment import WHOLE, Fields, Treatment
from stickdance.capture.options import Rotation

_UNEVEN = 5.0  # percent of the time in which frames may be missing without a word


@dataclass(frozen=True)
class Inspection:
    """How one video must be read, and why."""

    treatment: Treatment
    conditions: tuple[Condition, ...]


def inspect(
    info: VideoInfo,
    start: float,
    end: float,
    rotate: Rotation = "auto",
    estimator: Callable[[], PoseEstimator] | None = None,
) -> Inspection:
    """Look at a video before it is watched.

    Args:
        info: of the video, as it is shown.
        start: second from which on it is used.
        end: second up to which it is used.
        rotate: degrees clockwise to turn it by; "auto" finds out.
        estimator: makes an estimator for finding out which way is up; None where the picture must
            keep its place, as poses given for it have theirs: then it is neither turned by itself
            nor cropped.
    """
    samples = sample(info, start, end)
    if not samples.pictures:
        return Inspection(Treatment(rotate=0 if rotate == "auto" else int(rotate)), ())
    upright = _upright(samples, rotate, estimator)
    turn = upright.turn if upright.sure else 0
    samples = samples.turned(turn)
    crop = WHOLE if estimator is None else inside_bars(samples.brightest, samples.darkest)
    lettering = find_letters(samples.cropped(Treatment(crop=crop)).pictures)
    fps = real_rate(samples.changes, info.fps) if 100 * info.uneven <= _UNEVEN else None
    fields = _fields(info, samples, start, end)
    treatment = Treatment(fields, turn, crop, fps, lettering)
    found = _conditions(info, samples, treatment)
    return Inspection(treatment, tuple(found if rotate != "auto" else [_way_up(upright), *found]))


def _upright(
    samples: SampledFrames, rotate: Rotation, estimator: Callable[[], PoseEstimator] | None
) -> Uprightness:
    if rotate != "auto":
        return Uprightness(int(rotate), True)
    if estimator is None:
        return Uprightness(0, True)
    return find_uprightness(samples.pictures, estimator)


def _fields(info: VideoInfo, samples: SampledFrames, start: float, end: float) -> Fields:
    """Return which lines come first where frames are interlaced and no flag says so."""
    fields = "" if info.interlaced else earlier_lines(samples.fields)
    if fields and combed(stored_lines(info, (start + end) / 2)):
        return fields
    return ""


def _way_up(upright: Uprightness) -> Condition:
    place = "stands on its head" if upright.turn == 180 else "lies on its side"
    told = f"the picture {place}; turned by {upright.turn} degrees clockwise (--rotate 0 leaves it)"
    if not upright.sure:
        told = (
            f"the picture may be one that {place}: people are not upright in it; --rotate "
            f"{upright.turn} turns it"
        )
    return judged(
        "picture upright", upright.turn, "degrees to turn", good=0, usable=270,
        well="people stand upright in it", ill=told,
    )  # fmt: skip


def _conditions(info: VideoInfo, samples: SampledFrames, treatment: Treatment) -> list[Condition]:
    left, top, right, bottom = treatment.crop
    bars = 100 * (1 - (right - left) * (bottom - top))
    letters = 0.0 if treatment.lettering is None else 100 * treatment.lettering.share
    repeated = 0.0 if treatment.fps is None else 100 * (1 - treatment.fps / info.fps)
    combed = info.interlaced or bool(treatment.deinterlace)
    return [
        judged(
            "repeated frames", repeated, "% of frames", good=0, usable=100,
            well="every frame is a new one",
            ill=f"frames are repeated: {info.fps:.4g} a second are stored, "
            f"{treatment.fps or info.fps:.4g} differ; read at {treatment.fps or info.fps:.4g}",
        ),
        judged(
            "uneven frame times", 100 * info.uneven, "% of the time", good=_UNEVEN, usable=100,
            well="frames follow one another evenly",
            ill="the frame rate varies: frames are shown for other than the usual time during "
            f"{info.uneven:.0%} of the footage; read at an even {info.fps:.4g} a second by their "
            "times; film at a constant rate",
        ),
        judged(
            "interlaced", 100.0 * combed, "% of frames", good=0, usable=100,
            well="frames are whole",
            ill="each frame holds two moments, line by line"
            f"{', though the file does not say so' if treatment.deinterlace else ''}; "
            "deinterlaced; film progressively",
        ),
        judged(
            "black bars", bars, "% of the picture", good=0, usable=90,
            well="the picture fills the frame",
            ill=f"black bars cover {bars:.0f} % of the frame; cut off",
        ),
        judged(
            "burnt-in letters", letters, "% of the picture", good=0, usable=20,
            well="nothing is written before the person",
            ill=f"letters are burnt into the picture, on {letters:.1f} % of it, and the person "
            "passes behind them; painted over, use footage without them",
        ),
    ]  # fmt: skip


def worst_of(inspections: Sequence[Inspection]) -> list[Condition]:
    """Return one condition of each name: the worst over all videos."""
    found: dict[str, Condition] = {}
    for inspection in inspections:
        for each in inspection.conditions:
            if each.name not in found or (each.measure or 0) > (found[each.name].measure or 0):
                found[each.name] = each
    return list(found.values())

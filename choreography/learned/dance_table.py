"""Ways of dancing the same songs, compared in one table.

Every dance, real or made, is brought to the choreographers' frame rate and back by cubics before it
is scored, so that a model of 10 frames a second and footage of 25 are treated alike; the real
dances as they are stand in a row of their own. The music beats of a song are the same for all. The
control is each set of dances set to other songs: what a dance scores there, it does not owe to its
own song.

Conventions: a row's scores are means over its dances; rates are shares; distances as in
`stickdance.choreography.evaluation.motion_features`, all standardised by the real dances.

Source: Ban, "Generating Music-Driven Choreography with Deep Learning" (2021), section 5.2
(Frechet distance, beat coverage, hit rate); hit rates within 0.15 s as there and within 0.07 s.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
from scipy.interpolate import CubicSpline

from stickdance.capture.pose.sequence import PoseSequence
from stickdance.checkpoints.errors import BadInput
from stickdance.choreography.evaluation.metrics import evaluate
from stickdance.choreography.evaluation.motion_features import (
    FPS,
    diversity,
    frame_features,
    frechet_distance,
)
from stickdance.choreography.evaluation.published_measures import (
    published_fid,
    published_measures,
    window_features,
)
from stickdance.choreography.learned.options import TableOptions
from stickdance.choreography.learned.seams import fastest_joint, find_seams

RATES = ("beat_coverage", "hit_rate_150ms", "hit_rate", "beat_align_fact", "beat_align_bailando")
"""What is also scored against other songs."""
CHANCES = ("hit_rate_150ms_by_chance", "hit_rate_by_chance")
_HALVES = 10
_LEAST = 4  # frames that a cubic needs


@dataclass(frozen=True)
class SongDance:
    """A dance to one song."""

    poses: PoseSequence
    borders: tuple[float, ...] = ()
    """Seconds at which chunks meet, where it was made of chunks."""


def dance_table(
    real: Mapping[str, SongDance],
    ways: Mapping[str, Mapping[str, SongDance]],
    beats: Mapping[str, np.ndarray],
    options: TableOptions | None = None,
    onsets: Mapping[str, np.ndarray] | None = None,
) -> dict[str, Any]:
    """Compare ways of dancing with real dances, song by song.

    Args:
        real: the real dances by song, at least two.
        ways: name of a way -> its dances by song, of the songs in `real`.
        beats: seconds of each song's beats, from the first frame of its dances.
        options: how.
        onsets: seconds of each song's strong onsets, which are Ban's music beats.

    Returns:
        "rows": for each way a dict of scores with "shuffled" (means with other songs), "margins"
        (own minus other songs: mean and standard error over songs) and "seams", and with
        `onsets` "as_ban" (beat_coverage, hit_rate and fid by Ban's definitions, see
        `published_measures`); "real dances" comes first. "real_as_they_are": the row of the real
        dances at their own rate. "frechet_floor": the distance of one half of the real dances from
        the other.

    Raises:
        BadInput: fewer than two songs, or a way lacks one of them.
    """
    options = options or TableOptions()
    _check(real, ways, options)
    sharp = replace(options, model_fps=0.0)
    features = _features(_seen(real, options))
    made = {name: {song: dances[song] for song in real} for name, dances in ways.items()}
    rows = [
        _row("real dances", real, None, beats, options),
        *(_row(name, dances, features, beats, options) for name, dances in made.items()),
    ]
    as_they_are = _row("as they are", real, features, beats, sharp)
    if onsets is not None:
        for row, dances in zip([*rows, as_they_are], [real, *made.values(), real], strict=True):
            row["as_ban"] = _as_ban(dances, real, onsets)
    return {
        "songs": len(real),
        "options": asdict(options),
        "frechet_floor": _floor(list(features.values())),
        "rows": rows,
        "real_as_they_are": as_they_are,
    }


def at_rate(poses: PoseSequence, fps: float) -> PoseSequence:
    """Return poses known only `fps` times a second, by a cubic through these at `FPS`.

    What moves faster than half that rate is gone; the seconds stay the same. A joint that is
    missing for a while is passed through by the cubic, one that is hardly ever there stays missing.
    """
    last = (len(poses) - 1) / poses.fps
    coarse = np.arange(int(last * fps + 1e-6) + 1) / fps
    if len(coarse) < _LEAST or not fps < poses.fps:
        return poses.resampled(FPS)
    times = np.minimum(np.arange(max(1, round(poses.seconds * FPS))) / FPS, coarse[-1])
    paths = [_passed(poses.points[:, joint], poses.fps) for joint in range(len(poses.skeleton))]
    missing = np.full((len(times), 2), np.nan)
    points = np.stack(
        [missing if path is None else CubicSpline(coarse, path(coarse))(times) for path in paths],
        axis=1,
    )
    confidence = np.isfinite(points).all(axis=-1).astype(np.float32)
    return replace(poses, points=points, confidence=confidence, fps=FPS, depth=None, parts={})


def _passed(path: np.ndarray, fps: float) -> CubicSpline | None:
    there = np.flatnonzero(np.isfinite(path).all(axis=-1))
    return CubicSpline(there / fps, path[there].astype(float)) if len(there) >= _LEAST else None


def _check(
    real: Mapping[str, SongDance],
    ways: Mapping[str, Mapping[str, SongDance]],
    options: TableOptions,
) -> None:
    if len(real) < 2:
        raise BadInput(f"found {len(real)} real dances, expected two songs or more to compare")
    for name, dances in ways.items():
        lacking = sorted(set(real) - set(dances))
        if lacking:
            raise BadInput(
                f"{name}: has no dance for {len(lacking)} of {len(real)} songs, e.g. {lacking[0]}"
            )
    if not (options.model_fps == 0 or 2 <= options.model_fps <= 240):
        raise BadInput(f"--model-fps {options.model_fps:g}: expected 2 to 240, or 0 for none")
    if options.other_songs < 1:
        raise BadInput(f"--other-songs {options.other_songs}: expected at least 1")


def _seen(dances: Mapping[str, SongDance], options: TableOptions) -> dict[str, PoseSequence]:
    """Return what is scored of dances, by song, in the order of the songs."""
    poses = {song: dances[song].poses for song in sorted(dances)}
    if options.model_fps == 0:
        return poses
    return {song: at_rate(one, options.model_fps) for song, one in poses.items()}


def _features(poses: Mapping[str, PoseSequence]) -> dict[str, np.ndarray]:
    return {song: frame_features(one) for song, one in poses.items()}


def _row(
    name: str,
    dances: Mapping[str, SongDance],
    real: Mapping[str, np.ndarray] | None,
    beats: Mapping[str, np.ndarray],
    options: TableOptions,
) -> dict[str, Any]:
    """Return the scores of one way; `real`, features, is None for the real dances themselves."""
    poses = _seen(dances, options)
    features = _features(poses)
    ours, theirs = list(features.values()), list((real or features).values())
    own = [evaluate(one, _within(beats[song], one)) for song, one in poses.items()]
    other = [_with_other_songs(poses, beats, place, options) for place in range(len(poses))]
    return {
        "name": name,
        "dances": len(poses),
        "seconds": round(sum(one.seconds for one in poses.values()), 1),
        "frechet_distance": None if real is None else frechet_distance(ours, theirs),
        "diversity": diversity(ours, theirs),
        "speed": float(np.mean([fastest_joint(one).mean() for one in poses.values()])),
        **{key: _mean([scores[key] for scores in own]) for key in (*RATES, *CHANCES)},
        "shuffled": {key: _mean([scores[key] for scores in other]) for key in RATES},
        "margins": {key: _margin(own, other, key) for key in RATES},
        "seams": _seams(dances),
    }


def _as_ban(
    dances: Mapping[str, SongDance],
    real: Mapping[str, SongDance],
    onsets: Mapping[str, np.ndarray],
) -> dict[str, float | None]:
    """Return a way's means by Ban's definitions; real dances have no distance from themselves."""
    scores = [
        published_measures(one.poses, _within(onsets[song], one.poses))
        for song, one in dances.items()
    ]
    features = [[window_features(one.poses) for one in some.values()] for some in (dances, real)]
    return {
        "beat_coverage": _mean([one["beat_coverage"] for one in scores]),
        "hit_rate": _mean([one["hit_rate"] for one in scores]),
        "fid": None if dances is real else published_fid(*features),
    }


def _with_other_songs(
    poses: Mapping[str, PoseSequence],
    beats: Mapping[str, np.ndarray],
    place: int,
    options: TableOptions,
) -> dict[str, float | None]:
    """Return a dance's mean scores with the beats of other songs.

    Over all dances every song is taken equally often, so that fast songs favour none.
    """
    songs = list(poses)
    count = min(options.other_songs, len(songs) - 1)
    scores = []
    for shift in 1 + np.arange(count) * (len(songs) - 1) // count:
        partner = songs[(place + int(shift)) % len(songs)]
        own = poses[songs[place]]
        part = own.part(0, min(len(own), int(poses[partner].seconds * own.fps)))
        scores.append(evaluate(part, _within(beats[partner], part)))
    return {key: _mean([one[key] for one in scores]) for key in RATES}


def _within(beats: np.ndarray, poses: PoseSequence) -> np.ndarray:
    return beats[(beats >= 0) & (beats < poses.seconds)]


def _mean(values: Sequence[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return float(np.mean(known)) if known else None


def _margin(
    own: Sequence[Mapping[str, Any]], other: Sequence[Mapping[str, Any]], key: str
) -> dict[str, float] | None:
    """Return by how much own songs are above others: mean, and its standard error over songs."""
    pairs = zip(own, other, strict=True)
    differences = [a[key] - b[key] for a, b in pairs if a[key] is not None and b[key] is not None]
    if len(differences) < 2:
        return None
    error = np.std(differences, ddof=1) / np.sqrt(len(differences))
    return {"mean": float(np.mean(differences)), "standard_error": float(error)}


def _seams(dances: Mapping[str, SongDance]) -> dict[str, Any] | None:
    """Return how chunks meet in all dances that were made of some."""
    found = [find_seams(one.poses, np.array(one.borders)) for one in dances.values() if one.borders]
    found = [one for one in found if one.borders]
    if not found:
        return None
    ratios = [one.at_borders / one.elsewhere for one in found if one.at_borders and one.elsewhere]
    return {
        "borders": sum(one.borders for one in found),
        "smooth_dances": sum(one.smooth for one in found),
        "dances": len(found),
        "largest_over_99th_percentile": max(ratios, default=None),
        "mean_by_chance": _mean([one.by_chance for one in found]),
        "speed_around_over_elsewhere": _mean([one.around for one in found]),
    }


def _floor(features: Sequence[np.ndarray]) -> float | None:
    """Return how far one half of the real dances lies from the other, mean over random halves."""
    if len(features) < 4:
        return None
    random = np.random.default_rng(0)
    orders = [random.permutation(len(features)) for _ in range(_HALVES)]
    halves = [([features[n] for n in one[::2]], [features[n] for n in one[1::2]]) for one in orders]
    return float(np.mean([frechet_distance(*pair) for pair in halves]))

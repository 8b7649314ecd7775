import json

import numpy as np
import pytest

from stickdance.capture.pose.sequence import PoseSequence
from stickdance.checkpoints.errors import BadInput
from stickdance.choreography.evaluation.motion_beats import motion_beats
from stickdance.choreography.learned.dance_table import SongDance, at_rate, dance_table
from stickdance.choreography.learned.options import TableOptions

SECONDS = 24.0
TEMPOS = {"slow": 0.83, "middle": 0.61, "fast": 0.47, "late": 0.73}
BEATS = {name: np.arange(0.4, SECONDS, period) for name, period in TEMPOS.items()}
OPTIONS = TableOptions(other_songs=3)


def on_beats(beats, fps=25.0, seed=0, size=1.0):
    """Return a body that goes to a new pose on each beat and stops there."""
    random = np.random.default_rng(seed)
    base = np.stack([np.full(18, 100.0), np.linspace(20, 120, 18)], axis=1)
    base[0], base[10], base[13] = (100, 20), (95, 120), (105, 120)
    poses = base + random.uniform(-9, 9, (len(beats) + 1, 18, 2))
    times = np.arange(round(SECONDS * fps)) / fps
    place = np.clip(np.searchsorted(beats, times), 1, len(beats) - 1)
    share = np.clip((times - beats[place - 1]) / (beats[place] - beats[place - 1]), 0, 1)
    eased = (share - np.sin(2 * np.pi * share) / (2 * np.pi))[:, None, None]
    points = (poses[place - 1] + eased * (poses[place] - poses[place - 1])) * size
    side = round(256 * size)
    return PoseSequence(points, np.ones(points.shape[:2]), fps, (side, side))


def dances(fps=25.0, size=1.0, of=None):
    own = of or {name: name for name in BEATS}
    return {
        name: SongDance(on_beats(BEATS[own[name]], fps, seed, size))
        for seed, name in enumerate(sorted(BEATS))
    }


@pytest.fixture(scope="module")
def table():
    names = sorted(BEATS)
    turned = dict(zip(names, names[1:] + names[:1], strict=True))
    ways = {"alike": dances(fps=50.0, size=2.0), "other songs": dances(of=turned)}
    return dance_table(dances(), ways, BEATS, OPTIONS)


def row(table, name):
    return next(one for one in table["rows"] if one["name"] == name)


def test_dances_on_their_beats_hit_them_and_owe_it_to_their_own_song(table):
    real = row(table, "real dances")
    assert real["hit_rate"] > 0.9 and real["hit_rate_150ms"] > 0.95
    assert real["beat_coverage"] == pytest.approx(1, abs=0.1)
    for name in ("hit_rate", "hit_rate_150ms", "beat_align_fact", "beat_align_bailando"):
        margin = real["margins"][name]
        assert margin["mean"] > 4 * margin["standard_error"] > 0
        assert margin["mean"] == pytest.approx(real[name] - real["shuffled"][name])


def test_other_songs_give_about_what_chance_gives(table):
    for name in ("real dances", "alike"):
        one = row(table, name)
        assert one["shuffled"]["hit_rate_150ms"] == pytest.approx(
            one["hit_rate_150ms_by_chance"], abs=0.15
        )


def test_dances_made_for_other_songs_show_no_margin(table):
    other = row(table, "other songs")
    assert other["margins"]["hit_rate"]["mean"] < 0.15
    assert other["hit_rate"] < 0.5 < row(table, "real dances")["hit_rate"]


def test_another_frame_rate_and_size_are_no_distance(table):
    alike = row(table, "alike")
    real = row(table, "real dances")
    assert alike["frechet_distance"] < 0.5 < row(table, "other songs")["frechet_distance"]
    assert alike["diversity"] == pytest.approx(real["diversity"], rel=0.02)
    assert alike["speed"] == pytest.approx(real["speed"], rel=0.02)
    assert alike["hit_rate"] == pytest.approx(real["hit_rate"], abs=0.05)


def test_real_dances_have_no_distance_but_a_floor(table):
    assert row(table, "real dances")["frechet_distance"] is None
    assert table["frechet_floor"] > 0
    assert table["real_as_they_are"]["frechet_distance"] < table["frechet_floor"]


def test_the_table_is_plain_json(table):
    assert json.loads(json.dumps(table)) == table


def test_measures_by_bans_definitions_stand_beside_ours_where_onsets_are_known(table):
    assert "as_ban" not in row(table, "alike")
    found = dance_table(dances(), {"alike": dances(50.0, 2.0)}, BEATS, OPTIONS, BEATS)
    real, alike = (row(found, name)["as_ban"] for name in ("real dances", "alike"))
    assert real["fid"] is None and alike["fid"] == pytest.approx(0, abs=0.02)
    assert real["hit_rate"] > 0.8 and 0.5 < real["beat_coverage"] <= 1.1
    assert found["real_as_they_are"]["as_ban"]["hit_rate"] > 0.8


def test_seams_are_told_only_of_dances_made_of_chunks():
    chunked = {
        name: SongDance(one.poses, tuple(np.arange(4, SECONDS, 4.0)))
        for name, one in dances().items()
    }
    found = dance_table(dances(), {"chunked": chunked}, BEATS, OPTIONS)
    assert row(found, "real dances")["seams"] is None
    assert row(found, "chunked")["seams"]["borders"] == 5 * len(BEATS)


def test_a_lower_rate_keeps_the_seconds_and_the_arrivals():
    poses = on_beats(BEATS["middle"])
    coarse = at_rate(poses, 10.0)
    assert len(coarse) == len(poses) and coarse.fps == poses.fps
    inside = [times[(times > 0.6) & (times < 23.4)] for times in map(motion_beats, (coarse, poses))]
    assert len(inside[0]) == len(inside[1]) > 30
    assert np.abs(inside[0] - inside[1]).max() < 0.05
    assert np.abs(coarse.points - poses.points).max() > 1e-3


def test_what_is_too_fast_for_the_lower_rate_is_gone():
    poses = on_beats(BEATS["slow"])
    trembling = poses.points.copy()
    trembling[::2, 5] += 4.0
    shaken = at_rate(PoseSequence(trembling, poses.confidence, 25.0, poses.size), 10.0)
    smooth = at_rate(poses, 10.0)
    left = np.diff(shaken.points[:, 5] - smooth.points[:, 5], axis=0)
    assert np.abs(left).max() < 2.5  # a tremble is 4 pixels from frame to frame


def test_a_joint_that_is_missing_for_a_while_is_passed_through():
    poses = on_beats(BEATS["slow"])
    holed = poses.points.copy()
    holed[200:204, 4] = np.nan
    holed[:, 7] = np.nan
    filled = at_rate(PoseSequence(holed, poses.confidence, 25.0, poses.size), 10.0)
    assert np.isfinite(filled.points[:, 4]).all()
    assert np.isnan(filled.points[:, 7]).all()


def test_a_way_that_lacks_a_song_is_named():
    few = dances()
    del few["slow"]
    with pytest.raises(BadInput, match=r"few: has no dance for 1 of 4 songs, e\.g\. slow"):
        dance_table(dances(), {"few": few}, BEATS, OPTIONS)


def test_one_song_is_not_enough():
    alone = {"slow": dances()["slow"]}
    with pytest.raises(BadInput, match="two songs"):
        dance_table(alone, {}, BEATS, OPTIONS)


@pytest.mark.parametrize(
    ("options", "flag"),
    [
        (TableOptions(model_fps=-1), "--model-fps"),
        (TableOptions(model_fps=float("nan")), "--model-fps"),
        (TableOptions(other_songs=0), "--other-songs"),
    ],
)
def test_options_out_of_range_are_named(options, flag):
    with pytest.raises(BadInput, match=flag):
        dance_table(dances(), {}, BEATS, options)

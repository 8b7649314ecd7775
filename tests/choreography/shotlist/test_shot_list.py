"""Shot lists: read back as written, refused otherwise, and enough for what they were made for."""

import json
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from stickdance.checkpoints.errors import BadInput
from stickdance.choreography.actions.catalog import DANCED
from stickdance.choreography.body.proportions import default_profile
from stickdance.choreography.music.beat_features import BeatFeatures
from stickdance.choreography.music.beats import Beats
from stickdance.choreography.music.structure import Section, Structure
from stickdance.choreography.plan.styles import Taste
from stickdance.choreography.shotlist.alignment import features_of, find_moves, guide_start
from stickdance.choreography.shotlist.covering import Need, fewest_moves
from stickdance.choreography.shotlist.filmed import SHOTS, FilmedShot, FilmedShots, shots_of
from stickdance.choreography.shotlist.guide import Danced, guide_of, guide_through
from stickdance.choreography.shotlist.listing import shots_for, style_to_shot_list
from stickdance.choreography.shotlist.options import ShotListOptions
from stickdance.choreography.shotlist.placing import place_shots
from stickdance.choreography.shotlist.shot_list import Shot, ShotList

LISTED = ShotList(
    (Shot("mambo", False, 4), Shot("lasso", True, 4, 1, "ready", "ready", 2)), 120.0, 4, "pop",
    {"name": "song.wav", "sha256": "0" * 64}, ("salsa (4 beats of section A)",),
)  # fmt: skip
BODY = default_profile((200, 200))
FPS = 25.0


def a_song(tempo: float = 120.0, bars: int = 24) -> tuple[Beats, Structure, BeatFeatures]:
    """Verse, chorus, verse of equal bars, with loudness that changes."""
    count = 4 * bars
    beats = Beats(
        times=np.arange(count) * 60 / tempo, tempo=tempo, metre=4,
        downbeats=np.arange(0, count, 4), strength=np.ones(count), confidence=1.0,
    )  # fmt: skip
    third = beats.times[count // 3]
    sections = tuple(
        Section(label, n * third, (n + 1) * third, label == "B") for n, label in enumerate("ABA")
    )
    structure = Structure(sections, (), "B")
    random = np.random.default_rng(0)
    features = BeatFeatures(
        amplitude=random.random(count), interval=np.full(count, 60 / tempo),
        shares=random.dirichlet((1, 1, 1), count), silent=np.zeros(count, bool),
    )  # fmt: skip
    return beats, structure, features


def test_a_list_is_read_back_as_it_was_written(tmp_path):
    assert ShotList.load(LISTED.save(tmp_path / "list.json")) == LISTED


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"kind": "choreography"}, 'expected a shot list, an object with "kind": "shot_list"'),
        ({"version": 2}, "version: expected 1, found 2"),
        ({"tempo": 1000}, "tempo: expected 30 to 300"),
        ({"shots": []}, "shots: their number: expected 1 to 200"),
        ({"shots": [{"action": "mambo"}]}, "shot 1: mirrored is missing"),
        ({"more": 1}, "unknown field 'more'"),
    ],
)
def test_what_is_no_list_is_refused_in_one_line(tmp_path, change, told):
    path = tmp_path / "list.json"
    path.write_text(json.dumps(json.loads(LISTED.to_json()) | change))
    with pytest.raises(BadInput) as error:
        ShotList.load(path)
    assert str(error.value).startswith(str(path))
    assert told in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"action": "mambi"}, "did you mean 'mambo'"),
        ({"action": "idle"}, "idle is no move to be filmed"),
        ({"begin": "idle"}, "begin: expected rest or ready"),
        ({"beats": 0}, "beats: expected 2 to 64"),
    ],
)
def test_a_wrong_shot_is_named_with_its_field(tmp_path, change, told):
    values = json.loads(LISTED.to_json())
    values["shots"][1] |= change
    path = tmp_path / "list.json"
    path.write_text(json.dumps(values))
    with pytest.raises(BadInput, match=told):
        ShotList.load(path)


def test_one_move_covers_two_that_are_alike_and_the_dearer_is_left_out():
    mambo = DANCED["mambo"]
    twin = replace(mambo, name="twin", energy=mambo.energy + 0.1)
    other = replace(mambo, name="other", source="arms")
    needs = [Need(action, "A", "rest", 4) for action in (mambo, twin)]
    actions = {a.name: a for a in (mambo, twin, other)}
    # A section that asked for two moves gets two; alone in their sections, one does for both.
    assert len(fewest_moves(needs, actions, lambda _: 20).moves) == 2
    apart = [replace(needs[0], section="B"), needs[1]]
    cheap = {"mambo": 30.0, "twin": 20.0, "other": 1.0}
    cover = fewest_moves(apart, actions, lambda action: cheap[action.name])
    assert [move.action.name for move in cover.moves] == ["twin"]
    assert cover.missed == ()


def test_what_no_time_is_left_for_is_told_by_its_beats():
    few, many = Need(DANCED["mambo"], "A", "rest", 4), Need(DANCED["lasso"], "B", "rest", 40)
    actions = {need.action.name: need.action for need in (few, many)}
    cover = fewest_moves([few, many], actions, lambda _: 20.0, most=30)
    assert [move.action.name for move in cover.moves] == ["lasso"]
    assert cover.missed == (few,)


@pytest.mark.parametrize("style", ["pop", "sharp", "paper"])
def test_a_songs_list_dances_it_with_every_join_in_a_shared_pose(style):
    heard, options = a_song(), ShotListOptions(style=style)
    made = shots_for(heard, options)
    shots = made.shot_list.shots
    placed = place_shots(shots, 120.0, heard, options)
    assert {one.shot for one in placed} == set(shots)
    assert sum(one.beats for one in placed) == made.beats_danced >= 0.95 * len(heard[0].times)
    for one, following in pairwise(placed):
        assert one.start_beat + one.beats <= following.start_beat
        if one.start_beat + one.beats == following.start_beat:
            assert one.shot.end == following.shot.begin
    chorus = [one for one in placed if one.section == "B"]
    assert {one.shot.begin for one in chorus} == {"ready"}


def test_a_song_twice_as_fast_takes_two_beats_for_one_of_the_click():
    shots = style_to_shot_list(ShotListOptions(tempo=90)).shots
    placed = place_shots(shots, 90.0, a_song(tempo=180), Taste())
    assert placed
    assert all(one.beats == 2 * one.shot.beats for one in placed)


def test_a_side_that_was_not_filmed_is_shown_in_a_mirror_only_where_that_is_allowed():
    shots = style_to_shot_list(ShotListOptions(both_sides=False)).shots
    assert not any(shot.mirrored for shot in shots)
    heard = a_song()
    assert not any(one.mirrored for one in place_shots(shots, 112, heard, Taste()))
    assert any(one.mirrored for one in place_shots(shots, 112, heard, Taste(), mirrors=True))


def test_a_guide_is_in_the_shared_poses_where_moves_begin_and_end():
    guide = guide_of(LISTED)
    poses = guide.poses(BODY, 50.0)
    ends = {}
    for one in guide.danced:
        shot = guide.shot(one.number)
        for name, at in ((shot.begin, one.start), (shot.end, one.start + shot.beats * 0.5)):
            ends.setdefault(name, []).append(poses.points[round(at * 50)])
    for name in ("rest", "ready"):
        spread = np.ptp(np.array(ends[name]), axis=0).max()
        assert spread < 0.01 * BODY.height
    assert len(ends["rest"]) == 2 * 3
    assert len(ends["ready"]) == 2 * 2
    # The last fifth, which is kept for tests, holds no move that was not danced before.
    first = {one.number: one.start for one in reversed(guide.danced)}
    assert max(first.values()) < 0.8 * guide.seconds


def test_moves_are_found_in_footage_that_began_early_and_follows_late():
    guide = guide_of(LISTED)
    shown = guide.poses(BODY, FPS)
    before, late = 40, 6
    points = np.concatenate([np.repeat(shown.points[:1], before + late, axis=0), shown.points])
    film = features_of(replace(shown, points=points, confidence=np.ones(points.shape[:2]),
                               depth=None), BODY.height)  # fmt: skip
    start, likeness = guide_start(film, guide, BODY, FPS)
    assert likeness > 0.8
    assert start == pytest.approx((before + late) / FPS, abs=0.08)
    marked = [Danced(d.number, d.start + before / FPS) for d in guide.danced]
    found = find_moves(film, LISTED, marked, BODY, FPS)
    assert [one.number for one in found] == [1, 1, 2, 1, 2]
    for one, mark in zip(found, marked, strict=True):
        assert one.start == pytest.approx(mark.start + late / FPS, abs=0.05)
        assert one.likeness > 0.95


def test_somebody_who_does_another_move_is_not_taken_for_the_figure():
    other = ShotList((Shot("squat_drop", False, 4),), 120.0)
    guide = guide_through(other, 1, shown=False, times=1)
    film = features_of(guide.poses(BODY, FPS), BODY.height)
    found = find_moves(film, LISTED, [Danced(1, guide.danced[0].start)], BODY, FPS)
    assert found[0].likeness < 0.5


def test_filmed_shots_are_moves_that_are_read_back_and_danced_in_turn(tmp_path):
    filmed = FilmedShots(
        LISTED, (FilmedShot(1, 2.0, 0.9), FilmedShot(1, 6.0, 0.8), FilmedShot(2, 9.0, 0.7)), ("x",)
    )
    (tmp_path / SHOTS).write_text(filmed.to_json())
    assert shots_of(tmp_path) == filmed
    assert [move.name for move in filmed.moves] == [
        "move_01_mambo_1", "move_01_mambo_2", "move_02_lasso_1",
    ]  # fmt: skip
    assert filmed.moves[1].arrivals == (0.5, 1.0, 1.5, 2.0)
    assert [shot.action for shot in filmed.within(8.5).shots] == ["mambo"]
    heard = a_song()
    steps = filmed.steps(place_shots(filmed.shots, 120.0, heard, Taste()))
    names = [step.action for step in steps if "mambo" in step.action]
    assert names[:4] == ["move_01_mambo_1", "move_01_mambo_2"] * 2
    (tmp_path / SHOTS).write_text('{"kind": "filmed_shots", "version": 9}')
    with pytest.raises(BadInput, match=r"shots\.json: .*version"):
        shots_of(tmp_path)

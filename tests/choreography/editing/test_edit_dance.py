import json
from dataclasses import replace

import numpy as np
import pytest
import soundfile

from stickdance.checkpoints.errors import BadInput, UsageError
from stickdance.choreography import song_to_plan
from stickdance.choreography.actions.catalog import ACTIONS
from stickdance.choreography.editing.edit_dance import edit_dance
from stickdance.choreography.editing.options import EditOptions
from stickdance.choreography.editing.selection import sections_of
from stickdance.choreography.listening import Heard
from stickdance.choreography.music.beats import Beats
from stickdance.choreography.music.structure import Section, Structure
from stickdance.choreography.music_to_poses import music_to_poses
from stickdance.choreography.options import ChoreographyOptions
from stickdance.choreography.rules.hints import traits_of

BEAT, FIRST, COUNT, RATE = 0.5, 0.5, 64, 8000


@pytest.fixture(scope="module")
def dance(tmp_path_factory):
    """Sixty-four beats at 120, sections A B A B C of 16, 16, 16, 8 and 8 beats; B is the chorus."""
    folder = tmp_path_factory.mktemp("edit")
    seconds = FIRST + COUNT * BEAT
    times = FIRST + BEAT * np.arange(COUNT)
    sound = np.zeros(round(seconds * RATE))
    for beat, time in enumerate(times):
        at = round(time * RATE)
        sound[at : at + 800] = (0.3 + 0.3 * (beat % 4 == 0)) * np.sin(np.arange(800) * 0.3)
    soundfile.write(folder / "song.wav", sound, RATE)
    ends = [0.0, *(float(times[n]) for n in (16, 32, 48, 56)), seconds]
    sections = tuple(
        Section(label, start, end, label == "B")
        for label, start, end in zip("ABABC", ends, ends[1:], strict=False)
    )
    beats = Beats(times, np.arange(0, COUNT, 4), 120.0, 4, np.ones(COUNT), 1.0)
    heard = Heard(None, beats, Structure(sections, (), "B"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(song_to_plan, "listen", lambda sound, options: heard)
        return music_to_poses(folder / "song.wav", folder / "dance",
                              ChoreographyOptions(preview=False))  # fmt: skip


def edited(dance, tmp_path, **options):
    return edit_dance(dance, tmp_path / "edited", EditOptions(**options))


def changed_frames(one, other):
    return (one.poses.points != other.poses.points).any(axis=(1, 2))


def beats_now(dance):
    """The beat, from 0, that each frame is at."""
    return (np.arange(len(dance.poses)) / dance.poses.fps - FIRST) / BEAT


def test_a_section_is_chosen_anew_and_all_else_stays_to_the_last_digit(dance, tmp_path):
    now = edited(dance, tmp_path, reroll=("section:B",))
    of_b = [n for n, owner in enumerate(sections_of(dance.choreography)) if owner in (1, 3)]
    assert {dance.choreography.steps[n] for n in range(len(dance.choreography.steps))
            if n not in of_b} <= set(now.dance.choreography.steps)  # fmt: skip
    old = {dance.choreography.steps[n].action for n in of_b}
    new = {s.action for s in now.dance.choreography.steps if s.section == "B"}
    assert new and new.isdisjoint(old)
    changed, beats = changed_frames(dance, now.dance), beats_now(dance)
    # Steps last at most eight beats here: the one before is left, the one after come to.
    assert not changed[(beats < 14) | ((beats > 33) & (beats < 46)) | (beats > 57)].any()
    assert changed[(beats > 17) & (beats < 31)].mean() > 0.9
    assert now.dance.warnings == () and now.seconds[0][0] < FIRST + 16 * BEAT


def test_both_returns_of_a_section_get_the_same_new_steps(dance, tmp_path):
    steps = edited(dance, tmp_path, reroll=("section:chorus",)).dance.choreography.steps
    first, second = ([s for s in steps if a <= s.start_beat < a + 8] for a in (16, 48))
    assert [s.action for s in first][:1] == [s.action for s in second][:1]


def test_single_steps_keep_their_beats_and_energy_and_get_another_action(dance, tmp_path):
    before = dance.choreography.steps
    now = edited(dance, tmp_path, reroll=("2",), seed=7).dance.choreography.steps
    fresh = [s for s in now if before[1].start_beat <= s.start_beat < before[1].end_beat]
    assert before[1].action not in {s.action for s in fresh}
    assert fresh[0].start_beat == before[1].start_beat and fresh[-1].end_beat == before[1].end_beat
    assert {s.energy for s in fresh} == {before[1].energy}
    assert [s for s in now if s not in fresh] == [s for n, s in enumerate(before) if n != 1]


def test_mirroring_twice_gives_the_same_dance(dance, tmp_path):
    once = edited(dance, tmp_path, mirror=("section:A:1",))
    twice = edit_dance(once.dance, tmp_path / "twice", EditOptions(mirror=("section:A:1",)))
    assert changed_frames(dance, once.dance).any()
    assert twice.dance.choreography.steps == dance.choreography.steps
    assert (twice.dance.poses.points == dance.poses.points).all()
    assert once.dance.manifest["edits"] == list(once.told)


def test_steps_change_places_and_an_action_is_danced_by_name(dance, tmp_path):
    before = dance.choreography.steps
    now = edited(dance, tmp_path, swap=("1=4", "2=mambo")).dance.choreography.steps
    assert now[0] == replace(before[3], start_beat=before[0].start_beat, beats=before[0].beats,
                             energy=before[0].energy, section=before[0].section,
                             across=before[0].across, ahead=before[0].ahead)  # fmt: skip
    assert now[3].action == before[0].action and now[1].action == "mambo"
    assert now[1].start_beat == before[1].start_beat and now[1].beats == before[1].beats


def test_a_removed_step_is_told_and_leaves_its_beats_empty(dance, tmp_path):
    step, following = dance.choreography.steps[2:4]
    now = edited(dance, tmp_path, remove=("3",))
    assert now.told == (
        f"step 3 ({step.action}, beats {step.start_beat:g} to {step.end_beat - 1:g}) is removed; "
        "no step is danced there now",
        f"numbers change: what was step 4 ({following.action}) is now step 3",
    )
    assert step not in now.dance.choreography.steps
    assert len(now.dance.choreography.steps) == len(dance.choreography.steps) - 1


def test_locked_steps_stay_now_and_in_later_edits(dance, tmp_path):
    before = dance.choreography.steps
    now = edited(dance, tmp_path, lock=("1-2",), reroll=("all",))
    assert [replace(s, locked=False) for s in now.dance.choreography.steps[:2]] == list(before[:2])
    assert now.told[0] == "locked, as they were: steps 1, 2"
    again = edit_dance(now.dance, tmp_path / "again", EditOptions(reroll=("section:A",)))
    assert again.dance.choreography.steps[:2] == now.dance.choreography.steps[:2]
    with pytest.raises(BadInput, match=r"every step named is locked, step 1 .* first; --unlock"):
        edit_dance(now.dance, tmp_path / "none", EditOptions(mirror=("1",)))
    plan = json.loads((now.dance.path / "choreography.json").read_text())
    assert plan["steps"][0]["locked"] is True and "locked" not in plan["steps"][3]


def test_a_hint_chooses_its_section_anew(dance, tmp_path):
    now = edited(dance, tmp_path, hint=("arms high in the chorus",))
    chorus = [ACTIONS[s.action] for s in now.dance.choreography.steps if s.section == "B"]
    others = [ACTIONS[s.action] for s in dance.choreography.steps if s.section == "B"]
    hands = [np.mean([traits_of(a)["hands"] for a in each]) for each in (chorus, others)]
    assert hands[0] > max(hands[1], 0.2)
    assert now.dance.manifest["options"]["hint"] == ["arms high in the chorus"]


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"reroll": ("99",)}, BadInput, "--reroll 99: expected steps from 1 to"),
        ({"reroll": ("section:D",)}, BadInput, "no such section.*there are A, B, C"),
        ({"mirror": ("section:B:3",)}, BadInput, "expected its return 1 to 2, found '3'"),
        ({"mirror": ("sektion:B",)}, UsageError, r"or all \(did you mean 'section'\?\)"),
        ({"swap": ("1=mambbo",)}, BadInput, r"unknown action 'mambbo' \(did you mean 'mambo'\?\)"),
        ({"swap": ("1-2",)}, UsageError, "expected 5=9 .two steps. or 5=mambo"),
        ({"swap": ("1=1",)}, UsageError, "is one step; name two"),
        ({"remove": ("1",), "mirror": ("1-2",)}, UsageError, "--mirror and --remove: both name st"),
        ({"reroll": ("2",), "lock": ("2",)}, UsageError, "--lock: keeps every step .*, step 2 "),
        ({"remove": ("all",)}, BadInput, "no step would be left"),
        ({"mirror": ("1",), "seed": 3}, UsageError, "--seed: goes with --reroll or --hint"),
    ],
)  # fmt: skip
def test_what_cannot_be_edited_is_said_in_a_line(dance, tmp_path, options, error, message):
    with pytest.raises(error, match=message):
        edited(dance, tmp_path, **options)
    assert not (tmp_path / "edited").exists()


def test_a_plan_edited_by_hand_tells_the_beats_that_it_leaves_empty(dance, tmp_path):
    plan = dance.choreography
    gone = plan.steps[1]
    kept = replace(plan, steps=tuple(step for step in plan.steps if step is not gone))
    made = ChoreographyOptions(plan=kept.save(tmp_path / "plan.json"), preview=False)
    told = music_to_poses(dance.sound.path, tmp_path / "by_hand", made).warnings
    empty = f"no step is danced on beats {gone.start_beat:g} to {gone.end_beat - 1:g}"
    assert empty in told

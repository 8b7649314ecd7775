from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from stickdance.checkpoints.errors import BadInput
from stickdance.choreography.actions.catalog import ACTIONS, DANCED, find_action
from stickdance.choreography.actions.size import picture_size
from stickdance.choreography.music.beat_features import BeatFeatures
from stickdance.choreography.music.beats import Beats
from stickdance.choreography.music.structure import Section, Structure
from stickdance.choreography.plan.styles import STYLES, Taste, find_style
from stickdance.choreography.rules.action_choice import pace_of
from stickdance.choreography.rules.choose_steps import choose_steps

LABELS = "ABCABCDC"
EACH = 16


def song(tempo=120.0, metre=4, each=EACH, labels=LABELS, silent=(), low=1 / 3):
    count = each * len(labels)
    times = np.arange(count) * 60 / tempo + 0.3
    beats = Beats(
        times, np.arange(0, count, metre), tempo, metre, np.ones(count, np.float32), 1.0
    )  # fmt: skip
    edges = [*times[::each], times[-1] + 60 / tempo]
    edges[0] = 0.0
    sections = tuple(
        Section(label, edges[k], edges[k + 1], label == "C") for k, label in enumerate(labels)
    )
    quiet = np.zeros(count, bool)
    for start, stop in silent:
        quiet[start:stop] = True
    loud = {"A": 0.2, "B": 0.5, "C": 0.7, "D": 0.9}
    amplitude = np.repeat([loud[label] for label in labels], each)
    shares = np.tile([low, 1 - low - 0.2, 0.2], (count, 1))
    features = BeatFeatures(
        amplitude.astype(np.float32), beats.intervals, shares.astype(np.float32), quiet
    )
    return beats, Structure(sections, (), "C"), features


def within(steps, section, each=EACH):
    return [
        (s.action, s.start_beat - section * each, s.beats, s.mirrored, s.pace)
        for s in steps
        if section * each <= s.start_beat < (section + 1) * each
    ]


def test_the_same_music_gets_the_same_steps():
    steps = choose_steps(*song(), Taste())
    assert within(steps, 0) == within(steps, 3)
    assert within(steps, 1) == within(steps, 4)
    assert within(steps, 2) == within(steps, 5)
    assert within(steps, 0) != within(steps, 1)
    # the last chorus ends in the end pose, and is the same up to there
    last, whole = within(steps, 7)[:-2], within(steps, 2)
    assert last and last == whole[: len(last)]


def test_every_second_return_is_mirrored_on_request():
    steps = choose_steps(*song(), Taste(mirror_repeats=True))
    flipped = [(a, b, c, not d, e) for a, b, c, d, e in within(steps, 5)]
    assert flipped == within(steps, 2)


def test_steps_are_in_order_and_fill_the_song():
    for each in (1, 2, 4, 8):
        steps = choose_steps(*song(), Taste(beats_per_step=each))
        assert steps[0].start_beat == 0 and steps[-1].action == "end_pose"
        for before, step in pairwise(steps):
            assert before.end_beat == step.start_beat
        assert steps[-1].end_beat == EACH * len(LABELS)


def test_beats_per_step_is_how_long_each_step_takes():
    for each, lengths in ((1, {1}), (2, {2}), (4, {2, 4, 8}), (8, {8})):  # two: around a fill
        steps = choose_steps(*song(), Taste(beats_per_step=each))
        assert {s.beats for s in steps[:-2]} <= lengths
    every_beat = choose_steps(*song(), Taste(beats_per_step=1))
    same = sum(a.action == b.action for a, b in pairwise(every_beat))
    assert same == 0, "the action changes on every beat"


def test_the_chorus_is_danced_with_the_most_energy():
    steps = choose_steps(*song(), Taste())
    energy = {
        label: np.mean([find_action(s.action).energy for s in steps[:-1] if s.section == label])
        for label in "ABCD"
    }
    assert energy["C"] == max(energy.values())
    assert energy["A"] < energy["C"] - 0.2


def test_the_same_seed_gives_the_same_dance_and_another_gives_another():
    assert choose_steps(*song(), Taste(seed=4)) == choose_steps(*song(), Taste(seed=4))
    assert choose_steps(*song(), Taste(seed=4)) != choose_steps(*song(), Taste(seed=5))


def phrases(steps, section, each):
    """The (action, first beat, mirrored) of each phrase of eight beats in a section."""
    rows = [(name, at, flipped) for name, at, _, flipped, _ in within(steps, section, each)]
    return [
        [(name, at % 8, flipped) for name, at, flipped in rows if at // 8 == number]
        for number in range(each // 8)
    ]


def flipped(phrase):
    return [(name, at, not mirrored) for name, at, mirrored in phrase]


def test_a_verse_answers_with_the_mirror_image_and_goes_back_to_its_first_combination():
    first, second, third, fourth = phrases(choose_steps(*song(each=32), Taste()), 0, 32)
    assert second == flipped(first)
    assert {name for name, _, _ in third}.isdisjoint({name for name, _, _ in first})
    assert fourth[0] == first[0]


def test_the_chorus_is_danced_with_the_largest_actions():
    sizes = {"C": [], "D": []}
    for seed in range(3):
        for step in choose_steps(*song(), Taste(seed=seed))[:-1]:
            if step.section in sizes:
                sizes[step.section].append(picture_size(find_action(step.action)))
    assert np.mean(sizes["C"]) > np.mean(sizes["D"]) + 0.4


def test_actions_that_one_is_tired_of_give_way_to_others():
    danced = {step.action for step in choose_steps(*song(), Taste())[:-1]}
    others = {step.action for step in choose_steps(*song(), Taste(tired_of=tuple(danced)))[:-1]}
    assert len(others & danced) < 0.2 * len(danced)


def test_a_chorus_goes_back_to_its_hook():
    hook, second, third, fourth = phrases(choose_steps(*song(each=32), Taste()), 2, 32)
    assert third == hook
    assert second != hook and fourth != hook and fourth != second


def test_four_phrases_end_in_a_fill_that_is_struck():
    for seed in range(4):
        steps = choose_steps(*song(each=32), Taste(seed=seed))
        last = [s for s in steps if s.start_beat < 32][-1]
        assert last.hit and last.end_beat == 32
        # half of a step, of one in half time; eight counts that take the whole phrase are struck
        assert last.beats in (2, 4, 8)


def test_phrases_of_fast_songs_that_are_one_step_end_in_a_fill_too():
    ends = []
    for seed in range(4):
        steps = choose_steps(*song(tempo=180, each=32), Taste(seed=seed))
        ends.append([s for s in steps if s.start_beat < 32][-2:])
    slow = [(kept, fill) for kept, fill in ends if kept.pace == 2 and kept.end_beat == 28]
    assert slow
    for kept, fill in slow:
        assert fill.hit and fill.beats == kept.beats == 4 and fill.action != kept.action


def test_a_chorus_is_the_same_and_larger_with_each_return():
    steps = choose_steps(*song(), Taste())
    once, twice, thrice = (next(s for s in steps if s.start_beat == k * EACH) for k in (2, 5, 7))
    assert once.action == twice.action == thrice.action
    assert once.energy < twice.energy <= thrice.energy <= 1


def test_energy_builds_up_towards_a_chorus():
    def gain(labels):
        steps = choose_steps(*song(labels=labels, each=32), Taste())
        own = [s for s in steps if 96 <= s.start_beat < 128]
        return own[-2].energy - own[0].energy

    assert gain("DAABCAB") > gain("DAABDAB")


def test_variety_without_stutter():
    steps = choose_steps(*song(each=64), Taste())
    assert len({s.action for s in steps}) >= 20
    stated = [s.action for s in steps[:-1] if not s.mirrored]
    assert all(a != b for a, b in pairwise(stated))


def test_silent_passages_are_not_danced():
    steps = choose_steps(*song(silent=((18, 30), (50, 52), (70, 71))), Taste())
    assert not any(s.start_beat < 30 and s.end_beat > 18 for s in steps)
    assert not any(s.start_beat < 52 and s.end_beat > 50 for s in steps)
    assert any(s.start_beat <= 70 < s.end_beat for s in steps), "one silent beat is danced through"


def test_after_a_break_a_step_goes_on_with_its_counts():
    steps = choose_steps(*song(silent=((49, 51),)), Taste(beats_per_step=8))
    before = next(s for s in steps if s.end_beat == 49)
    after = next(s for s in steps if s.start_beat == 51)
    assert (after.action, after.mirrored) == (before.action, before.mirrored)
    assert after.first_count == (51 - before.start_beat) // before.pace


def test_an_intro_begins_calmly_and_builds_up():
    def first_steps(labels):
        steps = choose_steps(*song(labels=labels, each=32), Taste(seed=2))
        return np.mean([s.energy for s in steps if s.start_beat < 8]), np.mean(
            [s.energy for s in steps if 24 <= s.start_beat < 32]
        )

    intro, ready = first_steps("DABAB")
    usual, later = first_steps("DABDAB")
    assert intro < usual - 0.05 and ready - intro > later - usual + 0.05


def test_low_sounds_move_the_legs_and_hips():
    def share(low):
        steps = choose_steps(*song(each=64, low=low), Taste())
        return np.mean([find_action(s.action).source in ("legs", "hips") for s in steps])

    assert share(0.75) > share(0.05) + 0.15


def test_fast_music_takes_fewer_counts():
    fast = choose_steps(*song(tempo=178), Taste())
    for step in fast[:-1]:
        assert 178 / step.pace <= find_action(step.action).tempo[1]
    assert pace_of(ACTIONS["body_roll"], 100) == 1 and pace_of(ACTIONS["body_roll"], 170) == 2


def test_a_waltz_is_danced_in_threes():
    steps = choose_steps(*song(metre=3, each=24), Taste())
    assert {s.start_beat % 3 for s in steps[:-2]} == {0}
    counts = [find_action(s.action).counts % 3 for s in steps[:-1]]
    assert np.mean(np.array(counts) == 0) > 0.9
    assert len({s.action for s in steps if s.start_beat < 12}) >= 2


def test_backs_are_shown_only_on_request():
    hidden = choose_steps(*song(each=128), Taste())
    assert not any(find_action(s.action).shows_back for s in hidden)
    shown = choose_steps(*song(each=128), Taste(full_turns=True))
    assert any(find_action(s.action).shows_back for s in shown)


def test_actions_that_were_never_seen_of_the_target_are_avoided():
    strange = dict.fromkeys(list(DANCED)[::2], 0.0)
    every = choose_steps(*song(each=64), Taste())
    seen = choose_steps(*song(each=64), Taste(), familiarity=strange)

    def share(steps):
        return np.mean([s.action in strange for s in steps[:-1]])

    assert share(seen) < 0.1 < share(every)


@pytest.mark.parametrize("each", [1, 3, 5, 13])
def test_odd_lengths_are_danced_too(each):
    steps = choose_steps(*song(each=each), Taste())
    assert steps[-1].end_beat == each * len(LABELS)
    assert all(s.beats > 0 for s in steps)


def styled(name, **asked):
    return Taste(name, **asked)


def portrait(name, seeds=3):
    """Mean energy, share of beats by source, of stepping and of level changes, beats a step."""
    steps = [
        step
        for seed in range(seeds)
        for step in choose_steps(*song(each=64), replace(styled(name), seed=seed))[:-1]
    ]
    beats = np.array([step.beats for step in steps], float)
    actions = [find_action(step.action) for step in steps]

    def share(flags):
        return float((np.array(flags, float) * beats).sum() / beats.sum())

    return {
        "energy": share([a.energy for a in actions]),
        "travel": share([a.moves_feet for a in actions]),
        "level": share([a.changes for a in actions]),
        "beats": float(beats.mean()),
        **{source: share([a.source == source for a in actions]) for source in SOURCES},
    }


SOURCES = ("arms", "hips", "legs", "whole")


def test_every_style_is_a_real_difference():
    seen = {name: portrait(name) for name in STYLES}
    pop = seen["pop"]
    assert seen["calm"]["energy"] < pop["energy"] - 0.1 < seen["energetic"]["energy"] - 0.15
    assert seen["calm"]["beats"] == pytest.approx(8, abs=0.2)
    assert seen["groove"]["hips"] > pop["hips"] + 0.15
    assert seen["steps"]["travel"] > pop["travel"] + 0.2
    assert seen["arms"]["arms"] > pop["arms"] + 0.2 and seen["arms"]["travel"] < 0.15
    assert seen["energetic"]["travel"] > pop["travel"] + 0.1
    assert seen["energetic"]["level"] > pop["level"] + 0.1
    assert seen["sharp"]["beats"] < 2.2 and seen["paper"]["beats"] == 1


def test_what_is_asked_for_comes_before_the_style():
    style = Taste("calm", beats_per_step=4, transitions="linear").chosen_style
    assert (style.beats_per_step, style.transitions, style.energy) == (4, "linear", 0.2)
    assert "--beats-per-step 4" in style.describe() and "arms +0.4" in style.describe()
    with pytest.raises(BadInput, match="--style: expected one of pop, calm"):
        find_style("polka")


def test_the_paper_chooses_each_step_by_the_sound_of_its_own_beat():
    beats, structure, features = song()
    loud = np.arange(len(beats)) % 2 == 1
    features = replace(features, amplitude=np.where(loud, 0.95, 0.05).astype(np.float32))
    steps = choose_steps(beats, structure, features, styled("paper"))[:-1]
    assert all(step.beats == 1 for step in steps)
    energy = np.array([find_action(step.action).energy for step in steps])
    odd = np.array([step.start_beat % 2 == 1 for step in steps])
    assert energy[odd].mean() > energy[~odd].mean() + 0.25
    assert within(steps, 0) == within(steps, 3), "the same music gets the same steps"


def test_a_short_step_ends_with_the_accent_of_its_action():
    for each in (1, 2):
        steps = choose_steps(*song(), Taste(beats_per_step=each))
        for step in steps[:-2]:
            action = find_action(step.action)
            if step.pace == 1 and action.accent >= each:
                assert step.first_count + step.beats - 1 == action.accent


def test_lively_music_of_a_moderate_tempo_is_not_danced_in_half_time(monkeypatch):
    monkeypatch.setitem(STYLES, "pop", replace(STYLES["pop"], half_time=1.0, energy=0.8))

    def slowed(tempo):
        every = [s for n in range(6) for s in choose_steps(*song(tempo), Taste(seed=n))]
        lively = [step for step in every if step.energy >= 0.6]
        return [s for s in lively if s.pace > pace_of(find_action(s.action), tempo)]

    assert not slowed(110) and slowed(140)

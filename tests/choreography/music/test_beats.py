from functools import partial

import numpy as np
import pytest

import stickdance.choreography.music.analysis as hearing
from stickdance.capture.media.audio import blocks, decode_sound
from stickdance.checkpoints.errors import BadInput
from stickdance.choreography.music.analysis import hear
from stickdance.choreography.music.beat_hints import BeatHints
from stickdance.choreography.music.beats import Beats, find_beats

mir_eval = pytest.importorskip("mir_eval")
RATE = 44_100


def f_measure(truth, found):
    return mir_eval.beat.f_measure(np.asarray(truth), found)


def drums(sounds, times, metre, seconds):
    """Bass drum on every beat, hard on the downbeat; clicks on the others."""
    shapes = [
        sounds.drum() if k % metre == 0 else padded(sounds.click(2500, 0.3), 0.25 * sounds.drum())
        for k in range(len(times))
    ]
    return sounds.hits(times, shapes, seconds)


def padded(short, long):
    out = long.copy()
    out[: len(short)] += short
    return out


def offbeat(sounds, tempo, bars, hat):
    """Bass drum and bass note on the beats, chords and a louder hat between them."""
    beat = 60 / tempo
    times = 0.5 + np.arange(4 * bars) * beat
    seconds = times[-1] + 1
    roots = [45, 50, 43, 48]
    music = sounds.hits(times, sounds.drum(), seconds)
    for bar in range(bars):
        root = roots[bar % 4]
        for place in range(4):
            start = times[4 * bar + place]
            chop = sounds.chord([root + 12, root + 16, root + 19], 0.3 * beat, 0.06)
            bass = sounds.chord([root - 12], 0.4 * beat, 0.15)
            music += sounds.hits([start + beat / 2], chop, seconds)
            music += sounds.hits([start], bass, seconds)
    return times, music + sounds.hits(times + beat / 2, sounds.click(6000, hat), seconds)


def test_beats_lie_on_the_clicks_within_5_ms(sounds):
    times = 0.7 + np.arange(60) * 60 / 107
    beats = find_beats(sounds.write(sounds.hits(times, sounds.click(), 35)))
    assert f_measure(times, beats.times) == pytest.approx(1)
    late = beats.times - times[np.abs(beats.times[:, None] - times).argmin(axis=1)]
    assert abs(np.median(late)) < 0.005
    assert np.abs(late).max() < 0.01
    assert beats.tempo == pytest.approx(107, rel=0.005)


@pytest.mark.parametrize(("metre", "tempo"), [(3, 95), (3, 110), (4, 88), (4, 126)])
def test_metre_and_downbeats_are_those_of_the_drum(sounds, metre, tempo):
    times = 0.4 + np.arange(metre * 16) * 60 / tempo
    beats = find_beats(sounds.write(drums(sounds, times, metre, times[-1] + 1)))
    assert beats.metre == metre
    assert f_measure(times[::metre], beats.downbeat_times) > 0.95
    first = int(beats.downbeats[0])
    assert beats.positions[first : first + metre + 1].tolist() == [*range(1, metre + 1), 1]


def test_a_changing_tempo_is_followed(sounds):
    tempi = np.concatenate([np.full(24, 100), np.linspace(100, 132, 32), np.full(24, 132)])
    times = 0.5 + np.concatenate([[0], np.cumsum(60 / tempi)])
    beats = find_beats(sounds.write(drums(sounds, times, 4, times[-1] + 1)))
    assert f_measure(times, beats.times) > 0.95


def test_beats_go_on_through_a_pause_and_stop_with_the_song(sounds):
    times = 3 + np.arange(64) * 0.5
    played = np.delete(times, slice(30, 36))
    beats = find_beats(sounds.write(sounds.hits(played, sounds.click(), 42)))
    assert f_measure(times, beats.times) > 0.98
    assert beats.times[0] > 2.9
    assert beats.times[-1] < times[-1] + 0.1


def test_swing_does_not_change_the_beat(sounds):
    beat = 60 / 112
    times = 0.3 + np.arange(64) * beat
    music = drums(sounds, times, 4, times[-1] + 1)
    music += sounds.hits(times[:-1] + beat * 2 / 3, sounds.click(6000, 0.15), times[-1] + 1)
    beats = find_beats(sounds.write(music))
    assert f_measure(times, beats.times) > 0.98


def test_neither_volume_nor_block_size_changes_the_beats(sounds, monkeypatch):
    times = 0.4 + np.arange(40) * 0.55
    music = drums(sounds, times, 4, 23)
    loud = find_beats(sounds.write(music))
    soft = find_beats(sounds.write(0.05 * music))
    np.testing.assert_allclose(soft.times, loud.times, atol=0.003)
    sound = sounds.write(music)
    pieces = partial(blocks, block_seconds=0.37)
    monkeypatch.setattr(hearing, "blocks", lambda sound, rate, block_seconds: pieces(sound, rate))
    small = find_beats(sound)
    np.testing.assert_allclose(small.times, loud.times, atol=1e-4)
    np.testing.assert_array_equal(small.downbeats, loud.downbeats)


def irregular(sounds):
    random = np.random.default_rng(4)
    times = np.cumsum(random.exponential(0.5, 100))
    return sounds.hits(times, sounds.click(), times[-1] + 1)


@pytest.mark.parametrize(("tempo", "hat"), [(100, 0.3), (112, 0.6), (124, 0.6)])
def test_chords_and_hats_between_the_beats_do_not_move_them(sounds, tempo, hat):
    times, music = offbeat(sounds, tempo, 12, hat)
    beats = find_beats(sounds.write(music))
    assert f_measure(times, beats.times) > 0.95


def test_people_say_what_they_know_about_the_beat(sounds):
    _, music = offbeat(sounds, 100, 10, 0.3)
    sound = sounds.write(music)
    hearing = hear(sound)
    heard = find_beats(sound, hearing)

    def asked(**hints):
        return find_beats(sound, hearing, BeatHints(**hints))

    assert asked(tempo=50).tempo == pytest.approx(50, rel=0.02)
    assert asked(tempo_range=(160, 220)).tempo == pytest.approx(200, rel=0.02)
    assert asked(beat_shift="half").tempo == pytest.approx(heard.tempo / 2, rel=0.02)
    assert asked(beat_shift="double").tempo == pytest.approx(2 * heard.tempo, rel=0.02)
    between = asked(beat_shift="offbeat").times
    assert between == pytest.approx((heard.times[:-1] + heard.times[1:]) / 2)
    assert asked(metre=3).metre == 3
    assert np.diff(asked(metre=3).downbeats).tolist().count(3) > 5


def test_a_tempo_that_fits_nothing_is_refused_with_those_that_do(sounds):
    _, music = offbeat(sounds, 100, 8, 0.3)
    with pytest.raises(BadInput, match=r"--tempo 113: fits no pulse .* 100"):
        find_beats(sounds.write(music), hints=BeatHints(tempo=113))


@pytest.mark.parametrize(
    ("hints", "said"),
    [
        ({"tempo": 5.0}, "--tempo: expected 30 to 300"),
        ({"tempo": 90.0, "tempo_range": (80.0, 100.0)}, "name one of them"),
        ({"tempo_range": (110.0, 70.0)}, "--tempo-range: expected two rising"),
        ({"metre": 1}, "--metre: expected 2 to 12"),
    ],
)
def test_hints_out_of_range_are_refused_by_their_flag(hints, said):
    with pytest.raises(BadInput, match=said):
        BeatHints(**hints).check()


NO_BEAT = {
    "white noise": lambda sounds: 0.2 * np.random.default_rng(0).normal(size=20 * RATE),
    "a tone": lambda sounds: 0.3 * np.sin(2 * np.pi * 440 * np.arange(20 * RATE) / RATE),
    "a chord": lambda sounds: sounds.chord([57, 61, 64], 20),
    "one click": lambda sounds: sounds.hits([4], sounds.click(), 9),
    "two clicks": lambda sounds: sounds.hits([4, 5], sounds.click(), 9),
    "chance": irregular,
    "0.2 s": lambda sounds: sounds.hits([0.1], sounds.click(), 0.2),
}


@pytest.mark.parametrize("kind", NO_BEAT)
def test_what_has_no_beat_is_refused_in_one_line(sounds, kind):
    sound = sounds.write(NO_BEAT[kind](sounds))
    with pytest.raises(BadInput) as refusal:
        find_beats(sound)
    assert str(sound.path) in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_positions_count_from_the_first_downbeat_also_before_it():
    times = np.arange(10) * 0.5
    beats = Beats(times, np.array([2, 6]), 120, 4, np.ones(10, np.float32), 1)
    assert beats.positions.tolist() == [3, 4, 1, 2, 3, 4, 1, 2, 3, 4]
    assert beats.intervals.tolist() == [0.5] * 10


def test_a_waltz_has_three_beats_where_people_tapped_them(shared_data, tmp_path):
    sound = decode_sound(shared_data / "songs/ballroom_waltz.wav", tmp_path / "waltz.wav")
    truth = np.loadtxt(shared_data / "songs/ballroom_waltz.beats")
    beats = find_beats(sound)
    assert beats.metre == 3
    assert f_measure(truth[:, 0], beats.times) >= 0.92
    assert f_measure(truth[truth[:, 1] == 1, 0], beats.downbeat_times) >= 0.8


def test_beatboxing_at_90_is_not_heard_as_180(shared_data, tmp_path):
    sound = decode_sound(shared_data / "songs/beatbox_90bpm.wav", tmp_path / "beatbox.wav")
    assert find_beats(sound).tempo == pytest.approx(90, rel=0.02)


def test_rubato_is_followed_beat_by_beat(sounds):
    number = np.arange(140)
    turn = 2 * np.pi / 32
    times = 0.5 + (number - 0.15 / turn * (1 - np.cos(turn * number))) * 60 / 148
    beats = find_beats(sounds.write(drums(sounds, times, 4, times[-1] + 1)))
    assert f_measure(times, beats.times) > 0.97
    assert f_measure(times[::4], beats.downbeat_times) > 0.9

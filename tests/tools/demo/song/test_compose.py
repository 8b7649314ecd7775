import json

import mir_eval
import numpy as np
import pytest
import soundfile
from scipy.signal import butter, sosfiltfilt, stft

from stickdance.checkpoints.errors import BadInput
from stickdance.tools.demo.song.compose import compose, truth_of, write_song
from stickdance.tools.demo.song.grooves import GROOVES

SEEDS = (1, 2, 6)  # fast 4/4, swung 3/4, medium 4/4


@pytest.fixture(scope="module", params=SEEDS)
def song(request):
    return compose(request.param)


def part(song, section):
    return song.samples[round(section.start * song.rate) : round(section.end * song.rate)]


def level(samples):
    return 20 * np.log10(np.sqrt(np.mean(samples.astype(np.float64) ** 2)))


def chroma(samples, rate):
    """Return (12, frames): the energy of each note name between 110 and 2,000 Hz."""
    frequencies, _, bins = stft(samples.mean(axis=1), rate, nperseg=8192, noverlap=4096)
    names = np.zeros((12, bins.shape[1]))
    for frequency, energy in zip(frequencies, np.abs(bins), strict=True):
        if 110 < frequency < 2000:
            names[round(12 * np.log2(frequency / 440)) % 12] += energy
    return names / np.linalg.norm(names, axis=0, keepdims=True).clip(1e-9)


def likeness(song, one, other):
    notes = [chroma(part(song, section), song.rate) for section in (one, other)]
    count = min(notes[0].shape[1], notes[1].shape[1])
    return float((notes[0][:, :count] * notes[1][:, :count]).sum(axis=0).mean())


def onset_energy(song, times):
    """Return the mean rise of loudness in the 40 ms around each time."""
    mono = song.samples.mean(axis=1)
    step = song.rate // 100
    energy = np.sqrt(np.mean(mono[: len(mono) // step * step].reshape(-1, step) ** 2, axis=1))
    rise = np.maximum(np.diff(energy), 0)
    at = np.clip((np.asarray(times) * 100).astype(int), 2, len(rise) - 3)
    return np.max([rise[at + shift] for shift in (-2, -1, 0, 1)], axis=0).mean()


def test_the_same_seed_gives_the_same_song_and_another_one_another():
    one, again, other = compose(3, seconds=10), compose(3, seconds=10), compose(4, seconds=10)
    assert np.array_equal(one.samples, again.samples)
    assert truth_of(one) == truth_of(again)
    assert not np.array_equal(one.beats[:5], other.beats[:5])


def test_seeds_choose_from_all_tempi_metres_and_keys():
    songs = [compose(seed, seconds=8) for seed in range(24)]
    tempi = [song.tempo for song in songs]
    assert min(tempi) >= 60
    assert max(tempi) <= 180
    assert np.ptp(tempi) > 80
    assert {song.metre for song in songs} == {3, 4}
    assert any(song.swing > 0.5 for song in songs)
    assert len({song.key for song in songs}) > 8


def test_what_is_asked_for_is_kept():
    song = compose(5, seconds=30, tempo=97.5, metre=3, swing=0.6)
    assert (song.tempo, song.metre, song.swing) == (97.5, 3, 0.6)
    assert np.diff(song.beats) == pytest.approx(60 / 97.5)
    assert np.diff(song.downbeats) == pytest.approx(3 * 60 / 97.5)
    assert song.seconds == pytest.approx(30, rel=0.25)


@pytest.mark.parametrize("tempo", [60, 83, 120, 180])
@pytest.mark.parametrize("seconds", [20, 60, 200])
def test_songs_last_about_as_long_as_wanted(tempo, seconds):
    from stickdance.tools.demo.song.form import choose_form

    for metre in (3, 4):
        bar = metre * 60 / tempo
        form = choose_form(np.random.default_rng(0), seconds, bar)
        assert sum(one.bars for one in form) * bar == pytest.approx(seconds, rel=0.25)
        if seconds >= 60:
            assert [one.label for one in form].count("chorus") >= 2


def test_sections_begin_on_downbeats_and_leave_no_gap(song):
    starts = [section.start for section in song.sections]
    ends = [section.end for section in song.sections]
    assert starts[1:] == ends[:-1]
    assert starts[0] == song.beats[0]
    assert ends[-1] == song.beats[-1] < song.seconds
    assert set(starts) <= set(song.downbeats)
    assert np.array_equal(song.bars[:, 0], song.beats[:-1][:: song.metre])
    assert [section.label for section in song.sections].count("chorus") >= 2


def test_the_same_label_is_the_same_music(song):
    groups = {}
    for section in song.sections:
        groups.setdefault(section.label, []).append(section)
    for sections in groups.values():
        for other in sections[1:]:
            assert other.end - other.start == pytest.approx(sections[0].end - sections[0].start)
            assert likeness(song, sections[0], other) > 0.95
    assert likeness(song, groups["verse"][0], groups["chorus"][0]) < 0.9


def test_players_are_not_machines(song):
    one, other = [part(song, s) for s in song.sections if s.label == "chorus"][:2]
    count = min(len(one), len(other))
    assert not np.allclose(one[:count], other[:count], atol=0.01)


def test_a_chorus_is_louder_and_fuller_than_a_verse(song):
    by_label = {section.label: part(song, section) for section in song.sections}
    assert level(by_label["chorus"]) > level(by_label["verse"]) + 1.5


def test_sound_starts_on_the_beats(song):
    beats = song.beats[:-1]
    between = beats + 0.27 * 60 / song.tempo
    assert onset_energy(song, beats) > 2.5 * onset_energy(song, between)


def test_downbeats_carry_the_bass_drum(song):
    low = sosfiltfilt(butter(4, 90, fs=song.rate, output="sos"), song.samples.mean(axis=1))
    window = round(0.08 * song.rate)

    def energy(times):
        starts = [round(time * song.rate) for time in times]
        return np.mean([np.mean(low[start : start + window] ** 2) for start in starts])

    quiet = [s for s in song.sections if s.label != "chorus"]  # there every beat has one
    inside = [t for t in song.beats if any(s.start <= t < s.end for s in quiet)]
    down = set(song.downbeats)
    assert energy([t for t in inside if t in down]) > 1.5 * energy(
        [t for t in inside if t not in down]
    )


def test_a_beat_tracker_hears_the_beats(song):
    import librosa

    mono = librosa.resample(song.samples.mean(axis=1), orig_sr=song.rate, target_sr=22050)
    _, found = librosa.beat.beat_track(y=mono, sr=22050, units="time")
    assert mir_eval.beat.f_measure(song.beats, found) > 0.9


def test_the_recording_is_a_clean_master(song):
    samples = song.samples
    assert samples.dtype == np.float32
    assert samples.shape[1] == 2
    assert np.isfinite(samples).all()
    assert np.abs(samples).max() <= 0.8901  # no clipping
    assert np.abs(samples.mean(axis=0)).max() < 1e-3  # no constant part
    assert -22 < level(samples) < -12
    assert 9 < 20 * np.log10(np.abs(samples).max()) - level(samples) < 20  # punch, not a brick
    assert np.abs(samples[: round(0.05 * song.rate)]).max() < 1e-3  # begins and ends in silence
    assert np.abs(samples[-100:]).max() < 0.02


def test_the_spectrum_is_that_of_music(song):
    spectrum = np.abs(np.fft.rfft(song.samples.mean(axis=1))) ** 2
    frequencies = np.fft.rfftfreq(len(song.samples), 1 / song.rate)

    def share(low, high):
        return spectrum[(frequencies >= low) & (frequencies < high)].sum() / spectrum.sum()

    assert share(0, 25) < 0.01
    assert 0.2 < share(25, 250) < 0.92
    assert share(250, 4000) > 0.08
    assert share(4000, 16000) > 0.005
    assert share(18000, 22050) < 1e-3


def test_both_sides_differ_but_agree_in_mono(song):
    left, right = song.samples.T
    assert 0.5 < np.corrcoef(left, right)[0, 1] < 0.995


def test_a_song_is_written_with_its_truth_beside_it(tmp_path):
    song = compose(7, seconds=9)
    path = write_song(song, tmp_path / "songs" / "seven.wav", truth=True)
    values, rate = soundfile.read(path, dtype="float32")
    assert rate == song.rate
    assert np.abs(values - song.samples).max() < 2 / 32767
    assert soundfile.info(path).subtype == "PCM_16"
    truth = json.loads(path.with_suffix(".json").read_text())
    assert truth["beats"] == pytest.approx(song.beats, abs=1e-6)
    assert [section["label"] for section in truth["sections"]] == [
        section.label for section in song.sections
    ]
    assert sorted(file.name for file in path.parent.iterdir()) == ["seven.json", "seven.wav"]


@pytest.mark.parametrize(
    ("option", "value"),
    [("tempo", 59), ("tempo", 181), ("metre", 5), ("swing", 0.4), ("seconds", 2),
     ("seconds", 1e9), ("tempo", float("nan")), ("sway", 0.3)],
)  # fmt: skip
def test_values_outside_their_ranges_are_refused_by_name(option, value):
    with pytest.raises(BadInput, match=option):
        compose(1, **{option: value})


@pytest.mark.parametrize("bridge", [True, False])
def test_a_bridge_is_there_or_not_as_it_was_asked_for(bridge):
    for seed in (1, 2):
        labels = [section.label for section in compose(seed, seconds=30, bridge=bridge).sections]
        assert ("bridge" in labels) == bridge


def test_a_tempo_that_sways_comes_back_and_the_sound_goes_with_it():
    song = compose(6, seconds=40, tempo=120, metre=4, sway=0.1)
    tempi = 60 / np.diff(song.beats)
    assert tempi.max() == pytest.approx(120 / 0.9, rel=0.01)
    assert tempi.min() == pytest.approx(120 / 1.1, rel=0.01)
    assert song.beats[32] - song.beats[0] == pytest.approx(16)
    between = song.beats[:-1] + 0.27 * np.diff(song.beats)
    assert onset_energy(song, song.beats[:-1]) > 2.5 * onset_energy(song, between)
    assert truth_of(song)["sway"] == 0.1


def test_grooves_have_their_own_metre_and_kept_players_other_music():
    for name in ("reggae", "five_four", "twelve_eight"):
        usual, kept = (compose(3, seconds=9, groove=name, players=who) for who in ("usual", "kept"))
        groove = GROOVES[name]
        assert usual.metre == groove.metre
        assert groove.tempi[0] <= usual.tempo <= groove.tempi[1]
        assert usual.tempo == kept.tempo
        assert np.diff(usual.downbeats) == pytest.approx(groove.metre * 60 / usual.tempo, rel=0.1)
        assert not np.array_equal(usual.samples[:20000], kept.samples[:20000])
        assert truth_of(usual)["division"] == groove.division


def test_every_pattern_of_a_groove_fills_whole_bars():
    for groove in GROOVES.values():
        for pattern in (*groove.patterns, *groove.kept):
            for text in (*pattern.drums.values(), pattern.bass, *pattern.chords.values()):
                assert len(text.replace(" ", "")) % (groove.metre * groove.parts) == 0, text


def test_kept_grooves_are_none_that_is_fitted_on():
    for groove in GROOVES.values():
        assert not set(map(repr, groove.kept)) & set(map(repr, groove.patterns))


def test_an_unknown_groove_is_refused():
    with pytest.raises(BadInput, match="groove: found 'polka'"):
        compose(1, groove="polka")

import numpy as np
import pytest

from stickdance.choreography.music.spectrum import (
    RATE,
    framed,
    loudness,
    mel_filters,
    mel_frequencies,
    mono,
    spectra,
)


def cut(samples, sizes):
    """Cut into pieces of these sizes in turn, also empty ones."""
    pieces, place, turn = [], 0, 0
    while place < len(samples):
        size = sizes[turn % len(sizes)]
        pieces.append(samples[place : place + size])
        place, turn = place + size, turn + 1
    return pieces


@pytest.mark.parametrize("sizes", [[1], [7, 0, 300], [255, 256, 257], [100_000]])
def test_frames_do_not_depend_on_how_a_song_is_cut(sizes):
    samples = np.random.default_rng(0).normal(size=3000).astype(np.float32)
    whole = np.concatenate(list(framed([samples], 256, 64)))
    pieces = np.concatenate(list(framed(cut(samples, sizes), 256, 64)))
    np.testing.assert_array_equal(pieces, whole)


def test_frames_are_centred_and_padded_with_silence():
    samples = np.arange(1, 101, dtype=np.float32)
    frames = np.concatenate(list(framed([samples], 8, 10)))
    assert len(frames) == 11  # centres 0, 10, .. 100
    np.testing.assert_array_equal(frames[0], [0, 0, 0, 0, 1, 2, 3, 4])
    np.testing.assert_array_equal(frames[5], np.arange(47, 55))
    np.testing.assert_array_equal(frames[10], [97, 98, 99, 100, 0, 0, 0, 0])


def test_a_sine_of_amplitude_1_has_magnitude_1(sounds):
    time = np.arange(2 * 44_100) / 44_100
    frequency = 32 * RATE / 1024
    sound = sounds.write(0.999 * np.sin(2 * np.pi * frequency * time))
    frames = np.concatenate(list(spectra(mono(sound), 1024, 512)))
    assert frames[20:60].max(axis=1) == pytest.approx(1, abs=0.01)
    assert (frames[20:60].argmax(axis=1) == 32).all()


def test_loudness_is_that_of_the_sounding_seconds(sounds):
    time = np.arange(10 * 44_100) / 44_100
    tone = 0.5 * np.sin(2 * np.pi * 441 * time)
    tone[: 8 * 44_100] = 0
    assert loudness(sounds.write(tone)) == pytest.approx(0.5 / np.sqrt(2), rel=0.01)
    assert loudness(sounds.write(np.zeros(44_100) + 1 / 32768)) == 1.0


def test_mel_filters_are_triangles_of_height_one():
    filters = mel_filters(4096, 12, 100, 8000)
    assert filters.shape == (12, 2049)
    assert filters.max(axis=1) == pytest.approx(1, abs=0.05)
    assert filters.min() >= 0


def test_the_mel_scale_and_its_filters_are_librosas():
    librosa = pytest.importorskip("librosa")
    ours = mel_frequencies(30, 30, 11_000)
    assert ours == pytest.approx(librosa.mel_frequencies(30, fmin=30, fmax=11_000), rel=1e-6)
    theirs = librosa.filters.mel(sr=RATE, n_fft=1024, n_mels=48, fmin=30, fmax=9000, norm=None)
    assert mel_filters(1024, 48, 30, 9000) == pytest.approx(theirs, abs=1e-5)

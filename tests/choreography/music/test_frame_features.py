import numpy as np
import pytest

import stickdance.choreography.music.frame_features as module
from stickdance.capture.media.audio import blocks
from stickdance.choreography.music.frame_features import MFCCS, NAMES, frame_features

FPS = 25  # 22,050 / 25 is whole, so librosa's frames lie on ours


@pytest.fixture(scope="module")
def sound(tmp_path_factory, sound_maker):
    sounds = sound_maker(tmp_path_factory.mktemp("frames"))
    random = np.random.default_rng(3)
    noise = 0.05 * random.normal(size=3 * 44_100)
    return sounds.write(
        noise + sounds.chord([57, 61, 64], 3) + sounds.hits([1.3], sounds.drum(), 3)
    )


def test_every_feature_is_librosas(sound):
    librosa = pytest.importorskip("librosa")
    y = np.concatenate(list(blocks(sound, rate=22_050)))
    size = {"frame_length": 2048, "hop_length": 882}
    spectrum = np.abs(librosa.stft(y, n_fft=2048, hop_length=882))
    mel = librosa.feature.melspectrogram(S=spectrum**2, sr=22_050)
    expected = {
        "centroid": librosa.feature.spectral_centroid(S=spectrum)[0],
        "roll_off": librosa.feature.spectral_rolloff(S=spectrum)[0],
        "zero_crossings": librosa.feature.zero_crossing_rate(y, **size)[0],
        "bandwidth": librosa.feature.spectral_bandwidth(S=spectrum)[0],
        "flatness": librosa.feature.spectral_flatness(S=spectrum)[0],
        "rms": librosa.feature.rms(y=y, **size)[0],
    }
    contrast = librosa.feature.spectral_contrast(S=spectrum)
    cepstrum = librosa.feature.mfcc(S=librosa.power_to_db(mel, top_db=None), n_mfcc=MFCCS)
    expected |= {f"contrast_{band}": row for band, row in enumerate(contrast)}
    expected |= {f"mfcc_{number}": row for number, row in enumerate(cepstrum)}
    found = frame_features(sound, FPS)
    assert set(expected) == set(NAMES)
    inside = slice(2, 72)  # librosa repeats the edge where we have silence
    for name, values in expected.items():
        near = 1e-3 * (1 + float(np.abs(values).max()))
        assert found.column(name)[inside] == pytest.approx(values[inside], abs=near), name


def test_there_is_a_row_for_every_frame_of_the_video_at_any_rate(sound):
    for fps in (10, 23.976, 60):
        features = frame_features(sound, fps)
        assert features.values.shape == (round(3 * fps), len(NAMES))
        assert np.isfinite(features.values).all()


def test_the_loudest_frame_is_where_the_drum_is(sound):
    features = frame_features(sound, 60)
    assert features.column("rms").argmax() / 60 == pytest.approx(1.33, abs=0.06)


def test_block_size_changes_nothing(sound, monkeypatch):
    whole = frame_features(sound, 30).values
    monkeypatch.setattr(module, "blocks", lambda s, rate: blocks(s, rate, block_seconds=0.21))
    assert frame_features(sound, 30).values == pytest.approx(whole, rel=1e-5, abs=1e-4)

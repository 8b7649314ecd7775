import numpy as np
import pytest
import soundfile

from stickdance.checkpoints.errors import BadInput
from stickdance.choreography.following.sound_of_video import sound_of_video


def test_a_sound_that_ends_early_goes_on_in_silence(sounds, tmp_path):
    tone = 0.3 * np.sin(np.arange(3 * 44_100) * 0.05)
    sound, silent = sound_of_video(sounds.write(tone).path, tmp_path / "sound.wav", 4.0)
    samples, _ = soundfile.read(sound.path)
    assert (sound.seconds, silent) == (4.0, "")
    np.testing.assert_allclose(samples[: 3 * 44_100], tone, atol=1e-4)
    assert not samples[3 * 44_100 :].any()


def test_a_silent_video_gets_silence_and_it_is_said_why(sounds, tmp_path):
    path = sounds.write(np.zeros(3 * 44_100)).path
    sound, silent = sound_of_video(path, tmp_path / "sound.wav", 3.5)
    samples, _ = soundfile.read(sound.path)
    assert sound.seconds == 3.5 and not samples.any()
    assert "silent" in silent and sound.origin == path


def test_what_is_no_sound_is_refused(tmp_path):
    (tmp_path / "a.mp4").write_bytes(b"no video")
    with pytest.raises(BadInput, match=r"a\.mp4"):
        sound_of_video(tmp_path / "a.mp4", tmp_path / "sound.wav", 3.0)

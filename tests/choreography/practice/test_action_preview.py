from itertools import pairwise

import numpy as np
import pytest

from stickdance.capture.media.audio import decode_sound
from stickdance.capture.media.video import probe, read_frames
from stickdance.checkpoints.errors import BadInput
from stickdance.choreography.actions.catalog import STANDARD
from stickdance.choreography.practice.action_preview import write_action_preview


def test_an_action_is_shown_on_both_sides_to_a_metronome(tmp_path):
    to = write_action_preview(STANDARD.find("mambo"), STANDARD, tmp_path / "mambo.mp4", 120)
    shown = probe(to)
    seconds = 0.5 + (4 + 2 * 8 + 2) * 0.5
    assert shown.has_sound and shown.seconds == pytest.approx(seconds, abs=0.1)
    frames = [frame.astype(int) for frame in read_frames(to)]
    moved = np.array([np.abs(b - a).mean() for a, b in pairwise(frames)])
    still, danced = moved[:20].mean(), moved[60:100].mean()
    assert danced > 3 * still
    samples = decode_sound(to, tmp_path / "sound.wav").path.stat().st_size
    assert samples > 100_000


def test_a_wild_tempo_is_refused(tmp_path):
    with pytest.raises(BadInput, match="--tempo: expected 20 to 300"):
        write_action_preview(STANDARD.find("mambo"), STANDARD, tmp_path / "x.mp4", 1000)
    assert list(tmp_path.iterdir()) == []

import numpy as np

from stickdance.capture.media.video_writer import VideoWriter
from stickdance.tools.benchmarks import marks


def test_a_table_tells_what_was_found_read_and_lost(tmp_path, monkeypatch):
    random, video = np.random.default_rng(0), tmp_path / "wall.mp4"
    wall = np.tile(np.linspace(60, 180, 128), (128, 1))[..., None] + np.zeros(3)
    with VideoWriter(video, (128, 128), 8, crf=6) as writer:
        for _ in range(8):
            noisy = wall + random.normal(0, 2, wall.shape)
            writer.write(noisy.clip(0, 255).astype(np.uint8))
    monkeypatch.setattr(marks, "ATTACKS", {"as written": ()})
    monkeypatch.setattr(marks, "_vmaf", lambda real, video: 90.0)
    result = marks.measure((video,), side=128, seconds=1.0, clips=1)
    told = {"attack": "as written", "found": 1, "all_bits": 1, "wrong_bits": 0}
    assert (result["clips"], result["attacks"]) == (1, [told])
    assert result["psnr"][0] >= 45
    assert (result["unmarked"], result["false_alarms"]) == (1, 0)
    text = marks._text(result)
    assert "as written" in text
    assert "100 %" in text

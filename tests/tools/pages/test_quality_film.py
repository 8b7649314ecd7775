import base64

import numpy as np
import pytest

from stickdance.capture.media.video import read_frames
from stickdance.synth.quality.options import CompareOptions
from stickdance.synth.quality.pair_list import PairJob
from stickdance.tools.pages import quality_film
from stickdance.tools.pages.quality_film import film_of


def job_of(tmp_path, real: int, rendered: int) -> PairJob:
    for name, count, level in (("real", real, 60), ("rendered", rendered, 180)):
        frames = np.full((count, 40, 64, 3), level, np.uint8)
        frames += np.arange(count, dtype=np.uint8)[:, None, None, None]
        np.savez(tmp_path / f"{name}.npz", frames=frames)
    return PairJob("one", tmp_path / "real.npz", tmp_path / "rendered.npz")


def test_the_film_shows_the_reference_at_the_left_and_the_rendered_side_at_the_right(tmp_path):
    film = film_of(job_of(tmp_path, 9, 12), CompareOptions(align="2"))
    assert (film.width, film.height, film.frames, film.fps) == (64, 40, 9, 25)
    (tmp_path / "film.mp4").write_bytes(base64.b64decode(film.address.partition(",")[2]))
    frames = list(read_frames(tmp_path / "film.mp4"))
    assert len(frames) == 9
    for number, frame in enumerate(frames):
        assert frame[:, :60].mean() == pytest.approx(60 + number, abs=3)
        assert frame[:, 68:].mean() == pytest.approx(182 + number, abs=3)


def test_a_long_film_is_cut_and_one_frame_is_none(tmp_path, monkeypatch):
    monkeypatch.setattr(quality_film, "MOST", 5)
    assert film_of(job_of(tmp_path, 9, 9), CompareOptions()).frames == 5
    assert film_of(job_of(tmp_path, 1, 9), CompareOptions()) is None

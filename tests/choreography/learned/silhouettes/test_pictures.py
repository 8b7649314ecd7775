import numpy as np
import pytest

from stickdance.capture.media.video import VideoWriter
from stickdance.checkpoints.errors import BadInput
from stickdance.choreography.learned.silhouettes.pictures import clips_of, framed


def test_a_take_is_thinned_to_the_wanted_rate_and_split_as_it_is(matted, figure):
    path = matted(
        "anna", np.stack([figure(frame / 5, (192, 160)) for frame in range(50)]), fps=25.0
    )
    (clip,), refused = clips_of([path], fps=10.0)
    assert clip.pictures.shape == (20, 54, 96)
    assert clip.pictures.dtype == np.uint8
    assert clip.split == 16  # frames 0, 2, 5, 7, ... below 40
    assert not refused


def test_the_person_fills_the_picture_wherever_it_was_filmed(matted, figure):
    upright = np.zeros((2, 400, 200), np.uint8)
    upright[:, 300:360, 90:110] = 255  # small, low, in an upright frame
    (clip,), _ = clips_of([matted("far", upright.repeat(10, axis=0))], fps=20.0)
    rows = np.flatnonzero(clip.pictures[0].max(axis=1) > 127)
    columns = np.flatnonzero(clip.pictures[0].max(axis=0) > 127)
    assert len(rows) == pytest.approx(54 / 1.08, abs=2)
    assert len(columns) == pytest.approx(len(rows) / 3, abs=2)
    assert columns.mean() == pytest.approx(47.5, abs=1)


def test_a_frame_may_reach_beyond_the_footage():
    matte = np.full((54, 48), 255, np.uint8)
    picture = framed(matte, (-24, 0, 72, 54))
    np.testing.assert_array_equal(picture[:, 24:72], 255)
    assert picture[:, :24].max() == picture[:, 72:].max() == 0


def test_takes_that_cannot_be_used_are_named(matted, dance):
    slow = matted("slow", dance(40), fps=5.0)
    nobody = matted("nobody", np.zeros((40, 54, 96), np.uint8))
    clips, refused = clips_of([matted("anna", dance(40)), slow, nobody], fps=10.0)
    assert [clip.name for clip in clips] == ["anna"]
    assert "slow: has 5 frames a second, expected 10 or more; add --fps 5" in refused[0]
    assert "nobody: its mattes show nobody" in refused[1]
    with pytest.raises(BadInput, match="not one take can be used: slow: has 5"):
        clips_of([slow], fps=10.0)
    with pytest.raises(BadInput, match="name takes"):
        clips_of([], fps=10.0)


def film(to, greys, fps=20.0):
    with VideoWriter(to, (192, 108), fps) as video:
        for grey in greys:
            large = grey.repeat(2, axis=0).repeat(2, axis=1)
            video.write(np.repeat(large[..., None], 3, axis=2))
    return to


@pytest.mark.parametrize("dark_dancer", [True, False])
def test_a_grey_video_of_silhouettes_is_learnt_from_like_a_take(tmp_path, dance, dark_dancer):
    light = (30 + 200 * (dance(40) / 255)).astype(np.uint8)
    path = film(tmp_path / "shadows.mp4", 255 - light if dark_dancer else light)
    (clip,), refused = clips_of([path], fps=10.0)
    assert (clip.name, clip.pictures.shape, clip.split) == ("shadows", (20, 54, 96), 18)
    assert not refused
    there = clip.pictures > 127
    assert 0.03 < there.mean() < 0.4
    assert there.any(axis=0).any(axis=1).sum() == pytest.approx(54 / 1.08, abs=2)


def test_a_video_of_anything_else_is_refused_with_what_to_do(tmp_path):
    ramp = np.tile(np.linspace(0, 255, 96).astype(np.uint8), (20, 54, 1))
    with pytest.raises(BadInput, match=r"room\.mp4: shows no silhouettes.*stickdance capture"):
        clips_of([film(tmp_path / "room.mp4", ramp)], fps=10.0)
    with pytest.raises(BadInput, match=r"dark\.mp4: shows no silhouettes"):
        clips_of([film(tmp_path / "dark.mp4", np.zeros_like(ramp))], fps=10.0)

import numpy as np
import pytest

from stickdance.capture.media.video import read_frames
from stickdance.checkpoints.errors import BadInput
from stickdance.synth.quality.sides import Side


def test_a_frame_of_a_video_is_found_by_its_number(make_video):
    film = make_video("film.mp4", 300, speed=5)
    side = Side.open(film)
    whole = list(read_frames(film))
    for number in (0, 1, 17, 299):
        assert (side.picture_at(number) == whole[number]).all()
    with pytest.raises(BadInput, match="has no frame 300"):
        side.picture_at(300)


def test_a_frame_of_pictures_and_of_an_npz_is_found_by_its_number(
    make_folder, noise_frames, tmp_path
):
    frames = noise_frames(1, 12)
    np.savez(tmp_path / "a.npz", frames=np.stack(frames))
    for side in (Side.open(make_folder("a", frames)), Side.open(tmp_path / "a.npz")):
        assert side.count == 12
        assert (side.picture_at(10) == frames[10]).all()


def test_frames_have_names_numbers_and_times(make_video, make_folder, noise_frames):
    film = list(Side.open(make_video("film.mp4", 3, fps=10)).frames())
    assert [(frame.name, float(frame.seconds)) for frame in film] == [
        ("frame 0", 0), ("frame 1", 0.1), ("frame 2", 0.2),
    ]  # fmt: skip
    pictures = list(Side.open(make_folder("a", noise_frames(1, 11), "ü {}.png")).frames())
    assert [frame.name for frame in pictures] == [f"ü {number}" for number in range(11)]
    assert pictures[3].seconds is None


def test_a_digest_tells_content_and_names(make_folder, noise_frames):
    first = Side.open(make_folder("a", noise_frames(1))).digest()
    assert Side.open(make_folder("b", noise_frames(1))).digest() == first
    assert Side.open(make_folder("c", noise_frames(2))).digest() != first
    assert Side.open(make_folder("d", noise_frames(1), "x{}.png")).digest() != first


def test_a_stream_that_is_left_early_ends_what_decodes_it(make_video):
    import threading

    frames = Side.open(make_video("film.mp4", 60)).frames()
    next(frames)
    before = threading.active_count()
    frames.close()
    assert threading.active_count() < before

import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from stickdance.capture.media.framing import Framing
from stickdance.capture.media.images import write_png
from stickdance.capture.media.probing import footage_digest
from stickdance.capture.media.video import probe, read_frames
from stickdance.capture.take.take import Take
from stickdance.capture.video_to_take import CaptureOptions, video_to_take
from stickdance.checkpoints.errors import BadInput


def pictures(folder: Path, count: int = 12, size: tuple[int, int] = (48, 32)) -> Path:
    """Picture k is a grey of 10 * k, named so that the alphabet would sort 10 before 2."""
    folder.mkdir()
    for k in range(count):
        write_png(folder / f"frame{k}.png", np.full((size[1], size[0], 3), 10 * k, np.uint8))
    return folder


def test_a_folder_of_pictures_is_footage_in_natural_order(tmp_path: Path) -> None:
    folder = pictures(tmp_path / "anna")
    info = probe(folder)
    assert (info.size, info.frames, info.fps, info.is_folder) == ((48, 32), 12, 25.0, True)
    assert [frame[0, 0, 0] for frame in read_frames(folder)] == [10 * k for k in range(12)]


def test_a_name_may_hold_a_digit_that_is_no_decimal(tmp_path: Path) -> None:
    folder = pictures(tmp_path / "anna", count=2)
    (folder / "frame1.png").rename(folder / "3².png")
    assert [frame[0, 0, 0] for frame in read_frames(folder)] == [0, 10]


def test_pictures_are_shown_at_the_rate_asked_for(tmp_path: Path) -> None:
    folder = pictures(tmp_path / "anna")
    part = list(read_frames(folder, fps=4, start_seconds=0.5, end_seconds=1.25, size=(24, 16)))
    assert [frame[0, 0, 0] for frame in part] == [20, 30, 40]
    assert part[0].shape == (16, 24, 3)
    assert next(read_frames(folder, grey=True)).shape == (32, 48)
    few = read_frames(folder, start_seconds=0.04, only=[0, 3])
    assert [frame[0, 0, 0] for frame in few] == [10, 40]


def test_pictures_are_turned_upright(tmp_path: Path) -> None:
    folder = tmp_path / "phone"
    folder.mkdir()
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.new("RGB", (48, 32), (200, 30, 40)).save(folder / "1.jpg", exif=exif)
    assert probe(folder).size == (32, 48)
    assert next(read_frames(folder)).shape == (48, 32, 3)


def test_notes_and_hidden_files_may_lie_beside(tmp_path: Path) -> None:
    folder = pictures(tmp_path / "anna", 2)
    (folder / "poses.json").write_text("{}")
    (folder / ".DS_Store").write_text("")
    assert probe(folder).frames == 2


def test_pictures_of_several_sizes_are_said(tmp_path: Path) -> None:
    folder = pictures(tmp_path / "anna", 3)
    write_png(folder / "frame7.png", np.zeros((30, 40, 3), np.uint8))
    with pytest.raises(BadInput, match=r"frame7.png: is 40x30, frame0.png is 48x32; expected"):
        probe(folder)


def test_videos_and_other_files_among_the_pictures_are_refused(tmp_path: Path) -> None:
    folder = pictures(tmp_path / "anna", 2)
    (folder / "clip.mp4").write_bytes(b"0")
    with pytest.raises(BadInput, match=r"other things than pictures \(clip.mp4\)"):
        read_frames(folder)


def test_a_folder_without_pictures_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="is a folder without pictures"):
        probe(tmp_path)


def test_a_damaged_picture_is_said_when_its_turn_comes(tmp_path: Path) -> None:
    folder = pictures(tmp_path / "anna", 3, (300, 300))
    damaged = folder / "frame1.png"
    damaged.write_bytes(damaged.read_bytes()[:-60])
    frames = read_frames(folder)
    next(frames)
    with pytest.raises(BadInput, match=r"frame1.png: is a damaged picture"):
        next(frames)


def test_a_folder_of_pictures_becomes_a_take(filmed, tmp_path: Path) -> None:
    folder = tmp_path / "anna"
    folder.mkdir()
    for k, picture in enumerate(filmed.pictures):
        write_png(folder / f"{k}.png", picture)
    slower = replace(filmed.poses, fps=20.0).save(tmp_path / "poses.npz")
    options = CaptureOptions(estimator="replay", poses=slower, fps=20.0, height=80)
    take = video_to_take([folder], tmp_path / "take", options)
    assert (take.fps, take.frame_count, take.size) == (20.0, 60, (96, 80))
    assert take.report["seconds"] == 3.0
    original = next(take.truth(Framing((192, 160)), 41, 42))
    assert np.abs(original.astype(int) - filmed.pictures[41]).mean() < 6
    assert np.abs(original.astype(int) - filmed.pictures[21]).mean() > 9
    write_png(folder / "7.png", filmed.pictures[8])
    changed = Take.load(take.path)
    os.utime(folder)  # what was read once in this process is remembered by the folder's time
    with pytest.raises(BadInput, match="changed since"):
        next(changed.truth(Framing((192, 160)), 41, 42))


def test_the_digest_knows_names_and_contents(tmp_path: Path) -> None:
    folder = pictures(tmp_path / "anna", 3)
    before = footage_digest(folder)
    assert footage_digest(pictures(tmp_path / "same", 3)) == before
    (folder / "frame2.png").rename(folder / "frame3.png")
    assert footage_digest(folder) != before

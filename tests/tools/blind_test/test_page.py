import base64
import json
import re
import subprocess
from dataclasses import replace

import numpy as np
import pytest

from stickdance.capture.media.ffmpeg import program
from stickdance.capture.media.video import read_frames
from stickdance.capture.media.video_writer import VideoWriter
from stickdance.checkpoints.errors import BadInput
from stickdance.choreography.music_to_poses import music_to_poses
from stickdance.choreography.options import ChoreographyOptions
from stickdance.tools.blind_test.page import QUESTIONS, make_ab_page
from stickdance.tools.demo.song.compose import compose, write_song
from stickdance.tools.options import AbPageOptions

SONGS = ("moon", "sun", "rain", "snow", "wind")
SHORT = AbPageOptions(seconds=2.0, seed=1, names=("scarlet", "azure"))


def write_video(path, colour, seconds=3.0, title="scarlet secret"):
    path.parent.mkdir(exist_ok=True)
    frame = np.full((64, 64, 3), colour, np.uint8)
    with VideoWriter(path, (64, 64), 10.0, metadata={"title": title}) as video:
        for _ in range(round(seconds * 10)):
            video.write(frame)


@pytest.fixture(scope="module")
def videos(tmp_path_factory):
    """Make red videos by one way and blue ones by the other."""
    place = tmp_path_factory.mktemp("videos")
    for song in SONGS:
        write_video(place / "red" / f"{song}.mp4", (200, 20, 20))
        write_video(place / "blue" / f"{song}.mp4", (20, 20, 200))
    return place


@pytest.fixture(scope="module")
def made(videos, tmp_path_factory):
    page = tmp_path_factory.mktemp("page") / "blind.html"
    told = make_ab_page(videos / "red", videos / "blue", page, SHORT)
    return page.read_text(), json.loads((page.parent / "blind.key.json").read_text()), told


def clips_of(page):
    return [[base64.b64decode(clip) for clip in pair] for pair in shown_on(page)["clips"]]


def shown_on(page):
    return json.loads(
        re.search(r'<script type="application/json" id="shown">(.*?)</script>', page)[1]
    )


def colour_of(clip, place):
    (place / "clip.mp4").write_bytes(clip)
    frame = next(iter(read_frames(place / "clip.mp4")))
    return "scarlet" if frame[32, 32, 0] > frame[32, 32, 2] else "azure"


def test_the_key_tells_what_each_side_shows(made, tmp_path):
    page, key, _ = made
    clips = clips_of(page)
    assert len(clips) == len(key["pairs"]) == len(SONGS)
    for pair, told in zip(clips, key["pairs"], strict=True):
        assert [colour_of(clip, tmp_path) for clip in pair] == [told["A"], told["B"]]


def test_each_way_stands_on_either_side_as_often_as_can_be(made):
    sides = [pair["A"] for pair in made[1]["pairs"]]
    assert abs(sides.count("scarlet") - sides.count("azure")) == 1


def test_nothing_on_the_page_tells_which_is_which(made, tmp_path):
    page, key, _ = made
    for clip in (clip for pair in clips_of(page) for clip in pair):
        (tmp_path / "clip.mp4").write_bytes(clip)
        told = subprocess.run(
            [program(), "-i", str(tmp_path / "clip.mp4")], capture_output=True, text=True
        ).stderr
        assert "secret" not in told and "title" not in told
        assert b"scarlet" not in clip and b"azure" not in clip
    for name in ("scarlet", "azure", "red/", "blue/", *SONGS[2:]):
        assert name not in page
    assert key["page"] in page


def test_the_page_asks_the_four_questions_and_loads_nothing_from_elsewhere(made):
    page = made[0]
    assert all(question in page for question in QUESTIONS.values())
    assert list(shown_on(page)["questions"]) == list(QUESTIONS)  # the order of the keyboard too
    assert not re.search(r"https?://|src=\"(?!data:)|<link", page)


def test_both_clips_last_as_long_as_asked(made, tmp_path):
    page, key, _ = made
    for clip in clips_of(page)[0]:
        (tmp_path / "clip.mp4").write_bytes(clip)
        assert len(list(read_frames(tmp_path / "clip.mp4"))) == 20
    assert [key["pairs"][0][name] for name in ("start", "end")] == [0.5, 2.5]


def test_a_seed_repeats_sides_and_none_draws_them_anew(videos, tmp_path):
    few = replace(SHORT, pairs=1)
    numbers = []
    for seed in (5, 5, None, None):
        page = tmp_path / "page.html"
        make_ab_page(videos / "red", videos / "blue", page, replace(few, seed=seed))
        numbers.append(json.loads((tmp_path / "page.key.json").read_text()))
    assert numbers[0] == numbers[1]
    assert len({one["page"] for one in numbers}) == 3


def test_dances_are_shown_as_stick_figures_with_their_song(tmp_path):
    song = compose(700, seconds=8, tempo=120)
    wav = write_song(song, tmp_path / "song.wav")
    for way, style in (("one", "calm"), ("two", "energetic")):
        options = ChoreographyOptions(style=style, preview=False)
        music_to_poses(wav, tmp_path / way / "dance", options)
    page = tmp_path / "page.html"
    make_ab_page(tmp_path / "one", tmp_path / "two", page, AbPageOptions(seconds=2.0))
    a, b = clips_of(page.read_text())[0]
    assert a != b
    for clip in (a, b):
        (tmp_path / "clip.mp4").write_bytes(clip)
        told = subprocess.run(
            [program(), "-i", str(tmp_path / "clip.mp4")], capture_output=True, text=True
        ).stderr
        assert "Audio: aac" in told and "Video: h264" in told
        frames = np.stack(list(read_frames(tmp_path / "clip.mp4")))
        assert len(frames) == 50 and frames.max() > 150
        assert np.abs(np.diff(frames.astype(int), axis=0)).max() > 50


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"pairs": 0}, "--pairs"),
        ({"seconds": 0.5}, "--seconds"),
        ({"names": ("same", "same")}, "--names"),
    ],
)
def test_options_out_of_range_are_named(change, told, videos, tmp_path):
    with pytest.raises(BadInput, match=told):
        make_ab_page(
            videos / "red", videos / "blue", tmp_path / "page.html", replace(SHORT, **change)
        )


def test_folders_without_a_common_song_are_refused(videos, tmp_path):
    write_video(tmp_path / "other" / "storm.mp4", (0, 0, 0))
    with pytest.raises(BadInput, match="no song is danced on both sides"):
        make_ab_page(videos / "red", tmp_path / "other", tmp_path / "page.html", SHORT)


def test_a_page_needs_a_name_that_ends_in_html(videos, tmp_path):
    with pytest.raises(BadInput, match=r"ends in \.html"):
        make_ab_page(videos / "red", videos / "blue", tmp_path / "page", SHORT)

from pathlib import Path

import pytest

from stickdance.checkpoints.errors import BadInput, UsageError
from stickdance.tools.make.options import (
    DanceOptions,
    MakeOptions,
    PerformerOptions,
    VideoOptions,
    dance_options,
    follow_options,
    render_options,
    training_options,
)
from stickdance.tools.make.song_to_video import song_to_video, stage_names


def demo(**options):
    return MakeOptions(demo=True, **options)


@pytest.fixture
def song(tmp_path):
    path = tmp_path / "song.mp3"
    path.write_bytes(b"not looked at yet")
    return path


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (MakeOptions(), "name one of --footage"),
        (MakeOptions(demo=True, performer=Path("p")), "name one of --footage"),
        (MakeOptions(performer=Path("p"), from_scratch=True), "--from-scratch"),
        (MakeOptions(performer=Path("p"), size=(256, 256)), "--size"),
        (
            MakeOptions(performer=Path("p"), dance=DanceOptions(dance_with="own")),
            "--dance-with own",
        ),
        (demo(dance=DanceOptions(choreographer=Path("c"), plan=Path("p.json"))), "--choreographer"),
        (demo(training=PerformerOptions(minutes=-1)), "--minutes"),
        (demo(dance=DanceOptions(fps=0)), "--fps"),
        (demo(rendering=VideoOptions(background="transparent")), "--background"),
        (demo(dance=DanceOptions(dance_with="both")), "--dance-with both"),
        (
            demo(from_scratch=True, dance=DanceOptions(dance_with="own", moves=Path("t"))),
            "--moves",
        ),
        (
            demo(from_scratch=True, dance=DanceOptions(dance_with="library", plan=Path("p"))),
            "--plan",
        ),
        (demo(size=(101, 100)), "--size 101x100"),
        (demo(size=(320, 240)), "--size: the built-in performer has its own size"),
        (demo(preview=-1.0), "--preview"),
        (demo(follow_at=(0.5, 0.5)), "--follow-at: goes with --follow"),
        (demo(follow=Path("a.mp4"), follow_at=(2, 3)), "--follow-at 2 3: expected two shares"),
        (demo(follow_consent="yes"), "--follow-consent: goes with --follow"),
        (demo(follow=Path("a.mp4"), dance=DanceOptions(moves=Path("t"))), "--follow: dances what"),
        (demo(dance=DanceOptions(start_seconds=5, end_seconds=3)), "--to"),
    ],
)
def test_options_that_do_not_fit_together_are_a_usage_error(tmp_path, song, options, words):
    with pytest.raises(UsageError, match=words):
        song_to_video(song, tmp_path / "dance.mp4", options)
    assert list(tmp_path.iterdir()) == [song]


def test_without_a_song_only_the_demo_goes_on(tmp_path):
    with pytest.raises(UsageError, match="SONG"):
        song_to_video(None, tmp_path / "dance.mp4", MakeOptions(performer=Path("p")))


def test_the_output_must_be_an_mp4(tmp_path, song):
    with pytest.raises(UsageError, match=r"\.mp4"):
        song_to_video(song, tmp_path / "dance.avi", MakeOptions(demo=True))


@pytest.mark.parametrize("name", ["absent.mp3", "."])
def test_a_song_that_is_no_file_is_bad_input_and_leaves_nothing(tmp_path, name):
    with pytest.raises(BadInput, match="expected a song"):
        song_to_video(tmp_path / name, tmp_path / "out" / "dance.mp4", MakeOptions(demo=True))
    assert list(tmp_path.iterdir()) == []


def test_a_background_that_is_none_is_said_before_any_work(tmp_path, song):
    with pytest.raises(UsageError, match="neither a file nor a colour"):
        song_to_video(
            song, tmp_path / "dance.mp4", demo(rendering=VideoOptions(background="beach"))
        )
    assert list(tmp_path.iterdir()) == [song]


@pytest.mark.parametrize("wrong", [{"tempo": 0.0}, {"metre": 99}, {"hint": ("nonsense",)}])
def test_a_dance_out_of_range_is_said_before_any_work(tmp_path, song, wrong):
    with pytest.raises(BadInput, match=f"--{next(iter(wrong))}"):
        song_to_video(song, tmp_path / "dance.mp4", demo(dance=DanceOptions(**wrong)))
    assert list(tmp_path.iterdir()) == [song]


def test_footage_that_is_no_file_is_bad_input_and_leaves_nothing(tmp_path, song):
    options = MakeOptions(footage=(tmp_path / "absent.mp4",))
    with pytest.raises(BadInput, match="expected a video of the person"):
        song_to_video(song, tmp_path / "out" / "dance.mp4", options)
    assert list(tmp_path.iterdir()) == [song]


def test_a_video_to_follow_that_is_no_file_is_bad_input_and_leaves_nothing(tmp_path):
    with pytest.raises(BadInput, match=r"--follow .*absent\.mp4: no such file"):
        song_to_video(None, tmp_path / "out" / "dance.mp4", demo(follow=tmp_path / "absent.mp4"))
    assert list(tmp_path.iterdir()) == []


def test_only_the_part_of_a_followed_video_that_is_danced_is_watched():
    options = demo(follow=Path("a.mp4"), preview=1.0, dance=DanceOptions(start_seconds=3.0))
    watched = follow_options(options)
    assert (watched.start_seconds, watched.end_seconds) == (3.0, 5.0)  # no less can be captured
    assert follow_options(demo(follow=Path("a.mp4"))).end_seconds is None


def test_following_a_video_is_a_stage_before_the_dance():
    names = stage_names(Path("a.mp4"), demo(follow=Path("a.mp4")))
    assert names == ["watch", "choreograph", "render", "report"]


def test_a_choreographer_that_is_none_is_said_before_any_work(tmp_path, song):
    with pytest.raises(BadInput, match="learn music-to-dance"):
        song_to_video(
            song, tmp_path / "dance.mp4", demo(dance=DanceOptions(choreographer=tmp_path))
        )
    assert list(tmp_path.iterdir()) == [song]


def test_the_stages_get_their_options_and_what_the_whole_job_says():
    options = MakeOptions(
        preview=4.0,
        dance=DanceOptions(style="calm", start_seconds=10.0, end_seconds=60.0, seed=3),
        training=PerformerOptions(device="cpu", face="on"),
    )
    dance, training = dance_options(options, Path("take")), training_options(options, (160, 256))
    assert (dance.style, dance.start_seconds, dance.end_seconds) == ("calm", 10.0, 14.0)
    assert dance.moves == Path("take")
    assert (training.seed, training.size, training.face) == (3, (160, 256), "on")
    assert render_options(options).device == "cpu"

import json
import shutil
from functools import cache

import numpy as np
import pytest

from stickdance.capture.media.ffmpeg import Ffmpeg, input_arguments
from stickdance.capture.media.video_writer import VideoWriter
from stickdance.checkpoints.errors import BadInput
from stickdance.synth.credentials.claims import Claims
from stickdance.synth.credentials.signer import signer_from
from stickdance.synth.credentials.signing import sign_video
from stickdance.synth.marking.embedding import marked
from stickdance.synth.rendering.recipe import recipe_hash
from stickdance.tools.commands.verify import verify as look_at

verify = cache(look_at)  # a look takes most of a second
COMMENT = json.dumps({"made_with": "stickdance", "performer": "anna", "song": "vibe.mp3"})


@pytest.fixture(scope="module")
def videos(tmp_path_factory):
    """One of stickdance's, signed; the same stripped of its credentials; a stranger's."""
    folder, random = tmp_path_factory.mktemp("videos"), np.random.default_rng(0)
    wall = np.full((128, 128, 3), 120) + np.linspace(0, 60, 128, dtype=int)[:, None, None]
    frames = (wall + random.integers(-3, 4, (6, 128, 128, 3))).astype(np.uint8)
    texts = {"title": "Synthetic dance video of anna", "comment": COMMENT}
    for name, metadata in (("ours.mp4", texts), ("stranger.mp4", {"title": "Holidays"})):
        message = bytes.fromhex(recipe_hash(COMMENT)[:12])
        shown = marked(iter(frames), message, 6) if name == "ours.mp4" else frames
        with VideoWriter(folder / name, (128, 128), 6, metadata=metadata) as video:
            for frame in shown:
                video.write(frame)
    shutil.copyfile(folder / "ours.mp4", folder / "unsigned.mp4")
    bare = ["-map_metadata", "-1", "-c", "copy", "-f", "mp4", "-y", str(folder / "stripped.mp4")]
    with Ffmpeg([*input_arguments(folder / "ours.mp4"), *bare]) as copier:
        assert copier.finish() == 0
    claims = Claims("anna", recipe_hash(COMMENT), "Anna, 3 May: yes")
    sign_video(folder / "ours.mp4", claims, signer_from(None, None), "ours.mp4")
    return folder


def test_a_signed_video_says_so_with_consent_and_an_untrusted_signer(videos):
    told = verify(videos / "ours.mp4")
    assert told["is_said_to_be_synthetic"]
    text = told["in_a_line"]
    for words in (
        "ours.mp4: synthetic, by content credentials that hold\n", "credentials: hold",
        "an untrusted signer",
        "says of consent: Anna, 3 May: yes", "the comment is the recipe that was signed",
    ):  # fmt: skip
        assert words in text
    assert json.loads(json.dumps(told, default=str))["credentials"]["state"] == "valid"


def test_a_strangers_video_says_nothing_which_is_no_proof(videos):
    told = verify(videos / "stranger.mp4")
    assert not told["is_said_to_be_synthetic"]
    assert "that does not show that it is real" in told["in_a_line"]
    assert "content credentials: none" in told["in_a_line"]


def test_the_first_line_tells_credentials_that_hold_from_a_mark_alone(videos, tmp_path):
    changed = tmp_path / "changed.mp4"
    changed.write_bytes((videos / "ours.mp4").read_bytes() + b"\0\0\0\x0cjunkmore")
    first = [
        verify(video)["in_a_line"].splitlines()[0]
        for video in (
            videos / "ours.mp4",
            videos / "stripped.mp4",
            videos / "unsigned.mp4",
            changed,
        )
    ]
    none = "NO content credentials (stripped?)"
    assert first == [
        "ours.mp4: synthetic, by content credentials that hold",
        f"stripped.mp4: synthetic, by the mark in its pixels alone; {none}",
        f"unsigned.mp4: synthetic, by the mark in its pixels and its comment; {none}",
        "changed.mp4: its content credentials do NOT hold; the mark in its pixels says synthetic",
    ]


def test_texts_alone_are_told_as_such(videos):
    told = verify(videos / "unsigned.mp4")
    assert told["is_said_to_be_synthetic"]
    assert "content credentials: none" in told["in_a_line"]
    assert "performer 'anna', song 'vibe.mp3'" in told["in_a_line"]


def test_a_video_stripped_of_all_that_it_said_is_known_by_its_pixels(videos):
    told = verify(videos / "stripped.mp4")
    assert told["is_said_to_be_synthetic"]
    text = told["in_a_line"]
    assert "content credentials: none" in text
    assert "title and comment: nothing of stickdance" in text
    assert f"that of stickdance; number 5d17{recipe_hash(COMMENT)[:12]}" in text


def test_the_mark_is_set_against_the_recipe(videos):
    assert "it is the mark of the recipe" in verify(videos / "ours.mp4")["in_a_line"]
    assert "none found" in verify(videos / "stranger.mp4")["in_a_line"]


@pytest.mark.parametrize("content", [b"", b"hello", b"\0\0\0\x20ftypisom" + b"\0" * 200])
def test_what_is_no_video_is_refused(tmp_path, content):
    file = tmp_path / "file.mp4"
    file.write_bytes(content)
    with pytest.raises(BadInput, match=r"file\.mp4"):
        verify(file)


def test_a_list_of_authorities_that_is_none_is_refused(videos, tmp_path):
    (tmp_path / "list.pem").write_text("nobody")
    for path in (tmp_path / "list.pem", tmp_path, tmp_path / "absent.pem"):
        with pytest.raises(BadInput, match=f"--trust {path}"):
            verify(videos / "ours.mp4", path)


def test_video_seal_is_asked_only_where_its_file_is_named_and_known(videos, tmp_path):
    assert verify(videos / "stranger.mp4")["videoseal"] is None
    with pytest.raises(BadInput, match=r"--videoseal .*absent\.jit: no such file"):
        look_at(videos / "stranger.mp4", None, tmp_path / "absent.jit")
    (tmp_path / "seal.jit").write_bytes(b"code")
    with pytest.raises(BadInput, match="run only where its user knows its SHA-256"):
        look_at(videos / "stranger.mp4", None, tmp_path / "seal.jit")

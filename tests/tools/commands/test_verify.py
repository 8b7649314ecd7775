import json
import shutil

import numpy as np
import pytest

from stickdance.capture.media.video_writer import VideoWriter
from stickdance.checkpoints.errors import BadInput
from stickdance.synth.credentials.claims import Claims
from stickdance.synth.credentials.signer import signer_from
from stickdance.synth.credentials.signing import sign_video
from stickdance.synth.rendering.recipe import recipe_hash
from stickdance.tools.commands.verify import verify

COMMENT = json.dumps({"made_with": "stickdance", "performer": "anna", "song": "vibe.mp3"})


@pytest.fixture(scope="module")
def videos(tmp_path_factory):
    """One of stickdance's, signed; the same stripped of its credentials; a stranger's."""
    folder, random = tmp_path_factory.mktemp("videos"), np.random.default_rng(0)
    frames = random.integers(0, 256, (6, 64, 64, 3), np.uint8)
    texts = {"title": "Synthetic dance video of anna", "comment": COMMENT}
    for name, metadata in (("ours.mp4", texts), ("stranger.mp4", {"title": "Holidays"})):
        with VideoWriter(folder / name, (64, 64), 6, metadata=metadata) as video:
            for frame in frames:
                video.write(frame)
    shutil.copyfile(folder / "ours.mp4", folder / "unsigned.mp4")
    claims = Claims("anna", recipe_hash(COMMENT), "Anna, 3 May: yes")
    sign_video(folder / "ours.mp4", claims, signer_from(None, None), "ours.mp4")
    return folder


def test_a_signed_video_says_so_with_consent_and_an_untrusted_signer(videos):
    told = verify(videos / "ours.mp4")
    assert told["is_said_to_be_synthetic"]
    text = told["in_a_line"]
    for words in (
        "ours.mp4: says that it is synthetic", "credentials: hold", "an untrusted signer",
        "says of consent: Anna, 3 May: yes", "the comment is the recipe that was signed",
    ):  # fmt: skip
        assert words in text
    assert json.loads(json.dumps(told, default=str))["credentials"]["state"] == "valid"


def test_a_strangers_video_says_nothing_which_is_no_proof(videos):
    told = verify(videos / "stranger.mp4")
    assert not told["is_said_to_be_synthetic"]
    assert "that does not show that it is real" in told["in_a_line"]
    assert "content credentials: none" in told["in_a_line"]


def test_texts_alone_are_told_as_such(videos):
    told = verify(videos / "unsigned.mp4")
    assert told["is_said_to_be_synthetic"]
    assert "content credentials: none" in told["in_a_line"]
    assert "performer anna, song vibe.mp3" in told["in_a_line"]


def test_a_video_that_was_changed_after_it_was_signed_is_told_so(videos, tmp_path):
    changed = tmp_path / "changed.mp4"
    changed.write_bytes((videos / "ours.mp4").read_bytes() + b"\0\0\0\x0cjunkmore")
    assert "do NOT hold" in verify(changed)["in_a_line"]


@pytest.mark.parametrize("content", [b"", b"hello", b"\0\0\0\x20ftypisom" + b"\0" * 200])
def test_what_is_no_video_is_refused(tmp_path, content):
    file = tmp_path / "file.mp4"
    file.write_bytes(content)
    with pytest.raises(BadInput, match=r"file\.mp4"):
        verify(file)


def test_a_list_of_authorities_that_is_none_is_refused(videos, tmp_path):
    (tmp_path / "list.pem").write_text("nobody")
    with pytest.raises(BadInput, match="--trust"):
        verify(videos / "ours.mp4", tmp_path / "list.pem")

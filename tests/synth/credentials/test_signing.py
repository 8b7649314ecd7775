import errno
import shutil

import pytest

from stickdance.checkpoints.errors import MissingDependency
from stickdance.synth.credentials import c2pa_library, signing
from stickdance.synth.credentials.claims import Claims, Ingredient
from stickdance.synth.credentials.of_rendering import signing_of
from stickdance.synth.credentials.reading import credentials_of
from stickdance.synth.credentials.signer import signer_from
from stickdance.synth.credentials.signing import sign_copy, sign_video
from stickdance.synth.options import RenderOptions

CLAIMS = Claims("anna", "ab" * 32, "Anna, 3 May: yes", [Ingredient("song", "cd" * 32)], "0123")


@pytest.fixture
def signed(any_video, tmp_path):
    video = tmp_path / "signed.mp4"
    shutil.copyfile(any_video, video)
    sign_video(video, CLAIMS, signer_from(None, None), "dance.mp4")
    return video


def test_credentials_say_what_was_claimed_and_by_whom(signed):
    told = credentials_of(signed)
    assert (told.state, told.is_synthetic, told.is_trusted, told.is_local) == (
        "valid", True, False, True,
    )  # fmt: skip
    assert told.recipe == {
        "performer": "anna", "sha256": "ab" * 32, "consent": "Anna, 3 May: yes", "mark": "0123",
    }  # fmt: skip
    assert told.ingredients == ({"what": "song", "sha256": "cd" * 32},)
    assert told.generator.startswith("stickdance")


def test_nothing_but_the_video_is_left(signed, tmp_path):
    assert [file.name for file in tmp_path.iterdir()] == ["signed.mp4"]


def test_the_library_itself_calls_it_valid_with_an_untrusted_signer(signed):
    c2pa = pytest.importorskip("c2pa")
    with signed.open("rb") as file, c2pa.Reader("video/mp4", file) as reader:
        assert reader.get_validation_state() == "Valid"
        failed = reader.get_validation_results()["activeManifest"]["failure"]
    assert [each["code"] for each in failed] == ["signingCredential.untrusted"]


def test_whoever_trusts_the_authority_trusts_the_signer(any_video, tmp_path, pem_pair):
    certificate, key = pem_pair()
    video = tmp_path / "signed.mp4"
    shutil.copyfile(any_video, video)
    sign_video(video, CLAIMS, signer_from(certificate, key), "dance.mp4")
    pem = certificate.read_text()
    (tmp_path / "authority.pem").write_text(pem[pem.rindex("-----BEGIN") :])
    told = credentials_of(video, tmp_path / "authority.pem")
    assert (told.is_trusted, told.is_local, told.signer) == (True, False, "Studio Anna")
    assert not credentials_of(video).is_trusted


def test_a_changed_byte_is_noticed(signed):
    data = bytearray(signed.read_bytes())
    data[-200] ^= 1
    signed.write_bytes(data)
    told = credentials_of(signed)
    assert (told.state, told.is_synthetic) == ("changed", True)


def test_credentials_of_another_video_do_not_hold(signed, any_video, tmp_path):
    other = tmp_path / "other.mp4"
    data = signed.read_bytes()
    start = data.index(b"uuid") - 4
    length = int.from_bytes(data[start : start + 4], "big")
    foreign = any_video.read_bytes()
    other.write_bytes(foreign + data[start : start + length])
    assert credentials_of(other).state == "changed"


def test_a_file_that_is_cut_off_does_not_hold(signed):
    signed.write_bytes(signed.read_bytes()[:-100])
    assert credentials_of(signed).state in ("changed", "unreadable")


def test_a_copy_carries_the_credentials_of_its_original(signed, any_video, tmp_path):
    copy = tmp_path / "tall.mp4"
    shutil.copyfile(any_video, copy)
    sign_copy(copy, signed, signer_from(None, None), "tall.mp4")
    told = credentials_of(copy)
    assert (told.state, told.is_copy, told.is_synthetic) == ("valid", True, True)
    assert told.recipe["consent"] == "Anna, 3 May: yes"


@pytest.mark.parametrize("name", ["video.mp4", "video.webm", "video.mkv", "video", "video.txt"])
def test_files_without_credentials_of_any_name_are_told_so(any_video, tmp_path, name):
    shutil.copyfile(any_video, tmp_path / name)
    assert credentials_of(tmp_path / name).state == "absent"


@pytest.mark.parametrize(
    "refusal", [OSError(errno.ENOSPC, "No space left on device"), KeyboardInterrupt()], ids=repr
)
def test_a_full_disk_and_ctrl_c_are_told_as_they_are_and_nothing_is_left(
    any_video, tmp_path, monkeypatch, refusal
):
    class Refusing(signing._Noticing):
        def _kept(self, does, *what):
            def refuse(*what):
                raise refusal

            return super()._kept(refuse if does == self._file.write else does, *what)

    video = tmp_path / "video.mp4"
    shutil.copyfile(any_video, video)
    monkeypatch.setattr(signing, "_Noticing", Refusing)
    with pytest.raises(type(refusal)) as refused:
        sign_video(video, CLAIMS, signer_from(None, None), "dance.mp4")
    assert refused.value is refusal
    assert video.read_bytes() == any_video.read_bytes()
    assert [file.name for file in tmp_path.iterdir()] == ["video.mp4"]


def test_where_the_library_is_absent_it_is_said_and_a_named_certificate_refused(
    monkeypatch, tmp_path, pem_pair
):
    def absent():
        raise MissingDependency("content credentials need c2pa-python")

    for module in (c2pa_library, signing, __import__(signer_from.__module__, fromlist=["c2pa"])):
        monkeypatch.setattr(module, "c2pa", absent)
    chosen = signing_of(RenderOptions(), tmp_path / "out.mp4")
    assert chosen.signer is None
    assert chosen.notes == (
        "out.mp4: has no content credentials; content credentials need c2pa-python",
    )
    certificate, key = pem_pair()
    with pytest.raises(MissingDependency):
        signing_of(RenderOptions(certificate=certificate, key=key), tmp_path / "out.mp4")


def test_webm_is_said_to_have_none(tmp_path):
    chosen = signing_of(RenderOptions(), tmp_path / "out.webm")
    assert chosen.signer is None
    assert "has no place for them" in chosen.notes[0]

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption
from cryptography.x509.oid import ExtendedKeyUsageOID

from stickdance.checkpoints.errors import BadInput, UsageError
from stickdance.synth.credentials import local_certificate
from stickdance.synth.credentials.signer import signer_from


@pytest.mark.parametrize(
    ("key", "algorithm"),
    [
        (ec.generate_private_key(ec.SECP256R1()), "es256"),
        (ec.generate_private_key(ec.SECP384R1()), "es384"),
        (ed25519.Ed25519PrivateKey.generate(), "ed25519"),
        (rsa.generate_private_key(65537, 2048), "ps256"),
    ],
    ids=["p256", "p384", "ed25519", "rsa"],
)
def test_a_certificate_and_its_key_sign_by_the_algorithm_of_the_key(pem_pair, key, algorithm):
    signer = signer_from(*pem_pair(key=key))
    assert (signer.name, signer.algorithm, signer.is_local) == ("Studio Anna", algorithm, False)


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"days": (-9, -2)}, "was valid until"),
        ({"days": (3, 9)}, "is valid only from"),
        ({"encryption": BestAvailableEncryption(b"secret")}, "is encrypted by a password"),
        ({"key": ec.generate_private_key(ec.SECP256K1())}, "signs no video"),
        ({"key": rsa.generate_private_key(65537, 1024)}, "RSA 1024 signs no video"),
        ({"purpose": ExtendedKeyUsageOID.SERVER_AUTH}, "cannot sign content credentials"),
    ],
)
def test_what_cannot_sign_is_refused_in_words(pem_pair, options, told):
    with pytest.raises(BadInput, match=told):
        signer_from(*pem_pair(**options))


def test_a_key_of_another_certificate_is_refused(pem_pair):
    (certificate, _), (_, key) = pem_pair("one"), pem_pair("other")
    with pytest.raises(BadInput, match="does not belong to the certificate"):
        signer_from(certificate, key)


def test_files_that_were_swapped_are_named(pem_pair):
    certificate, key = pem_pair()
    with pytest.raises(BadInput, match="expected certificates as PEM, found a key"):
        signer_from(key, certificate)
    with pytest.raises(BadInput, match="expected a private key as PEM, found a certificate"):
        signer_from(certificate, certificate)


@pytest.mark.parametrize("content", [b"", b"hello", b"\x30\x82\x01\x0a binary"])
def test_files_that_are_no_pem_are_refused(tmp_path, content):
    file = tmp_path / "some.pem"
    file.write_bytes(content)
    with pytest.raises(BadInput, match="expected certificates as PEM, found none"):
        signer_from(file, file)
    with pytest.raises(BadInput, match="cannot be read"):
        signer_from(tmp_path / "absent.pem", file)


def test_one_without_the_other_is_refused(tmp_path):
    with pytest.raises(UsageError, match="--certificate: goes with --key"):
        signer_from(tmp_path / "a.pem", None)
    with pytest.raises(UsageError, match="--key: goes with --certificate"):
        signer_from(None, tmp_path / "a.key")


def test_where_nothing_can_be_kept_a_video_has_a_certificate_of_its_own(monkeypatch, tmp_path):
    (tmp_path / "file").touch()
    monkeypatch.setattr(local_certificate, "config_folder", lambda: tmp_path / "file" / "folder")
    signer = signer_from(None, None)
    assert signer.is_local
    assert "certificate of its own" in signer.note

import os
import stat
from concurrent.futures import ThreadPoolExecutor

import pytest

from stickdance.checkpoints.errors import BadInput
from stickdance.synth.credentials.local_certificate import NAME, local_pem


def test_it_is_made_once_and_only_its_owner_can_read_it(tmp_path):
    pem = local_pem(tmp_path)
    (file,) = tmp_path.iterdir()
    assert local_pem(tmp_path) == pem
    assert "PRIVATE KEY" in pem
    assert pem.count("BEGIN CERTIFICATE") == 2
    if os.name == "posix":
        assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_two_who_make_it_at_once_get_the_same(tmp_path):
    with ThreadPoolExecutor(2) as pool:
        one, other = pool.map(lambda _: local_pem(tmp_path / "new"), range(2))
    assert one == other


@pytest.mark.skipif(os.name != "posix", reason="modes of files are those of POSIX")
def test_a_key_that_others_could_read_is_replaced(tmp_path):
    pem = local_pem(tmp_path)
    (tmp_path / "local_signer.pem").chmod(0o644)
    assert local_pem(tmp_path) != pem
    assert stat.S_IMODE((tmp_path / "local_signer.pem").stat().st_mode) == 0o600


def test_a_damaged_one_is_told_and_not_overwritten(tmp_path):
    local_pem(tmp_path)
    file = tmp_path / "local_signer.pem"
    file.write_text(file.read_text()[:100])
    with pytest.raises(BadInput, match="remove it"):
        local_pem(tmp_path)
    assert len(file.read_text()) == 100


def test_it_names_no_person(tmp_path):
    from cryptography import x509

    leaf = x509.load_pem_x509_certificates(local_pem(tmp_path).encode())[0]
    assert leaf.subject.rfc4514_string() == f"CN={NAME},O=stickdance"

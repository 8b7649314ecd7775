from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from stickdance.capture.media.video_writer import VideoWriter

PLAIN = NoEncryption()
SIGNING = ExtendedKeyUsageOID.EMAIL_PROTECTION


@pytest.fixture(scope="session")
def any_video(tmp_path_factory):
    """Twelve frames of noise."""
    path = tmp_path_factory.mktemp("videos") / "noise.mp4"
    random = np.random.default_rng(0)
    with VideoWriter(path, (64, 48), 12) as video:
        for _ in range(12):
            video.write(random.integers(0, 256, (48, 64, 3), np.uint8))
    return path


@pytest.fixture
def pem_pair(tmp_path):
    """Makes a certificate and a key as files, by default such as can sign."""

    def make(name="own", key=None, days=(-1, 30), purpose=SIGNING, encryption=PLAIN):
        key = key or ec.generate_private_key(ec.SECP256R1())
        authority, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
        root = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Authority")])
        whom = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Studio Anna")])
        chain = []
        for subject, public, is_root in (
            (whom, key.public_key(), False),
            (root, authority.public_key(), True),
        ):
            builder = x509.CertificateBuilder(
                root,
                subject,
                public,
                x509.random_serial_number(),
                now + timedelta(days=days[0] - is_root),
                now + timedelta(days=days[1] + is_root),
            ).add_extension(x509.BasicConstraints(is_root, None), critical=True)
            usage = x509.KeyUsage(*(not is_root, *[False] * 4, is_root, False, False, False))
            builder = builder.add_extension(usage, critical=True)
            above = x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.public_key())
            builder = builder.add_extension(above, critical=False)
            if not is_root:
                builder = builder.add_extension(x509.ExtendedKeyUsage([purpose]), critical=False)
            chain.append(builder.sign(authority, hashes.SHA256()).public_bytes(Encoding.PEM))
        certificate, private = tmp_path / f"{name}.pem", tmp_path / f"{name}.key"
        certificate.write_bytes(b"".join(chain))
        private.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, encryption))
        return certificate, private

    return make

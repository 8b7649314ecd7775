"""Who signs: certificate and key from two files, or the ones made on this computer.

What does not fit is refused before any work: by its kind in words of ours, and all else by a trial,
in which the library signs a picture of one pixel and reads it back.
"""

import io
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stickdance.checkpoints.errors import BadInput, InUse, OutputFailed, UsageError
from stickdance.checkpoints.reading import check_ordinary
from stickdance.synth.credentials.c2pa_library import c2pa, offline_context
from stickdance.synth.credentials.local_certificate import local_pem, new_pem

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

_CURVES = {"secp256r1": "es256", "secp384r1": "es384", "secp521r1": "es512"}
_LEAST_RSA = 2048  # bits
_KINDS = "expected ECDSA on P-256, P-384 or P-521, Ed25519, or RSA of at least 2048 bits"
_UNENCRYPTED = "openssl pkey -in KEY -out PLAIN writes it without"
_LARGEST = 1 << 20  # bytes of a PEM
UNTRUSTED = "signingCredential.untrusted"
"""What the library calls a signer whom no list of trusted authorities vouches for."""


@dataclass(frozen=True)
class Signer:
    """A certificate chain and its key."""

    name: str
    """Whom the certificate names."""
    algorithm: str
    """As C2PA calls it, e.g. "es256"."""
    certificates: str = field(repr=False)
    """PEM, the signer's own first."""
    key: str = field(repr=False)
    """PEM, not encrypted."""
    is_local: bool = False
    """Whether it was made on this computer, so that nobody vouches for it."""
    note: str = ""
    """What people should know of it."""

    def for_library(self) -> Any:
        """Return what c2pa-python signs by."""
        library = c2pa()
        info = library.C2paSignerInfo(
            self.algorithm, self.certificates.encode(), self.key.encode(), None
        )
        return library.Signer.from_info(info)


def signer_from(certificate: Path | None, key: Path | None) -> Signer:
    """Return the signer of two PEM files, or the local one where none is named.

    Raises:
        UsageError: one is named without the other.
        BadInput: they cannot sign; the message says why.
        MissingDependency: c2pa-python is not here.
    """
    if certificate is None and key is None:
        return _local()
    if certificate is None or key is None:
        given, lacking = ("--key", "--certificate") if key else ("--certificate", "--key")
        raise UsageError(f"{given}: goes with {lacking} FILE; name both files or neither")
    chain, private = _chain(certificate), _key(key)
    _check_pair(chain[0], private, certificate, key)
    signer = Signer(
        _common_name(chain[0]), _algorithm(private, key), _pem(chain), _key_pem(private)
    )
    _try(signer, certificate)
    return signer


def _local() -> Signer:
    c2pa()
    note = ""
    try:
        pem = local_pem()
    except (OutputFailed, InUse) as error:
        pem = new_pem()
        note = f"this video has a certificate of its own, for none could be kept: {error}"
    start = pem.index("-----BEGIN CERTIFICATE")
    from cryptography import x509

    first = x509.load_pem_x509_certificates(pem.encode())[0]
    return Signer(_common_name(first), "es256", pem[start:], pem[:start], True, note)


def _chain(path: Path) -> "list[Certificate]":
    from cryptography import x509

    data = _read(path, "--certificate")
    try:
        return x509.load_pem_x509_certificates(data)
    except ValueError:
        kind = "a key" if b"PRIVATE KEY" in data else "none"
        raise BadInput(
            f"--certificate {path}: expected certificates as PEM, found {kind}"
        ) from None


def _key(path: Path) -> Any:
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    data = _read(path, "--key")
    try:
        return load_pem_private_key(data, None)
    except TypeError:
        raise BadInput(f"--key {path}: is encrypted by a password; {_UNENCRYPTED}") from None
    except (ValueError, UnsupportedAlgorithm):
        kind = "a certificate" if b"BEGIN CERTIFICATE" in data else "none that can be read"
        raise BadInput(f"--key {path}: expected a private key as PEM, found {kind}") from None


def _read(path: Path, flag: str) -> bytes:
    check_ordinary(path)
    try:
        with path.open("rb") as file:
            return file.read(_LARGEST)
    except OSError as error:
        raise BadInput(f"{flag} {path}: cannot be read ({error.strerror})") from None


def _check_pair(certificate: "Certificate", key: Any, path: Path, key_path: Path) -> None:
    now, since = datetime.now(UTC), certificate.not_valid_before_utc
    if certificate.public_key() != key.public_key():
        raise BadInput(f"--key {key_path}: does not belong to the certificate in {path}")
    if certificate.not_valid_after_utc < now:
        day = certificate.not_valid_after_utc.date()
        raise BadInput(f"--certificate {path}: was valid until {day}; get a new one")
    if since > now:
        raise BadInput(f"--certificate {path}: is valid only from {since.date()} on")


def _algorithm(key: Any, path: Path) -> str:
    from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

    if isinstance(key, ed25519.Ed25519PrivateKey):
        return "ed25519"
    if isinstance(key, ec.EllipticCurvePrivateKey) and key.curve.name in _CURVES:
        return _CURVES[key.curve.name]
    if isinstance(key, rsa.RSAPrivateKey) and key.key_size >= _LEAST_RSA:
        return "ps256"
    what = type(key).__name__.lstrip("_").removesuffix("PrivateKey")
    size = getattr(key, "key_size", "")
    raise BadInput(f"--key {path}: a key of kind {what} {size} signs no video; {_KINDS}")


def _try(signer: Signer, path: Path) -> None:
    """Sign one pixel, and read what the library says of the signature."""
    import cv2
    import numpy as np

    library = c2pa()
    _, picture = cv2.imencode(".png", np.zeros((1, 1, 3), np.uint8))
    signed = io.BytesIO()
    try:
        context = offline_context()
        action = {"action": "c2pa.created", "digitalSourceType": _BLANK}
        actions = {"label": "c2pa.actions", "data": {"actions": [action]}}
        builder = library.Builder({"assertions": [actions]}, context=context)
        builder.sign(signer.for_library(), "image/png", io.BytesIO(picture.tobytes()), signed)
        signed.seek(0)
        with library.Reader("image/png", signed, context=context) as reader:
            results = reader.get_validation_results() or {}
    except library.C2paError as error:
        raise BadInput(_cannot(path, str(error))) from None
    failed = results.get("activeManifest", {}).get("failure", [])
    wrong = [each for each in failed if each.get("code") != UNTRUSTED]
    if wrong:
        raise BadInput(_cannot(path, str(wrong[0].get("explanation") or wrong[0].get("code"))))


_BLANK = "http://cv.iptc.org/newscodes/digitalsourcetype/digitalCreation"


def _cannot(path: Path, why: str) -> str:
    return (
        f"--certificate {path}: cannot sign content credentials ({' '.join(why.split())[:100]}); "
        "expected one for signing (digital signature; e-mail protection or document signing), "
        "with those of its authorities below it"
    )


def _common_name(certificate: "Certificate") -> str:
    from cryptography.x509.oid import NameOID

    found = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(found[0].value) if found else certificate.subject.rfc4514_string()


def _pem(chain: "Iterable[Certificate]") -> str:
    from cryptography.hazmat.primitives.serialization import Encoding

    return b"".join(each.public_bytes(Encoding.PEM) for each in chain).decode()


def _key_pem(key: Any) -> str:
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    written: bytes = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return written.decode()

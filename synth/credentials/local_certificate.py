"""A certificate of this user's own, made once: whoever reads it knows that the signer is untrusted.

A file in the user's configuration folder holds key and certificates together, so that they always
fit, and is readable by its owner alone. The certificate names nobody. It is issued by an authority
made with it, whose key is thrown away at once: nothing else can ever be issued by it.
"""

import os
import stat
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from stickdance.checkpoints.errors import BadInput, saying_why
from stickdance.checkpoints.files import sync
from stickdance.checkpoints.locks import only_one

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
    from cryptography.x509 import Certificate, Name

NAME = "Local signer of stickdance"
"""How the certificate calls its holder."""
_YEARS = 10
_PATIENCE = 10.0  # seconds that another process may take to make one
_FOR_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def config_folder() -> Path:
    """Return this user's folder for settings of stickdance, which may not be there."""
    return Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "stickdance"


def local_pem(folder: Path | None = None) -> str:
    """Return key and certificates as PEM, made at the first call.

    Args:
        folder: where they lie; by default in `config_folder()`.

    Raises:
        OutputFailed: they cannot be kept there.
        InUse: another process has been making them for long.
    """
    folder = folder or config_folder()
    path = folder / "local_signer.pem"
    if (kept := _kept(path)) is not None:
        return kept
    with only_one(folder / ".making", path, _PATIENCE):
        if (kept := _kept(path)) is None:  # else another process has just made it
            kept = new_pem()
            _keep(path, kept)
    with suppress(OSError):  # the next one waits there already
        (folder / ".making").rmdir()
    return kept


def new_pem() -> str:
    """Return a new key and the certificates to it, as PEM."""
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.serialization import (
        Encoding,
        NoEncryption,
        PrivateFormat,
    )

    key, authority = (
        ec.generate_private_key(ec.SECP256R1()),
        ec.generate_private_key(ec.SECP256R1()),
    )
    root, leaf = _named(f"{NAME}: authority"), _named(NAME)
    chain = [
        _certificate(leaf, root, key, authority, False),
        _certificate(root, root, authority, authority, True),
    ]
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return (private + b"".join(each.public_bytes(Encoding.PEM) for each in chain)).decode()


def _kept(path: Path) -> str | None:
    """Return what was made before; None where nothing was, or others could read its key."""
    try:
        open_to_others = os.name == "posix" and bool(path.stat().st_mode & _FOR_OTHERS)
        text = path.read_text(encoding="ascii")
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(
            f"{path}: the local certificate cannot be read ({str(error)[:60]}); remove it, and a "
            "new one is made"
        ) from None
    return None if open_to_others or _is_over(text, path) else text


def _is_over(text: str, path: Path) -> bool:
    from cryptography import x509

    try:
        until = x509.load_pem_x509_certificates(text.encode())[0].not_valid_after_utc
    except ValueError:
        raise BadInput(
            f"{path}: holds no certificate any more; remove it, and a new one is made"
        ) from None
    return until < datetime.now(UTC) + timedelta(days=1)


def _keep(path: Path, text: str) -> None:
    """Write a file that only its owner could ever read; it appears whole or not at all."""
    new = path.with_suffix(".new")
    with saying_why(path):
        new.unlink(missing_ok=True)
        handle = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(text)
        sync(new)
        os.replace(new, path)


def _named(name: str) -> "Name":
    from cryptography.x509 import Name, NameAttribute
    from cryptography.x509.oid import NameOID

    pairs = ((NameOID.ORGANIZATION_NAME, "stickdance"), (NameOID.COMMON_NAME, name))
    return Name([NameAttribute(kind, value) for kind, value in pairs])


def _certificate(
    subject: "Name",
    issuer: "Name",
    key: "EllipticCurvePrivateKey",
    issuers_key: "EllipticCurvePrivateKey",
    is_authority: bool,
) -> "Certificate":
    """Return a certificate with what the C2PA specification asks of one (14.5.1 of version 2)."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes
    from cryptography.x509.oid import ExtendedKeyUsageOID

    now, signs = datetime.now(UTC), not is_authority
    builder = x509.CertificateBuilder(
        issuer, subject, key.public_key(), x509.random_serial_number(),
        now - timedelta(hours=1), now + timedelta(days=365 * _YEARS),
    )  # fmt: skip
    usage = x509.KeyUsage(signs, False, False, False, False, is_authority, False, False, False)
    identifier = x509.AuthorityKeyIdentifier.from_issuer_public_key(issuers_key.public_key())
    builder = (
        builder.add_extension(x509.BasicConstraints(is_authority, None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), False)
        .add_extension(identifier, False)
    )
    if signs:
        purposes = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.EMAIL_PROTECTION])
        builder = builder.add_extension(purposes, critical=False)
    return builder.sign(issuers_key, hashes.SHA256())

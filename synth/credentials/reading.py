"""What the content credentials in a file say, and whether they hold.

A file of any kind may be asked about. What was found is told apart:

    absent        the file carries none
    valid         signed, and nothing was changed since
    changed       signed, and the file or what is said was changed afterwards
    unreadable    there are some, but they are damaged, or lie at an address (nothing is fetched)
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from stickdance.checkpoints.errors import BadInput
from stickdance.checkpoints.reading import read_text
from stickdance.synth.credentials.c2pa_library import c2pa, offline_context
from stickdance.synth.credentials.claims import RECIPE
from stickdance.synth.credentials.local_certificate import NAME
from stickdance.synth.credentials.signer import UNTRUSTED

State = Literal["absent", "valid", "changed", "unreadable"]
_LONGEST = 200  # letters of a stranger's text that are passed on


@dataclass(frozen=True)
class Credentials:
    """What a file's credentials say; texts are the signer's own."""

    state: State
    why: str = ""
    """Why they do not hold, or cannot be read."""
    signer: str = ""
    issuer: str = ""
    is_trusted: bool = False
    """Whether an authority that was named as trusted vouches for the signer."""
    is_local: bool = False
    """Whether the certificate is one that stickdance makes: anybody can make such a one."""
    generator: str = ""
    """The program that made the claim."""
    source_types: tuple[str, ...] = ()
    """IPTC's digital source types of the file and of what it was copied from."""
    recipe: Mapping[str, Any] | None = None
    """Our own assertion (`claims.RECIPE`), of the file or of what it was copied from."""
    ingredients: tuple[Mapping[str, str], ...] = ()
    is_copy: bool = False
    """Whether it says to be made from another video, whose credentials it carries."""

    @property
    def is_synthetic(self) -> bool:
        """Return whether they say that a trained model made it, or part of it."""
        return any("trainedalgorithmicmedia" in each.lower() for each in self.source_types)


def credentials_of(file: Path, trusted: Path | None = None) -> Credentials:
    """Return what the credentials in a file say.

    Args:
        file: of any kind.
        trusted: certificates of authorities whose signers are trusted, as PEM; None trusts nobody.

    Raises:
        BadInput: the certificates cannot be read.
        MissingDependency: c2pa-python is not here.
    """
    library, anchors = c2pa(), None if trusted is None else _anchors(trusted)
    try:
        with file.open("rb") as source, offline_context(anchors) as context:
            reader = library.Reader.try_create(_kind(file), source, context=context)
            if reader is None:
                return Credentials("absent")
            with reader:
                told = json.loads(reader.json())
                return _told(told, str(reader.get_validation_state()))
    except library.C2paError.NotSupported:
        return Credentials("absent", "files of this kind carry none")
    except (library.C2paError, ValueError) as error:
        return Credentials("unreadable", _short(error))


def _kind(file: Path) -> str:
    """Return the file's suffix; the library looks at the first bytes besides."""
    return file.suffix.lower().lstrip(".") or "mp4"


def _anchors(path: Path) -> str:
    from cryptography import x509

    try:
        text = read_text(path, "certificates as PEM")
        x509.load_pem_x509_certificates(text.encode())
    except BadInput as error:
        raise BadInput(f"--trust {error}") from None
    except ValueError:
        raise BadInput(f"--trust {path}: holds no certificate as PEM; name one that does") from None
    return text


def _told(told: Mapping[str, Any], state: str) -> Credentials:
    manifests = told.get("manifests") or {}
    active = manifests.get(told.get("active_manifest")) or {}
    signature = active.get("signature_info") or {}
    failed = [each for each in told.get("validation_status") or () if each.get("code") != UNTRUSTED]
    name = _short(signature.get("common_name", ""))
    recipes = [a.get("data") for a in _assertions(manifests) if a.get("label") == RECIPE]
    return Credentials(
        "changed" if state == "Invalid" else "valid",
        "; ".join(dict.fromkeys(_short(e.get("explanation") or e.get("code")) for e in failed)),
        name,
        _short(signature.get("issuer", "")),
        state == "Trusted",
        name == NAME,
        _generator(active),
        tuple(dict.fromkeys(_source_types(manifests))),
        next((each for each in recipes if isinstance(each, dict)), None),
        tuple(_ingredients(manifests)),
        any(each.get("relationship") == "parentOf" for each in active.get("ingredients") or ()),
    )


def _assertions(manifests: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for manifest in manifests.values():
        yield from manifest.get("assertions") or ()


def _source_types(manifests: Mapping[str, Any]) -> Iterator[str]:
    for assertion in _assertions(manifests):
        data = assertion.get("data")
        for action in (data.get("actions") or ()) if isinstance(data, dict) else ():
            if kind := action.get("digitalSourceType"):
                yield _short(kind)


def _ingredients(manifests: Mapping[str, Any]) -> Iterator[dict[str, str]]:
    for manifest in manifests.values():
        for each in manifest.get("ingredients") or ():
            digest = str(each.get("instance_id", "")).removeprefix("urn:sha256:")
            if digest != each.get("instance_id"):
                yield {"what": _short(each.get("title", "")), "sha256": _short(digest)}


def _generator(manifest: Mapping[str, Any]) -> str:
    made: list[Mapping[str, Any]] = list(manifest.get("claim_generator_info") or ())
    first = made[0] if made else {}
    return _short(" ".join(str(first.get(key, "")) for key in ("name", "version")).strip())


def _short(text: object) -> str:
    """Return a stranger's text in one line without letters that could mislead a terminal."""
    line = "".join(each for each in " ".join(str(text).split()) if each.isprintable())
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"

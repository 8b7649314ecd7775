"""c2pa-python, where it is installed, told to ask nothing of the network.

By default it would fetch credentials that lie at an address in the file. No time stamps are asked
for either: they come from a server.
"""

from functools import cache
from typing import Any

from stickdance.checkpoints.errors import MissingDependency

_OFFLINE = {"remote_manifest_fetch": False, "ocsp_fetch": False}


@cache
def c2pa() -> Any:
    """Return the library.

    Raises:
        MissingDependency: it is not installed, or not for this system.
    """
    try:
        import c2pa as library
    except (ImportError, OSError, RuntimeError) as error:
        raise MissingDependency(
            "content credentials need c2pa-python (pip install -c constraints.txt c2pa-python), "
            f"which cannot be loaded here ({' '.join(str(error).split())[:80]})"
        ) from None
    return library


def why_absent() -> str | None:
    """Return why no credentials can be written or read here, None where they can."""
    try:
        c2pa()
    except MissingDependency as error:
        return str(error)
    return None


def offline_context(trusted: str | None = None) -> Any:
    """Return the library's context for reading and signing without the network.

    Args:
        trusted: certificates of authorities, as PEM, whose signers are trusted; None trusts nobody.
    """
    settings: dict[str, Any] = {
        "verify": _OFFLINE,
        "builder": {"thumbnail": {"enabled": False}},
    }
    if trusted is not None:
        settings["trust"] = {"trust_anchors": trusted}
        settings["verify"] = {**_OFFLINE, "verify_trust": True}
    library = c2pa()
    return library.Context(library.Settings.from_dict(settings))

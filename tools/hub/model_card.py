"""The README.md of a performer on a hub: values for the hub to read, then its own card."""

import json
from typing import Any, Final

TAG: Final = "stickdance-performer"
"""By which performers are found."""

README: Final = "README.md"
_TAGS = (TAG, "dance", "motion-transfer", "synthetic-media")


def model_card(card: str, consent: str, licence: str, address: str) -> str:
    """Return the Markdown with its YAML header.

    Args:
        card: the performer's own card, which shows its pictures and scores.
        consent: what the person filmed agreed to, in one line.
        licence: as the hub names it, e.g. "cc-by-4.0".
        address: USER/NAME.
    """
    values: dict[str, Any] = {
        "license": licence,
        "library_name": "stickdance",
        "pipeline_tag": "image-to-image",
        "tags": list(_TAGS),
    }
    # JSON is YAML too, so nothing that somebody wrote can end a value.
    header = "\n".join(f"{name}: {json.dumps(value)}" for name, value in values.items())
    return f"---\n{header}\n---\n\n{card.rstrip()}\n\n{_sharing(consent, address)}"


def _sharing(consent: str, address: str) -> str:
    return (
        f"## Consent\nWhat the person agreed to: {consent}\n\n"
        "Whoever shows videos of it says that they are synthetic, and keeps to what was agreed.\n\n"
        f"## Use\n```sh\nstickdance hub pull {address} -o performer\n"
        "stickdance make song.mp3 --performer performer -o dance.mp4\n```\n"
    )

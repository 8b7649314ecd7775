"""A performer put on a hub: only with consent, and as it is."""

import json
from pathlib import Path
from typing import Any

from stickdance.capture.media.consent_metadata import NOT_STATED
from stickdance.checkpoints.errors import BadInput, UsageError
from stickdance.checkpoints.folder import load_model
from stickdance.checkpoints.made_by import given_away
from stickdance.checkpoints.manifest import MANIFEST
from stickdance.checkpoints.progress import note
from stickdance.synth.performer.origin import origin_of
from stickdance.synth.performer.performer import KIND, Performer
from stickdance.tools.hub.model_card import README, model_card

_OF_THE_HUB = (".gitattributes",)


def push_performer(folder: Path, address: str, private: bool, licence: str) -> dict[str, Any]:
    """Put a performer's folder into a repository, in one commit; an older one there is replaced.

    Args:
        folder: of the performer; only files that its manifest lists go.
        address: USER/NAME; the repository is made where there is none.
        private: let only its owner see it.
        licence: as the hub names it.

    Raises:
        BadInput: no whole performer, or nobody stated what the person agreed to.
        UsageError: the repository is public, and a private one was asked for.
        MissingDependency: no token, or one that may not write.
        StickdanceError: the hub cannot be reached, or refuses.
    """
    performer = Performer.load(folder, "cpu")
    consent = consent_of(performer)
    from stickdance.tools.hub.client import Hub  # asks for its package, which comes after consent

    names = [*load_model(folder, KIND).manifest["files"], MANIFEST]
    hub = Hub(token_needed=True)
    hub.create(address, private)
    there = hub.look(address)
    if private and not there.private:
        raise UsageError(
            f"{address}: is public already; choose another name, or --no-private to share it "
            "with everybody"
        )
    note(f"{len(names) + 1} files go to {address}")
    files: dict[str, Path | bytes] = {name: folder / name for name in names}
    files[MANIFEST] = manifest_given_away(folder / MANIFEST)
    files[README] = model_card(performer.card, consent, licence, address).encode()
    gone = [name for name in there.files if name not in files and name not in _OF_THE_HUB]
    place = hub.commit(address, files, gone, "A performer of stickdance")
    return {
        "address": place,
        "private": there.private,
        "consent": consent,
        "files": sorted(files),
        "in_a_line": f"{place}: {'private' if there.private else 'public'}; consent: {consent}",
    }


def manifest_given_away(path: Path) -> Path | bytes:
    """Return a manifest, without where on this computer its result's inputs lie."""
    manifest = json.loads(path.read_bytes())
    if "made_by" not in manifest:
        return path
    manifest["made_by"] = given_away(manifest["made_by"])
    return (json.dumps(manifest, indent=2, ensure_ascii=False) + "\n").encode()


def consent_of(performer: Performer) -> str:
    """Return what the person filmed agreed to.

    Raises:
        BadInput: nobody stated it.
    """
    consent = origin_of(performer).consent
    if consent == NOT_STATED:
        raise BadInput(
            f"{performer.path}: the consent of the person is not stated, so it is not shared; "
            "capture their footage with --consent TEXT once they agreed, and train on that take"
        )
    return consent

"""The credentials of a rendering: what is said of it, by whom, or why nothing can be said."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from stickdance.capture.media.consent_metadata import NOT_STATED
from stickdance.checkpoints.errors import BadInput, UsageError
from stickdance.checkpoints.json_reader import read_json_object
from stickdance.checkpoints.manifest import manifest_of
from stickdance.synth.credentials.c2pa_library import why_absent
from stickdance.synth.credentials.claims import Claims, Ingredient
from stickdance.synth.credentials.signer import Signer, signer_from
from stickdance.synth.credentials.signing import KINDS, sign_video
from stickdance.synth.options import RenderOptions
from stickdance.synth.performer.origin import Origin
from stickdance.synth.rendering.recipe import PLAN, SOUND

_MOVEMENT = ("followed", "moves_of")  # in the manifest of a dance: the video of somebody's movement


@dataclass(frozen=True)
class Signing:
    """Who signs a video, or why nobody does."""

    signer: Signer | None
    notes: tuple[str, ...] = ()
    """What people should know of it."""

    def step(self, claims: Claims, to: Path) -> Callable[[Path], None] | None:
        """Return what is to be done to the whole file before it takes its name `to`."""
        if self.signer is None:
            return None
        return partial(sign_video, claims=claims, signer=self.signer, title=to.name)


def signing_of(options: RenderOptions, to: Path) -> Signing:
    """Return who signs a video; certificates and keys that cannot are refused here, before work.

    Raises:
        UsageError, BadInput, MissingDependency: as `signer.signer_from`.
    """
    named = options.certificate is not None or options.key is not None
    if not options.credentials:
        if named:
            raise UsageError("--certificate, --key: go without --no-credentials")
        return Signing(None)
    if to.suffix.lower() not in KINDS:
        return Signing(
            None, (f"{to.name}: has no content credentials, {to.suffix} has no place for them",)
        )
    if not named and (absent := why_absent()) is not None:
        return Signing(None, (f"{to.name}: has no content credentials; {absent}",))
    signer = signer_from(options.certificate, options.key)
    return Signing(signer, (signer.note,) if signer.note else ())


def claims_of(name: str, origin: Origin, dance: Path, recipe: str, mark: str | None) -> Claims:
    """Return what is said of a rendering.

    Args:
        name: of the performer.
        origin: of the performer.
        dance: folder of the dance.
        recipe: SHA-256 of the recipe.
        mark: the message of the mark in the pixels, if they have one.

    Raises:
        BadInput: the dance is not whole.
    """
    manifest = manifest_of(dance, "dance")
    movement = [v for key in _MOVEMENT if isinstance(v := manifest.get(key), Mapping)]
    consents = [origin.consent, *(f"movement: {v.get('consent', NOT_STATED)}" for v in movement)]
    ingredients = [
        *(Ingredient("footage", digest) for digest in origin.footage),
        *(Ingredient("movement", str(v.get("sha256", ""))) for v in movement),
        Ingredient("song", _song(dance, manifest)),
    ]
    known = [each for each in ingredients if each.sha256]
    return Claims(name, recipe, "; ".join(consents), known, mark)


def _song(dance: Path, manifest: Mapping[str, Any]) -> str:
    """Return the SHA-256 of the song's own file, as its plan tells it, else of its sound."""
    try:
        plan = read_json_object(dance / PLAN, "a plan") if (dance / PLAN).is_file() else {}
    except BadInput:
        plan = {}
    sound = manifest.get("files", {}).get(SOUND, {}).get("sha256", "")
    return str(plan.get("sha256") or sound)

"""What content credentials say of a video, as the manifest that c2pa-python signs.

After the C2PA specification, version 2: a first action that tells how the content came to be, with
IPTC's digital source type, and ingredients. Footage and song are named by their SHA-256 alone: they
are not shown to anybody, and whoever has them can prove that they are the ones.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from stickdance.checkpoints.manifest import version

SYNTHETIC = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"
"""IPTC's digital source type of media made by a trained model."""
RECIPE = "stickdance.recipe"
"""The label of our own assertion."""


@dataclass(frozen=True)
class Ingredient:
    """A file that a video was made of."""

    what: str
    """"footage", "song" or "movement"."""
    sha256: str


@dataclass(frozen=True)
class Claims:
    """What is said of a video."""

    performer: str
    recipe: str
    """SHA-256 of the recipe, the comment in the video's own texts."""
    consent: str
    """What those who were filmed agreed to, in one line."""
    ingredients: Sequence[Ingredient] = ()
    mark: str | None = None
    """The message of the mark in the pixels, in hexadecimal digits; None where they have none."""

    def manifest(self, title: str) -> dict[str, Any]:
        """Return the manifest's definition.

        Args:
            title: the video's file name.
        """
        created = {"action": "c2pa.created", "digitalSourceType": SYNTHETIC, **_agent()}
        return {
            **_generator(title),
            "assertions": [_actions(created), {"label": RECIPE, "data": self._recipe()}],
            "ingredients": [_as_json(each) for each in self.ingredients],
        }

    def _recipe(self) -> dict[str, Any]:
        about = {"performer": self.performer, "sha256": self.recipe, "consent": self.consent}
        return about if self.mark is None else {**about, "mark": self.mark}


def copy_manifest(title: str) -> dict[str, Any]:
    """Return the manifest of a copy in another shape or quality; the original is its parent."""
    return {
        **_generator(title),
        "assertions": [_actions({"action": "c2pa.transcoded", **_agent()})],
    }


def _generator(title: str) -> dict[str, Any]:
    return {"title": title, "claim_generator_info": [{"name": "stickdance", "version": version()}]}


def _agent() -> dict[str, Any]:
    return {"softwareAgent": {"name": "stickdance", "version": version()}}


def _actions(action: dict[str, Any]) -> dict[str, Any]:
    return {"label": "c2pa.actions", "data": {"actions": [action]}}


def _as_json(ingredient: Ingredient) -> dict[str, Any]:
    return {
        "title": ingredient.what,
        "relationship": "inputTo",
        "instance_id": f"urn:sha256:{ingredient.sha256}",
        "description": f"SHA-256 {ingredient.sha256}",
    }

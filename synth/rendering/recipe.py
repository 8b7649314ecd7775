"""What a video says of itself, in its own texts: that it is synthetic, and all it was made by.

The comment is JSON: performer and the hash of its footage, the dance's options, seed, sound and
plan, and how it was rendered. Of files it names no more than their names, for videos are given
away. The plan, long as it may be, is its JSON's bytes by zlib in Base64 (`plan_in` reads it).
"""

import base64
import hashlib
import json
import zlib
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from stickdance.checkpoints.errors import BadInput
from stickdance.checkpoints.json_reader import parse_json
from stickdance.checkpoints.made_by import given_away, made_by
from stickdance.checkpoints.manifest import read_manifest
from stickdance.synth.options import RenderOptions
from stickdance.synth.performer.performer import Performer

PLAN, SOUND = "choreography.json", "song.wav"
_LARGEST_PLAN = 1 << 26  # bytes
_UNTOLD = ("certificate", "key")  # files of whoever signs


def recipe_of(
    actor: Performer, dance: Path, options: RenderOptions, label: str = ""
) -> dict[str, str]:
    """Return title and comment of a video.

    Args:
        actor: who dances.
        dance: folder of the dance.
        options: of the rendering.
        label: the words on its frames.

    Raises:
        BadInput: the dance is not whole.
    """
    manifest = read_manifest(dance, "dance")
    files = manifest.get("files", {})
    plan = dance / PLAN
    about = {
        "synthetic": True,
        "made_with": "stickdance",
        "stickdance": manifest.get("stickdance", "unknown"),
        "performer": actor.path.name,
        "generator": actor.generator_name,
        "footage": actor.training.get("identity", {}).get("take", "unknown"),
        "dance": _named(manifest.get("options", {})),
        "seed": manifest.get("seed", 0),
        "song": manifest.get("song", ""),
        "sound": files.get(SOUND, {}).get("sha256", "unknown"),
        "rendering": {**_named(_told(options)), "label": label},
        "steps": actor.training.get("steps", 0),
        **made_by(paths=False),
        "dance_made_by": given_away(manifest.get("made_by")),
    }
    if plan.is_file():
        about["plan_sha256"] = files.get(PLAN, {}).get("sha256", "unknown")
        about["plan"] = base64.b64encode(zlib.compress(plan.read_bytes(), 9)).decode("ascii")
    return {
        "title": f"Synthetic dance video of {actor.path.name}",
        "comment": json.dumps(about, ensure_ascii=False),
    }


def recipe_hash(comment: str) -> str:
    """Return the SHA-256 that tells one recipe from another, of a video's comment."""
    return hashlib.sha256(comment.encode()).hexdigest()


def plan_in(comment: str) -> str:
    """Return the plan, as JSON, that the comment of a video carries.

    Raises:
        BadInput: it carries none.
    """
    about = parse_json(comment, "the video's comment", "a recipe")
    plan = about.get("plan") if isinstance(about, dict) else None
    try:
        reader = zlib.decompressobj()
        text = reader.decompress(base64.b64decode(str(plan), validate=True), _LARGEST_PLAN).decode()
        if not reader.eof:
            raise ValueError("cut off, or larger than any plan")
        return text
    except (TypeError, ValueError, zlib.error):
        raise BadInput("the video's comment: carries no plan of a dance") from None


def _told(options: RenderOptions) -> dict[str, Any]:
    return {name: value for name, value in asdict(options).items() if name not in _UNTOLD}


def _named(options: Mapping[str, Any]) -> dict[str, Any]:
    """Return options that are set, with files and folders by their names alone."""
    unset: tuple[Any, ...] = (None, "", [], ())
    return {name: _name(value) for name, value in options.items() if value not in unset}


def _name(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return [_name(each) for each in value]
    if isinstance(value, Path) or (isinstance(value, str) and ("/" in value or "\\" in value)):
        return Path(str(value).replace("\\", "/")).name
    return value

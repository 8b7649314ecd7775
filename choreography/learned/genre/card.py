"""The card of a model that tells genres: what it learnt from, and how often it is right."""

from typing import TYPE_CHECKING, Any

from stickdance.choreography.learned.genre.confusion import confusion_text
from stickdance.choreography.learned.genre.options import Configuration, GenreOptions, as_json
from stickdance.choreography.learned.learning import Learnt

if TYPE_CHECKING:
    from stickdance.choreography.learned.genre.material import GenreMaterial


PRESETS_ALONE = (
    "Genres are the style presets that a program made the dances with: telling them apart says "
    "nothing about people's genres."
)


def write(
    name: str,
    material: "GenreMaterial",
    configuration: Configuration,
    options: GenreOptions,
    learnt: Learnt,
) -> str:
    """Return the Markdown card of a model, without its scores."""
    seconds = sum(len(one.columns) for one in material.fit) / options.fps
    origin = (
        PRESETS_ALONE
        if material.from_presets
        else "Genres are the names of the folders that the material lay in."
    )
    numbers = "\n".join(f"- {key}: {value}" for key, value in as_json(configuration).items())
    notes = "\n".join(f"- {note}" for note in material.notes) or "- nothing to say"
    return f"""# {name}

Tells which of {len(material.genres)} genres a dance is of: {", ".join(material.genres)}.
{origin}

## Material
- {len(material.fit)} dances to learn from ({seconds / 60:.1f} minutes), {len(material.validation)}
  to choose by, {len(material.test)} to be judged by; no song in two of these
- features: {material.features}, {options.fps:g} frames a second, windows of {options.frames}

## Network and training
{numbers}
- steps: {learnt.steps:,} in {learnt.seconds / 60:.1f} minutes

## Notes
{notes}
"""


def scores_text(scores: dict[str, Any]) -> str:
    """Return held-out scores as Markdown for the card."""
    matrix = confusion_text(scores["confusion"]["windows"], scores["genres"])
    return f"{summary(scores)}\n\n```\n{matrix}\n```"


def summary(scores: dict[str, Any]) -> str:
    """Return the accuracies in a line or two."""
    share = scores["accuracy"]
    lines = [
        f"{share['windows']:.1%} of {scores['windows']} windows and {share['dances']:.1%} of "
        f"{scores['dances']} dances ({scores['songs']} songs) told rightly; the commonest genre "
        f"always told: {share['chance']:.1%} of windows; each genre counting alike "
        f"{share['genres']:.1%}, by chance {1 / len(scores['genres']):.1%}"
    ]
    for kind, some in scores.get("of", {}).items():
        lines.append(f"{kind}: {some['windows']:.1%} of windows, {some['dances']:.1%} of dances")
    if tuning := scores.get("tuning"):
        best, default = tuning["best"], tuning["default"]
        lines.append(
            f"tuned: of {len(tuning['trials'])} configurations ({tuning['stopped_early']} stopped "
            f"early) the best has a validation cross-entropy of {best['cross_entropy']:.3f} "
            f"({best['accuracy']:.1%} of windows), the default {default['cross_entropy']:.3f} "
            f"({default['accuracy']:.1%})"
        )
    return "\n".join(lines)

"""Main path of this package: footage -> a model of its next frame, judged on what was held out."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from stickdance.choreography.learned.learning import Learnt, learn, put_scores
from stickdance.choreography.learned.next_frame.clips import SmallClip
from stickdance.choreography.learned.next_frame.evaluate import evaluate
from stickdance.choreography.learned.next_frame.learner import (
    NextFrameLearner,
    about,
    clips_of,
    digest_of,
)
from stickdance.choreography.learned.next_frame.options import NextFrameOptions, check
from stickdance.choreography.learned.next_frame.sample import KIND, load_network
from stickdance.choreography.learned.options import LearningOptions

_NAMES = {"model": "model", "last_frame": "last frame again", "mean_frame": "mean frame"}


def learn_next_frame(
    sources: Sequence[Path], to: Path, options: NextFrameOptions, learning: LearningOptions
) -> dict[str, Any]:
    """Learn to predict the next frame of footage, and judge it on the frames held out.

    Args:
        sources: videos, folders of pictures, takes.
        to: the folder of the model.
        options: of the network and its learning.
        learning: for how long.

    Returns:
        The scores of `evaluate`, and where the model lies.

    Raises:
        BadInput: options or footage cannot be used.
    """
    check(options)
    clips = clips_of(sources, options)
    folder = learn(
        Path(to),
        KIND,
        learning,
        {"clips": digest_of(clips), **about(options)["options"]},
        lambda: NextFrameLearner(clips, options, learning.seed),
        about(options),
        lambda learnt: _card(Path(to).name, clips, options, learnt),
    )
    scores = evaluate(load_network(folder), clips)
    put_scores(folder, KIND, scores, table(scores))
    return {"table": f"{table(scores)}\n\nwritten: {folder}", "written": str(folder), **scores}


def table(scores: dict[str, Any]) -> str:
    """Return the scores as a table in Markdown, by one step and by free run."""
    floors = scores["one_step"]["entropy"]
    colours = "colours" in floors
    lines = [
        f"One step ahead, {scores['frames']} held-out frames:",
        "",
        f"| | cross-entropy | squared error | SSIM |{' colours alone |' if colours else ''}",
        f"|---|---|---|---|{'---|' if colours else ''}",
    ]
    for key, name in _NAMES.items():
        one = scores["one_step"][key]
        row = f"| {name} | {one['cross_entropy']:.5f} | {one['squared']:.6f} | {one['ssim']:.4f} |"
        lines.append(f"{row} {one['colours']:.5f} |" if colours else row)
    of_colours = f", and of colours alone {floors['colours']:.5f}" if colours else ""
    if len(scores["clips"]) > 1:
        lines += ["", "Squared error one step ahead, by clip:", ""]
        for clip, rows in scores["clips"].items():
            told = [f"{name} {rows[key]['squared']:.6f}" for key, name in _NAMES.items()]
            lines.append(f"- {clip}: {', '.join(told)}")
    lines += [
        "",
        f"No prediction has less cross-entropy than {floors['cross_entropy']:.5f}, the pictures' "
        f"own entropy{of_colours}.",
        "",
        "Squared error further ahead, each frame predicted from predicted ones:",
        "",
    ]
    for key, name in _NAMES.items():
        values = scores["free_run"][key]
        shown = [f"{ahead}: {values[ahead - 1]:.5f}" for ahead in (1, 2, 3, 5, 10)]
        lines.append(f"- {name}: {', '.join(shown)}")
    return "\n".join(lines)


def _card(name: str, clips: Sequence[SmallClip], options: NextFrameOptions, learnt: Learnt) -> str:
    footage = "\n".join(
        f"- {clip.name}: {clip.training_frames} of {len(clip.frames)} frames, "
        f"{clip.frames.shape[2]}x{clip.frames.shape[1] // (3 if options.colour else 1)} at "
        f"{clip.fps:g} a second"
        for clip in clips
    )
    numbers = "\n".join(f"- {key}: {value}" for key, value in about(options)["options"].items())
    return f"""# {name}

Predicts the next frame of small footage from the frames before it. What it makes is synthetic.

## Footage
{footage}

## Network and training
{numbers}
- steps: {learnt.steps:,} in {learnt.seconds / 60:.1f} minutes
"""

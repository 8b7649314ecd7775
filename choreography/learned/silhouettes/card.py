"""The card of a model of silhouettes: what it learnt from, and whether its dance lives."""

from collections.abc import Sequence
from typing import Any

from stickdance.choreography.learned.learning import Learnt
from stickdance.choreography.learned.silhouettes.options import SilhouetteOptions
from stickdance.choreography.learned.silhouettes.pictures import SilhouetteClip

_PUBLISHED = "; rates, batches and steps as published"


def write(
    name: str,
    clips: Sequence[SilhouetteClip],
    refused: Sequence[str],
    options: SilhouetteOptions,
    learnt: Learnt,
) -> str:
    """Return the Markdown card of a model, without its scores."""
    seen = sum(clip.split for clip in clips)
    held_out = sum(len(clip.pictures) - clip.split for clip in clips)
    notes = "\n".join(f"- {line}" for line in refused) or "- nothing to say"
    return f"""# {name}

Silhouettes of 96x54 pixels, told in 128 numbers each, that dance by themselves.

## Material
- {len(clips)} takes or videos ({", ".join(clip.name for clip in clips)}): {seen:,} silhouettes
  learnt from, {held_out:,} held out, at {options.fps:g} a second

## Networks and training
- auto-encoder: four levels of convolution and pooling, 128 numbers
- LSTM of {options.units} units, batches of {options.batch} pieces; feed-forward baseline
  ({options.baseline_loss} loss){_PUBLISHED if options.as_published else ""}
- steps: {learnt.steps:,} in {learnt.seconds / 60:.1f} minutes, the first
  {options.pictures_share:.0%} for the auto-encoder

## Notes
{notes}
"""


def table(scores: dict[str, Any]) -> str:
    """Return the scores as lines for people."""
    pictures, near = scores["pictures"], scores["nearness"]
    lines = [
        f"- SSIM of {pictures['held_out']} held-out silhouettes after 128 numbers: "
        f"{pictures['ssim']:.3f}; of the mean picture: {pictures['ssim_of_mean_picture']:.3f}",
        f"- vectors and pictures that are far apart: rank correlation "
        f"{near['rank_correlation']:.2f}; a vector moved by {near['moved_vector']:.0%} of the "
        f"usual distance moves its picture by {near['moved_picture']:.0%}; the largest of eight "
        f"steps between two vectors makes {near['largest_step']:.0%} of the change "
        f"(even: {near['even_step']:.0%})",
    ]
    if live := scores["liveliness"]:
        lines += [
            f"- liveliness of {live['runs']} free runs of {live['seconds']:g} s, of the real "
            f"dance's, with their last quarter: LSTM {_share(live, 'lstm')}, without surprises "
            f"{_share(live, 'lstm_without_surprises')}, feed-forward "
            f"{_share(live, 'feed_forward')}",
            f"- how far their pictures lie from the nearest one learnt from (held-out ones: 1): "
            f"LSTM {live['lstm_strangeness']:.1f}, without surprises "
            f"{live['lstm_without_surprises_strangeness']:.1f}, feed-forward "
            f"{live['feed_forward_strangeness']:.1f}",
            f"- liveliness with noise: a still picture {live['still_with_noise']:.1%}; real dance "
            f"{live['real_clip']:.0%} without and {live['real_clip_with_noise']:.0%} with it",
        ]
    return "\n".join(lines)


def _share(live: dict[str, Any], way: str) -> str:
    return f"{live[way]:.0%} ({live[f'{way}_last_quarter']:.0%})"

"""How the frames of a video were made, in words."""

from collections.abc import Mapping
from typing import Any

_SHADOWS = {
    "cast": "The dancer casts the shadow that was found in the footage.",
    "none found": "The dancer casts no shadow, for none was found in the footage.",
    "left out": "The dancer casts no shadow on this background; --shadow casts the one filmed.",
}


def rendering_in_words(rendered: Mapping[str, Any] | None) -> list[str]:
    """Return what people should know of how a dance was rendered.

    Args:
        rendered: what `poses_to_video` returned, as JSON values; None where it is not known.
    """
    if rendered is None:
        return []
    frames, pixels = rendered["shares"]["frames"], rendered["shares"]["pixels"]
    filmed, joined, painted = (
        f"{_share(frames, how)} ({_share(pixels, how)} of the person's pixels)"
        for how in ("filmed", "joined", "painted")
    )
    lines = [
        f"Of the frames {filmed} show filmed ones, {joined} lead from one stretch to another, and "
        f"{painted} are painted by the network."
    ]
    lines += _enlarged(rendered)
    if frames["painted"] < 1:
        lines.append(
            "The scores and the real frames beside rendered ones are the network's alone; "
            "--renderer gan lets it paint every frame."
        )
    lines.append(_SHADOWS[rendered["shadow"]])
    return [*lines, *_faults(rendered.get("faults"))]


def _faults(faults: Mapping[str, Any] | None) -> list[str]:
    """Return what detectors found wrong with the frames."""
    if faults is None:  # earlier versions did not look
        return []
    if "not_looked" in faults:
        return [f"Faults of the frames were not looked for: {faults['not_looked']}."]
    kinds = sorted(faults["per_100_frames"].items(), key=lambda kind: -kind[1])
    told = [f"{name.replace('_', ' ')} {count:.0f}" for name, count in kinds if round(count)]
    found = f" ({', '.join(told)})" if told else ""
    lines = [
        f"Faults per 100 frames: {faults['faults_per_100_frames']:.0f}{found}, told by detectors "
        f"that looked at {faults['frames']} frames and at the footage."
    ]
    if faults["worst"]:
        times = ", ".join(f"{each['seconds']:.1f}" for each in faults["worst"])
        lines.append(f"Look at these first, in seconds: {times}.")
    return lines


def _enlarged(rendered: Mapping[str, Any]) -> list[str]:
    size, painted = rendered.get("size"), rendered.get("painted_size")  # earlier versions told none
    if size is None or painted is None or list(painted) == list(size):
        return []
    return [
        f"What the network paints has {painted[0]}x{painted[1]} pixels and is enlarged to "
        f"{size[0]}x{size[1]}; room and filmed frames are not."
    ]


def _share(shares: Mapping[str, float], how: str) -> str:
    return f"{100 * shares[how]:.0f} %"

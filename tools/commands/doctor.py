"""The subcommand that looks at the machine."""

from typing import Any

from stickdance.tools.doctor.examination import examined


def doctor() -> dict[str, Any]:
    """Tell what of this machine the main job can count on, and the command that mends the rest.

    Looks at Python, packages and extras, ffmpeg and its codecs, devices (each paints for two
    seconds), models by their SHA-256, disk, memory and its limits, folders, fonts, voice, browser
    and telemetry, and estimates what a minute of video takes. Changes nothing, fetches nothing;
    exit status 4 where the main job cannot run.

    Example:
        stickdance doctor
    """
    return examined()

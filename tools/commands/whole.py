"""The whole job as one subcommand."""

from pathlib import Path
from typing import Any

from tyro.conf import Positional

from stickdance.tools.make.options import MakeOptions
from stickdance.tools.options import Output


def make(
    song: Positional[Path | None] = None,
    output: Output = Path("out/dance.mp4"),
    job: MakeOptions = MakeOptions(),
) -> dict[str, Any]:
    """Turn a song and footage of a person into a video of that person dancing to it.

    Example:
        stickdance make song.mp3 --footage anna.mp4 --minutes 20 -o out/anna.mp4

    Args:
        song: the song: WAV, FLAC, OGG, MP3, M4A or a video with sound.
        output: video (.mp4) to write; the report lies beside it as HTML.
        job: what to do.
    """
    from stickdance.tools.make.song_to_video import song_to_video
    from stickdance.tools.recording.consent import asked_for

    made = song_to_video(song, output, asked_for(job))
    return {**made.as_json(), "in_a_line": made.lines()}

"""The whole job as one subcommand."""

from pathlib import Path
from typing import Annotated, Any

from stickdance.tools.commands.command import Command, Commands


def make() -> Command:
    """A song and footage in, a dance video with sound out: the main job."""
    import tyro

    from stickdance.tools.make.options import MakeOptions
    from stickdance.tools.make.song_to_video import song_to_video
    from stickdance.tools.recording.consent import asked_for

    def command(
        song: tyro.conf.Positional[Path | None] = None,
        /,
        *,
        output: Annotated[Path, tyro.conf.arg(aliases=["-o"])] = Path("out/dance.mp4"),
        options: tyro.conf.OmitArgPrefixes[MakeOptions] = MakeOptions(),  # noqa: B008
    ) -> dict[str, Any]:
        """Turn a song and footage of a person into a video of that person dancing to it.

        Args:
            song: the song: WAV, FLAC, OGG, MP3, M4A or a video with sound.
            output: the MP4 to write; the report lies beside it as HTML.
            options: what to do.
        """
        made = song_to_video(song, output, asked_for(options))
        return {**made.as_json(), "in_a_line": made.lines()}

    return command


COMMANDS: Commands = {
    "make": make,
}

"""The command `stickdance`: one short function per subcommand, no logic.

Each function imports what its subcommand needs and returns the callable whose signature, option
dataclasses and docstrings become its flags and help. So `stickdance --help` loads nothing heavy.
"""

import difflib
import errno
import functools
import inspect
import json
import signal
import sys
from collections.abc import Callable, Sequence
from importlib import metadata
from pathlib import Path
from typing import Annotated, Any, NoReturn

Command = Callable[..., dict[str, Any]]

_NO_SPACE_OR_PERMISSION = (errno.ENOSPC, errno.EDQUOT, errno.EACCES, errno.EPERM, errno.EROFS)


def make() -> Command:
    """A song and footage in, a dance video with sound out: the main job."""
    import tyro

    from tools.consent import asked_for
    from tools.song_to_video import MakeOptions, song_to_video

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
        return song_to_video(song, output, asked_for(options)).as_json()

    return command


def capture() -> Command:
    """Footage of a person -> a take: frames, poses, mattes, plate, body profile."""
    import tyro

    from capture.video_to_take import CaptureOptions, video_to_take

    def command(
        videos: tyro.conf.Positional[tuple[Path, ...]],
        /,
        *,
        to: Path,
        options: tyro.conf.OmitArgPrefixes[CaptureOptions] = CaptureOptions(),  # noqa: B008
    ) -> dict[str, Any]:
        """Turn footage of a person into a take.

        Args:
            videos: one or more videos of the same person.
            to: the folder of the take, e.g. takes/anna.
            options: how to look.
        """
        take = video_to_take(videos, to, options)
        return {"take": str(to), "frames": take.frame_count, "fps": take.fps, **take.report}

    return command


def choreograph() -> Command:
    """A song -> a dance: plan, poses, sound and a stick-figure preview."""
    import tyro

    from choreography.music_to_poses import ChoreographyOptions
    from tools.fitting import dance_for

    def command(
        song: tyro.conf.Positional[Path],
        /,
        *,
        output: Annotated[Path, tyro.conf.arg(aliases=["-o"])],
        target: Annotated[Path | None, tyro.conf.arg(name="for")] = None,
        size: str = "",
        options: tyro.conf.OmitArgPrefixes[ChoreographyOptions] = ChoreographyOptions(),  # noqa: B008
    ) -> dict[str, Any]:
        """Turn a song into a dance.

        Args:
            song: the song: WAV, FLAC, OGG, MP3, M4A or a video with sound.
            output: the folder of the dance.
            target: a take or performer whose proportions and place the dancer gets.
            size: WIDTHxHEIGHT of the frame, e.g. 256x256; with --for, the target's by default.
            options: how to dance.
        """
        return dance_for(song, output, target, size, options)

    return command


def train() -> Command:
    """A take -> a performer: the per-person renderer."""
    import tyro

    from synth.trainer import TrainingOptions
    from tools.fitting import performer_from

    def command(
        take: tyro.conf.Positional[Path],
        /,
        *,
        to: Path,
        size: str = "",
        options: tyro.conf.OmitArgPrefixes[TrainingOptions] = TrainingOptions(),  # noqa: B008
    ) -> dict[str, Any]:
        """Train a performer on a take; run again, it carries on where it was stopped.

        Args:
            take: the folder that `stickdance capture` made.
            to: the folder of the performer, e.g. checkpoints/anna.
            size: WIDTHxHEIGHT of the pictures; by default 256 high in the footage's shape.
            options: how to train.
        """
        return performer_from(take, to, size, options)

    return command


def render() -> Command:
    """A dance and a performer -> a video."""
    import tyro

    from synth.poses_to_video import RenderOptions, poses_to_video

    def command(
        dance: tyro.conf.Positional[Path],
        /,
        *,
        performer: Path,
        output: Annotated[Path, tyro.conf.arg(aliases=["-o"])],
        options: tyro.conf.OmitArgPrefixes[RenderOptions] = RenderOptions(),  # noqa: B008
    ) -> dict[str, Any]:
        """Render a dance as a video of the performer, with the song's sound.

        Args:
            dance: the folder that `stickdance choreograph` made.
            performer: the folder that `stickdance train` made.
            output: the MP4 to write.
            options: how to render.
        """
        return poses_to_video(dance, performer, output, options).as_json()

    return command


def evaluate() -> Command:
    """Two videos or folders of pictures -> MSE, PSNR, SSIM, MS-SSIM, LPIPS."""
    import tyro

    from synth.quality.compare import CompareOptions, compare

    def command(
        reference: tyro.conf.Positional[Path],
        rendered: tyro.conf.Positional[Path],
        /,
        *,
        options: tyro.conf.OmitArgPrefixes[CompareOptions] = CompareOptions(),  # noqa: B008
    ) -> dict[str, Any]:
        """Score rendered frames against real ones.

        Args:
            reference: a video or a folder of pictures: the real frames.
            rendered: a video or a folder of pictures: the rendered frames.
            options: how to compare.
        """
        return compare(reference, rendered, options)

    return command


COMMANDS: dict[str, Callable[[], Command]] = {
    "make": make,
    "capture": capture,
    "choreograph": choreograph,
    "train": train,
    "render": render,
    "evaluate": evaluate,
}


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run one subcommand and leave with its exit status.

    0 done, 1 failed, 2 usage, 3 bad input, 4 something is missing, 5 no space or permission,
    130 Ctrl-C, 143 SIGTERM.
    """
    arguments = list(sys.argv[1:] if arguments is None else arguments)
    signal.signal(signal.SIGTERM, _terminated)
    try:
        sys.exit(_run(arguments))
    except KeyboardInterrupt:
        print("stickdance: stopped by Ctrl-C", file=sys.stderr)
        sys.exit(130)
    except BrokenPipeError:
        sys.exit(1)
    except Exception as error:
        status = getattr(error, "exit_status", None)
        if isinstance(error, OSError) and error.errno in _NO_SPACE_OR_PERMISSION:
            status = 5
        if status is None:
            raise
        print(f"stickdance: {' '.join(str(error).split())}", file=sys.stderr)
        sys.exit(status)


def _terminated(*_: object) -> NoReturn:
    print("stickdance: stopped by SIGTERM", file=sys.stderr)
    raise SystemExit(143)


def _run(arguments: list[str]) -> int:
    if not arguments or arguments[0] in ("-h", "--help"):
        print(_overview(), file=sys.stdout if arguments else sys.stderr)
        return 0 if arguments else 2
    if arguments[0] == "--version":
        print(f"stickdance {metadata.version('stickdance')}")
        return 0
    name, *rest = arguments
    if name not in COMMANDS:
        near = difflib.get_close_matches(name, COMMANDS, 1)
        hint = f"did you mean {near[0]!r}?" if near else f"known: {', '.join(COMMANDS)}"
        print(f"stickdance: no subcommand {name!r}; {hint}", file=sys.stderr)
        return 2
    return _run_subcommand(name, rest)


def _run_subcommand(name: str, arguments: list[str]) -> int:
    import tyro

    command = COMMANDS[name]()
    result, as_json = tyro.cli(
        _with_json_flag(command),
        args=arguments,
        prog=f"stickdance {name}",
        config=(tyro.conf.FlagCreatePairsOff,),
    )
    if as_json:
        print(json.dumps(result, ensure_ascii=False, default=str))
    else:
        print(_for_people(result))
    return 0


def _with_json_flag(command: Command) -> Callable[..., tuple[dict[str, Any], bool]]:
    import tyro

    flag = Annotated[
        bool, tyro.conf.arg(help="Print the result as one JSON object on standard output.")
    ]

    @functools.wraps(command)
    def wrapped(*args: Any, json: bool = False, **named: Any) -> tuple[dict[str, Any], bool]:
        return command(*args, **named), json

    signature = inspect.signature(command)
    parameter = inspect.Parameter(
        "json", inspect.Parameter.KEYWORD_ONLY, default=False, annotation=flag
    )
    wrapped.__signature__ = signature.replace(  # type: ignore[attr-defined]
        parameters=[*signature.parameters.values(), parameter]
    )
    wrapped.__annotations__ = {**command.__annotations__, "json": flag}
    del wrapped.__wrapped__  # type: ignore[attr-defined]  # tyro would read the flags there
    return wrapped


def _overview() -> str:
    lines = ["usage: stickdance SUBCOMMAND [OPTIONS]", ""]
    lines += ["A song and footage of a person in, a video of that person dancing out.", ""]
    lines += [
        f"  {name:<12} {inspect.getdoc(function)}".rstrip() for name, function in COMMANDS.items()
    ]
    lines += ["", "stickdance SUBCOMMAND --help tells its options; --version the version."]
    return "\n".join(lines)


def _for_people(result: dict[str, Any], indent: str = "") -> str:
    lines = []
    for key, value in result.items():
        if isinstance(value, dict):
            lines.append(f"{indent}{key}:")
            lines.append(_for_people(value, indent + "  "))
        elif isinstance(value, (list, tuple)):
            lines += [f"{indent}{key}: {len(value)}" if value else f"{indent}{key}: none"]
            lines += [f"{indent}  {_in_a_line(part)}" for part in value[:40]]
        elif value is not None:
            lines.append(f"{indent}{key}: {_in_a_line(value)}")
    return "\n".join(line for line in lines if line)


def _in_a_line(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.4g}"
    if isinstance(value, dict):
        return ", ".join(f"{key} {_in_a_line(part)}" for key, part in value.items())
    return str(value)


if __name__ == "__main__":
    main()

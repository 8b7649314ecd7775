"""What a command line is made of, and what holds for those of all subcommands."""

import dataclasses
import inspect
import shlex
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

import pytest
import tyro
from tyro.conf import Positional

from stickdance.capture.options import CaptureOptions, Size
from stickdance.checkpoints.errors import UsageError
from stickdance.choreography.options import ChoreographyOptions
from stickdance.synth.options import RenderOptions
from stickdance.synth.training.options import TrainingOptions
from stickdance.tools import cli
from stickdance.tools.command_line import completion_script, flags_of, parsed

HEAVY = ("torch", "numba", "scipy", "cv2", "librosa", "numpy", "mediapipe", "pyarrow", "PIL")


@dataclass(frozen=True)
class Kept:
    """What is kept."""

    seed: int = 0
    """Start of the random
    numbers (any)."""
    bright: Annotated[bool, tyro.conf.arg(help="Leave it dark.")] = True
    """Make it bright."""


@dataclass(frozen=True)
class Options(Kept):
    """What can be chosen."""

    style: Literal["calm", "wild"] = "calm"
    """How it looks."""
    at: tuple[float, float] | None = None
    """Where; by default in the middle."""
    size: Size | None = None
    """How large; by default as it is."""
    end: Annotated[float | None, tyro.conf.arg(name="to")] = None
    """Until when; by default the end."""
    footage: tuple[Path, ...] = ()
    """Footage."""


def command(
    song: Positional[Path],
    more: Positional[tuple[Path, ...]],
    output: Annotated[Path, tyro.conf.arg(aliases=("-o",))],
    options: Options = Options(),
) -> dict:
    """Do it.

    Example:
        stickdance try a.wav b.wav -o c.mp4

    Args:
        song: the song.
        more: others.
        output: what to write.
        options: how.
    """
    return {"song": song, "options": options}


def read(*words):
    return parsed(command, words, "stickdance try")[0]


def help_of(function, capsys):
    with pytest.raises(SystemExit) as left:
        parsed(function, ["--help"], "stickdance try")
    assert left.value.code == 0
    return " ".join(capsys.readouterr().out.replace("│", " ").split())


def test_words_become_arguments_wherever_flags_stand():
    found = read("a", "--footage", "x", "-o", "c", "b", "--size", "640X480", "--at", "0", ".5",
                 "--no-bright", "--footage", "y", "--to", "3", "--seed", "7")  # fmt: skip
    footage = (Path("x"), Path("y"))
    assert found["options"] == Options(7, False, "calm", (0.0, 0.5), (640, 480), 3.0, footage)
    assert (found["song"], found["more"], found["output"]) == (Path("a"), (Path("b"),), Path("c"))
    assert parsed(command, ["a", "b", "-o", "c", "--json"], "")[1].json == "-"


@pytest.mark.parametrize("words", [("a.wav", "--json", "made"), ("--json", "made", "a.wav")])
def test_a_folder_given_for_json_is_told_as_that(words):
    def of_one(song: Positional[Path]) -> dict:
        """Do it."""

    with pytest.raises(UsageError, match=r"^--json made: expected a file that ends in \.json"):
        parsed(of_one, words, "stickdance try")
    with pytest.raises(UsageError, match=r"^b\.wav: one word too many"):
        parsed(of_one, ["a.wav", "b.wav", "--json"], "stickdance try")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("a b --to c", "--output: missing; what is written is named by -o/--output"),
        ("a -o c", "MORE: missing"),
        ("-o c", "SONG: missing"),
        ("a b -o c --stile wild", "--stile: no such option; did you mean --style?"),
        ("a b -o c --bright", "--bright: no such option; did you mean --no-bright?"),
        ("a b -o c --end-seconds 3", "--end-seconds: no such option; --to is the second"),
        ("a b -o c --xyz", "--xyz: no such option (see"),
        ("a b -o c --style loud", "--style loud: expected one of calm, wild"),
        ("a b -o c --seed", "--seed: expected a value, NUMBER"),
        ("a b -o c --seed 1.5", "--seed: expected a whole number, found '1.5'"),
        ("a b -o c --seed 1_0", "--seed: expected a whole number, found '1_0'"),
        ("a b -o c --to \u0663", "--to: expected a number, found '\u0663'"),
        ("a b -o c --to takes/anna", "found 'takes/anna'; what is written is named by -o/--output"),
        ("a b -o c --size 640", "--size: expected WIDTHxHEIGHT, e.g. 1280x720, found '640'"),
        ("a b -o c --size \u0666\u0664x64", "--size: expected WIDTHxHEIGHT"),
        ("a b -o c --size 6_4x64", "--size: expected WIDTHxHEIGHT"),
        ("a b -o c --at 1", "--at: expected a value, NUMBER NUMBER"),
        ("a b -o c --at 1 left", "--at: expected NUMBER NUMBER"),
    ],
)
def test_a_wrong_word_is_told_in_one_line(words, told):
    with pytest.raises(UsageError) as error:
        read(*words.split())
    assert told in str(error.value) and "\n" not in str(error.value)
    assert str(error.value).endswith("(see stickdance try --help)")


def test_help_says_what_values_mean_and_what_happens_without(capsys):
    printed = help_of(command, capsys)
    assert "Do it. Example: stickdance try a.wav b.wav -o c.mp4" in printed
    assert "SONG MORE..." in printed and "-o PATH, --output PATH" in printed
    assert "--no-bright Leave it dark." in printed
    assert "Start of the random numbers (any). (default: 0)" in printed
    assert "--size WIDTHxHEIGHT How large; by default as it is. " in printed
    assert "Footage. (may be given several times)" in printed
    assert not any(word in printed for word in ("None", "()", "MISSING", "''", "options options"))


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_a_shell_completes_subcommands_and_options(shell):
    script = completion_script({"try": command, "learn it": command}, shell)
    assert all(word in script for word in ("stickdance", "try", "learn", "footage", "wild"))


def test_no_module_of_options_loads_a_heavy_library():
    modules = {where.split(":")[0] for where in cli.COMMANDS.values()}
    code = "".join(f"import stickdance.tools.commands.{each}\n" for each in sorted(modules))
    code += f"import sys; print([name for name in {HEAVY} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("name", cli.COMMANDS)
def test_every_subcommand_has_an_example_and_every_option_a_word_of_help(name):
    function = cli.function_of(name)
    example = inspect.getdoc(function).split("Example:\n")[1].split("\n\n")[0].strip()
    words = shlex.split(example.split(" > ")[0])
    assert words[: 1 + len(name.split())] == ["stickdance", *name.split()]
    parsed(function, words[1 + len(name.split()) :], f"stickdance {name}")
    assert [flag for flag, field in flags_of(function).items() if not field.helptext] == []


@pytest.mark.parametrize("name", cli.COMMANDS)
def test_a_flag_means_the_same_in_every_subcommand(name):
    flags = flags_of(cli.function_of(name))
    kinds = {flag: field.type.__origin__ for flag, field in flags.items()}
    assert kinds.get("--from", float) is float
    assert kinds.get("--to", float | None) == float | None
    assert kinds.get("--moves", Path | None) == Path | None
    assert kinds.get("--output", Path) in (Path, Path | None) or name == "batch"  # or an address
    assert "--device" not in flags or flags["--device"].default == "auto"
    assert not {"--start-seconds", "--end-seconds", "--page", "--sheet", "--start"} & set(flags)


def test_the_main_job_has_every_option_of_its_stages():
    renamed = {"--no-preview", "--batch", "--fps", "--from", "--to"}
    stages = (CaptureOptions, ChoreographyOptions, TrainingOptions, RenderOptions)
    wanted = {flag for stage in stages for flag in flags_of(stage)} - renamed
    there = set(flags_of(cli.function_of("make")))
    assert wanted - there == set()
    assert there >= {"--fps", "--footage-fps", "--footage-from", "--footage-to", "--from", "--to"}


def test_the_song_stays_the_song_behind_the_footage():
    words = ["--footage", "a.mp4", "--footage", "b.mp4", "song.mp3", "--minutes", "2"]
    found = parsed(cli.function_of("make"), words, "stickdance make")[0]
    assert found["song"] == Path("song.mp3") and len(found["job"].footage) == 2
    assert found["job"].training.minutes == 2
    assert dataclasses.asdict(found["job"])["dance"]["style"] == "pop"

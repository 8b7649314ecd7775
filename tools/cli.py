"""The command `stickdance`: finds the subcommand, runs it, answers with its exit status.

Subcommands are registered by name, so that only the one that is asked for is imported. Little is
imported before signals are watched, so that Ctrl-C is answered from the beginning.
"""

import functools
import sys
from collections.abc import Callable, Sequence
from typing import Any, NoReturn

from stickdance.checkpoints.errors import BadInput, UsageError
from stickdance.checkpoints.reading import check_name
from stickdance.tools.output import answer, output_asked
from stickdance.tools.program import leave_with

# Group -> module in stickdance.tools.commands, and subcommand -> what it does. A function of the
# subcommand's name stands in the module; only the one that is asked for is imported.
# fmt: off
GROUPS: dict[str, tuple[str, dict[str, str]]] = {
    "the whole job": ("whole", {
        "make": "A song and footage in, a dance video with sound out: the main job.",
    }),
    "footage": ("capturing", {
        "record": "A camera and a person who is guided through movements -> footage.",
        "capture": "Footage of a person -> a take: frames, poses, mattes, background.",
        "check-footage": "Footage -> what it is good for, and why, without training on it.",
        "compare-estimators": "Pose estimators and keypoint files side by side on your footage.",
        "convert-poses": "Poses of any keypoint file -> OpenPose's folder, COCO's JSON or NPZ.",
        "retarget": "A movement and another person -> the movement as that person would do it.",
    }),
    "takes": ("takes", {
        "merge-takes": "Several takes of one person -> one take.",
        "split-take": "A take -> takes of its parts, or a new split for tests.",
        "export-pairs": "A take -> pix2pixHD's folders of pairs.",
        "import-pairs": "pix2pixHD's folders of pairs -> a take.",
    }),
    "dance": ("choreographing", {
        "choreograph": "A song -> a dance: plan, poses, sound and a stick-figure preview.",
        "shotlist": "A song, or a style -> the fewest moves to film for it, and a guide.",
        "edit-dance": "A dance -> the same with steps re-rolled, mirrored, swapped or removed.",
        "listen": "A song -> its beats, bars, sections and chorus, as files to correct.",
        "actions": "The actions that dances are made of: listed, drawn, shown; with your own.",
        "practice": "A dance -> a mirrored practice video with counts and names of the steps.",
        "export-dance": "A dance -> NPZ, OpenPose, COCO, BVH or a stick-figure video.",
        "score-dance": "A dance -> scores: on the beat, same to the same music, feet, variety.",
        "movement prepare": "Movements and songs -> one table to train models of movement on.",
    }),
    "learned models": ("learning", {
        "learn music-to-dance": "Dances and their songs -> a choreographer.",
        "learn genre": "Dances -> a model that tells their genre.",
        "genre-of": "A dance -> the genre that it looks like.",
        "learn next-frame": "Footage -> a model of its next frame.",
        "continue-video": "Footage -> its continuation by a model, beside what really followed.",
        "learn next-pose": "Movements -> a model of the next pose.",
        "continue-movement": "A movement -> how it goes on by a model, as poses, BVH or video.",
        "learn silhouettes": "Takes -> a model whose silhouettes dance.",
        "silhouette-dance": "A model of silhouettes -> a video of their dance.",
    }),
    "ways of dancing": ("comparing", {
        "corpus": "Dances to learn from: composed songs, danced by the rules in every style.",
        "compare-dances": "Real dances, choreographers, dances of any origin -> a table of scores.",
        "ab-page": "Two ways of dancing -> a blind comparison as a page, and its key.",
        "ab-tally": "The answers to a blind comparison -> what people preferred.",
    }),
    "video": ("rendering", {
        "train": "A take -> a performer: the per-person renderer.",
        "render": "A dance and a performer -> a video.",
        "export": "A performer -> ONNX for other programs, checked.",
        "evaluate": "Rendered and real frames -> PSNR, SSIM, LPIPS and others.",
    }),
    "said to be synthetic": ("verify", {
        "verify": "A video -> what its credentials, pixels and texts say of how it was made.",
    }),
    "performers on a hub": ("hub", {
        "hub push": "A performer -> a repository of the hub, if consent is stated.",
        "hub pull": "A repository of the hub -> a performer, whole and checked.",
        "hub list": "Which performers there are on the hub.",
    }),
    "public weights": ("models", {
        "models list": "Which public weights there are, and which are here.",
        "models get": "Fetch public weights from where they were published.",
        "models verify": "Compare public weights with their published SHA-256.",
    }),
    "the studio": ("studio", {
        "studio": "The whole job on pages of this computer, in a browser.",
    }),
    "jobs": ("jobs", {
        "jobs add": "A command that is to be done later -> a job in the queue.",
        "jobs list": "All jobs: what they are, and how far.",
        "jobs show": "All of one job: its command, its last lines, what it made.",
        "jobs cancel": "End a job; one that runs saves its work first.",
        "jobs retry": "Put a job that is over back into the queue.",
        "jobs reorder": "Give a job another place among those that wait.",
        "jobs remove": "Take a job off the list.",
        "jobs export": "Jobs -> a file, with all that they read, for another computer.",
        "jobs import": "A file of exported jobs -> jobs in the queue.",
        "jobs clean": "Take all jobs that are over off the list.",
        "jobs work": "Do the jobs that wait, one after another.",
    }),
    "this machine": ("doctor", {
        "doctor": "Can the main job run here? What is missing, and the command that mends it.",
    }),
    "results": ("results", {
        "batch": "A table of jobs -> their results, on this computer or on Ray.",
        "reproduce": "A result -> the same made again from its inputs, and compared.",
    }),
    "the command line": ("shell", {
        "completion": "What makes bash, zsh or fish complete these words.",
    }),
}
# fmt: on
COMMANDS = {
    name: f"{module}:{name.replace(' ', '_').replace('-', '_')}"
    for module, group in GROUPS.values()
    for name in group
}
"""Subcommand -> "module:function", the module within `stickdance.tools.commands`."""
_WITHOUT_LIBRARIES = "doctor"  # runs without what parses flags too, which may be missing


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run one subcommand and leave with its exit status.

    0 done, 1 failed, 2 usage, 3 bad input, 4 something is missing, 5 no space or permission,
    6 quality below a limit or frames missing, 130 Ctrl-C, 143 SIGTERM.
    """
    arguments = list(sys.argv[1:] if arguments is None else arguments)
    leave_with(functools.partial(run, arguments), "stickdance", quiet="--quiet" in arguments)


def run(arguments: list[str]) -> int:
    """Run one subcommand and return its exit status; errors are raised."""
    if not arguments or arguments[0] in ("-h", "--help"):
        print(_overview(), file=sys.stdout if arguments else sys.stderr)
        return 0 if arguments else 2
    if arguments[0] == "--version":
        from importlib import metadata

        print(f"stickdance {metadata.version('stickdance')}")
        return 0
    try:
        for word in arguments:
            check_name(word)
    except BadInput as error:
        raise UsageError(str(error)) from None
    name, rest = _named(arguments)
    if name not in COMMANDS and _kinds(name) and set(rest) & {"-h", "--help"}:
        print(_overview(name))
        return 0
    if name not in COMMANDS:
        import difflib

        known = _kinds(arguments[0]) or list(COMMANDS)
        near = difflib.get_close_matches(name, known, 1)
        hint = f"did you mean {near[0]!r}?" if near else f"known: {', '.join(known)}"
        if len(known) > 1 and name == arguments[0] and _kinds(name):
            hint = f"one of: {', '.join(known)}"
        print(f"stickdance: no subcommand {name!r}; {hint}", file=sys.stderr)
        return 2
    return _run_subcommand(name, rest)


def _named(arguments: list[str]) -> tuple[str, list[str]]:
    """Return the subcommand, of one word or of two as in "movement prepare", and what follows."""
    more = len(arguments) > 1 and not arguments[1].startswith("-")
    words = 2 if more and _kinds(arguments[0]) else 1
    return " ".join(arguments[:words]), arguments[words:]


def _kinds(word: str) -> list[str]:
    """Return the subcommands of two words that begin with this one."""
    return [name for name in COMMANDS if name.startswith(f"{word} ")]


def function_of(name: str) -> Callable[..., dict[str, Any]]:
    """Return the function of a subcommand: parameters are its flags, the docstring is its help."""
    import importlib

    module, function = COMMANDS[name].split(":")
    found: Callable[..., dict[str, Any]] = getattr(
        importlib.import_module(f"stickdance.tools.commands.{module}"), function
    )
    return found


def _run_subcommand(name: str, words: list[str]) -> int:
    command = function_of(name)
    left, output = output_asked(words)
    if not left and name == _WITHOUT_LIBRARIES:
        result = command()
    else:
        from stickdance.tools.command_line import parsed
        from stickdance.tools.flag_values import check_values
        from stickdance.tools.reproduce.recording import recorded

        arguments, output = parsed(command, words, f"stickdance {name}")
        check_values(arguments)
        with recorded(name, words, arguments):
            result = command(**arguments)
    answer(result, output)
    return int(result.get("exit_status", 0))


def _overview(word: str = "") -> str:
    """Return what all subcommands do, or those of two words that begin with one."""
    lines = [f"usage: stickdance {word and f'{word} '}SUBCOMMAND [OPTIONS]", ""]
    lines += ["A song and footage of a person in, a video of that person dancing out.", ""]
    for title, (_, commands) in GROUPS.items():
        shown = {name: does for name, does in commands.items() if not word or name in _kinds(word)}
        if shown:
            lines += [f"{title}:", *(f"  {name:<22} {does}" for name, does in shown.items())]
    lines += ["", "stickdance SUBCOMMAND --help tells its options; --version the version."]
    return "\n".join(lines)


if __name__ == "__main__":
    main()

"""The command `stickdance`: finds the subcommand, runs it, answers with its exit status.

Little is imported before signals are watched, so that Ctrl-C is answered from the beginning.
"""

import functools
import sys
from collections.abc import Sequence
from typing import Any, NoReturn

from stickdance.checkpoints.errors import BadInput, UsageError
from stickdance.checkpoints.reading import check_name
from stickdance.tools.commands import (
    capturing,
    choreographing,
    comparing,
    judging,
    learning,
    models,
    rendering,
    takes,
    whole,
)
from stickdance.tools.commands.command import Command, Commands
from stickdance.tools.flag_values import check_values
from stickdance.tools.output import HELP, answer, output_asked
from stickdance.tools.program import leave_with

GROUPS: dict[str, Commands] = {
    "the whole job": whole.COMMANDS,
    "footage": capturing.COMMANDS,
    "takes": takes.COMMANDS,
    "dance": choreographing.COMMANDS,
    "learned models": learning.COMMANDS,
    "ways of dancing": comparing.COMMANDS,
    "video": rendering.COMMANDS,
    "scores": judging.COMMANDS,
    "public weights": models.COMMANDS,
}
COMMANDS: Commands = {
    name: function for group in GROUPS.values() for name, function in group.items()
}


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run one subcommand and leave with its exit status.

    0 done, 1 failed, 2 usage, 3 bad input, 4 something is missing, 5 no space or permission,
    6 quality below a limit or frames missing, 130 Ctrl-C, 143 SIGTERM.
    """
    arguments = list(sys.argv[1:] if arguments is None else arguments)
    leave_with(functools.partial(_run, arguments), "stickdance", quiet="--quiet" in arguments)


def _run(arguments: list[str]) -> int:
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
    if name not in COMMANDS:
        import difflib

        known = _kinds(arguments[0]) or list(COMMANDS)
        near = difflib.get_close_matches(name, known, 1)
        hint = f"did you mean {near[0]!r}?" if near else f"known: {', '.join(known)}"
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


def _run_subcommand(name: str, arguments: list[str]) -> int:
    import tyro

    arguments, output = output_asked(arguments)
    result = tyro.cli(
        _checked(COMMANDS[name]()),
        args=arguments,
        prog=f"stickdance {name}",
        config=(tyro.conf.FlagCreatePairsOff,),
    )
    answer(result, output)
    return int(result.get("exit_status", 0))


def _checked(command: Command) -> Command:
    import inspect

    @functools.wraps(command)
    def checked(*args: Any, **named: Any) -> dict[str, Any]:
        check_values(inspect.signature(command).bind(*args, **named).arguments)
        return command(*args, **named)

    return checked


def _overview() -> str:
    import inspect

    lines = ["usage: stickdance SUBCOMMAND [OPTIONS]", ""]
    lines += ["A song and footage of a person in, a video of that person dancing out.", ""]
    for title, commands in GROUPS.items():
        lines += [f"{title}:"]
        lines += [
            f"  {name:<22} {inspect.getdoc(made)}".rstrip() for name, made in commands.items()
        ]
    lines += ["", HELP, ""]
    lines += ["stickdance SUBCOMMAND --help tells its options; --version the version."]
    return "\n".join(lines)


if __name__ == "__main__":
    main()

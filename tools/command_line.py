"""A command line made of a function: its parameters are the flags, its docstring is the help.

tyro reads the words. What it shows is told here: metavars and defaults that say something, numbers
in plain digits, one line in place of its boxes when a word is wrong.
"""

import dataclasses
import difflib
import inspect
import typing
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import redirect_stdout, suppress
from io import StringIO
from itertools import pairwise
from types import NoneType, UnionType
from typing import Annotated, Any, NoReturn, get_args, get_origin

import docstring_parser
import tyro
from tyro import MISSING_NONPROP, _errors
from tyro.conf import FlagCreatePairsOff, OmitArgPrefixes, Positional, UseAppendAction
from tyro.constructors import (
    ConstructorRegistry,
    PrimitiveConstructorSpec,
    PrimitiveTypeInfo,
    StructConstructorSpec,
    StructFieldSpec,
    StructTypeInfo,
)
from tyro.extras import SubcommandApp

from stickdance.checkpoints.errors import UsageError
from stickdance.checkpoints.suggestions import did_you_mean
from stickdance.tools.output import FLAGS, JSON_FILE, Output, output_asked

Command = Callable[..., dict[str, Any]]

_CONFIG = (OmitArgPrefixes, FlagCreatePairsOff)
_OUTPUT = "what is written is named by -o/--output"
_RENAMED = {
    "--start-seconds": "--from is the second to begin at",
    "--end-seconds": "--to is the second to end at",
    "--to": _OUTPUT,
    "--page": _OUTPUT,
    "--sheet": _OUTPUT,
}
"""Flags of older versions -> what has taken their place."""

_registry = ConstructorRegistry()


def parsed(command: Command, words: Sequence[str], program: str) -> tuple[dict[str, Any], Output]:
    """Return the arguments that words stand for, and what is asked of the answer.

    Args:
        command: its parameters, and the fields of option classes among them, are the flags.
        words: the command line after the command's name.
        program: what the help calls the command.

    Raises:
        UsageError: one line that names the word and what was expected.
        SystemExit: with 0, when the help was asked for and printed.
    """
    left, output = output_asked(words)
    flags = list(flags_of(command))

    def refuse(event: _errors.ParseErrorEvent) -> NoReturn:
        raise UsageError(f"{_reason(event, flags, words)} (see {program} --help)")

    with _errors.on_parse_error(refuse):
        arguments = dict(
            tyro.cli(
                command,
                args=left,
                prog=program,
                description=_description(command),
                config=_CONFIG,
                registry=_registry,
            )
        )
    for field in _fields(command, MISSING_NONPROP):
        if field.default is MISSING_NONPROP and arguments[field.name] == ():
            name = f"--{field.name}" if f"--{field.name}" in flags else field.name.upper()
            raise UsageError(f"{name}: missing (see {program} --help)")
    for name in FLAGS:
        del arguments[name]
    return arguments, output


def flags_of(of: Any) -> dict[str, StructFieldSpec]:
    """Return the flags of a command or an option class as they are typed, and what each is."""
    found: dict[str, StructFieldSpec] = {}
    for field in _fields(of, MISSING_NONPROP):
        base, *notes = _unwrapped(field.type)
        if dataclasses.is_dataclass(base):
            found |= flags_of(type(field.default))
        elif Positional not in notes and tyro.conf.Suppress not in notes:
            names = [note.name for note in notes if getattr(note, "name", None)]
            name = (names or [field.name])[0].replace("_", "-")
            found[f"--{'no-' if field.default is True else ''}{name}"] = field
    return found


def positionals_of(command: Command) -> dict[str, StructFieldSpec]:
    """Return the parameters of a command that are words without a flag, in their order."""
    return {
        field.name: field
        for field in _fields(command, MISSING_NONPROP)
        if Positional in _unwrapped(field.type)
    }


def read_number(kind: type[int] | type[float], word: str) -> int | float:
    """Return the number that a word stands for.

    Raises:
        ValueError: it stands for none of that kind; the message is for people.
    """
    try:
        if word.isascii() and "_" not in word:  # other digits, and 1_000: Python's own
            return kind(word)
    except ValueError:
        pass
    raise ValueError(f"expected a {'whole ' * (kind is int)}number, found {word!r}")


def completion_script(commands: Mapping[str, Command], shell: str) -> str:
    """Return what makes a shell complete the words after `stickdance`.

    Args:
        commands: by name, of one word or of two.
        shell: bash, zsh or fish.
    """
    app, groups = SubcommandApp(), dict[str, SubcommandApp]()
    for name, command in commands.items():
        first, _, second = name.partition(" ")
        group = app
        if second:
            group = groups.setdefault(first, SubcommandApp())
        group.command(name=second or first)(command)
    for name, group in groups.items():
        app.command(group, name=name)
    with redirect_stdout(StringIO()) as printed, suppress(SystemExit):
        app.cli(
            prog="stickdance",
            args=["--tyro-print-completion", shell],
            config=_CONFIG,
            registry=_registry,
        )
    return printed.getvalue()


def _description(command: Command) -> str:
    """Return a docstring without what it says of arguments and errors."""
    return (inspect.getdoc(command) or "").split("\n\nArgs:")[0].split("\n\nRaises:")[0]


@_registry.struct_rule
def _struct(info: StructTypeInfo) -> StructConstructorSpec | None:
    if getattr(info.type, "__module__", "").startswith("tyro."):
        return None  # a class of its own that holds the subcommands
    if dataclasses.is_dataclass(info.type):
        return StructConstructorSpec(info.type, tuple(_fields(info.type, info.default)))
    if not inspect.isfunction(info.type):
        return None
    everywhere = [
        StructFieldSpec(name, _shown(name, bool, False), False, told)
        for name, told in FLAGS.items()
    ]
    return StructConstructorSpec(dict, (*_fields(info.type, info.default), *everywhere))


def _fields(of: Any, default: Any) -> Iterator[StructFieldSpec]:
    """Yield the parameters of a command, or the fields of an option class."""
    help_of = _help(of)
    hints = typing.get_type_hints(of, include_extras=True)
    nested = [hint for hint in hints.values() if dataclasses.is_dataclass(hint)]
    for name, parameter in inspect.signature(of).parameters.items():
        value = MISSING_NONPROP if parameter.default is parameter.empty else parameter.default
        value = getattr(default, name, value)
        hint = hints[name]
        if [hint] == nested:  # its fields are the command's own, without a box of their own
            hint = Annotated[hint, tyro.conf.arg(name="")]
        yield StructFieldSpec(name, _shown(name, hint, value), value, help_of.get(name))


def _help(of: Any) -> dict[str, str]:
    """Return what docstrings say of parameters or fields, those of base classes too."""
    found = {}
    for each in reversed(inspect.getmro(of)[:-1]) if inspect.isclass(of) else (of,):
        for told in docstring_parser.parse_from_object(each).params:
            found[told.arg_name] = " ".join((told.description or "").split())
    return found


def _shown(name: str, hint: Any, default: Any) -> Any:
    """Return a type with what the help says of its values and its default."""
    base, *notes = _unwrapped(hint)
    several = get_origin(base) is tuple and get_args(base)[-1] is Ellipsis
    metavar = None
    if Positional in notes:
        metavar = f"{name.upper()}{'...' if several else ''}"
        metavar = metavar if default is MISSING_NONPROP else f"[{metavar}]"
    elif several:
        notes.append(UseAppendAction)
    about = tyro.conf.arg(metavar=metavar, help_behavior_hint=_default(default, several))
    return Annotated[(base, about, *notes)]


def _unwrapped(hint: Any) -> tuple[Any, ...]:
    return get_args(hint) if get_origin(hint) is Annotated else (hint,)


def _default(value: Any, several: bool) -> str:
    """Return what the help says of a default, if it tells anything."""
    if several and value in ((), MISSING_NONPROP):
        return "(may be given several times)"
    if isinstance(value, bool) or value in (None, "", (), MISSING_NONPROP):
        return ""
    if isinstance(value, tuple):
        value = " ".join(map(str, value))
    return f"(default: {value:g})" if isinstance(value, float) else f"(default: {value})"


@_registry.primitive_rule
def _optional(info: PrimitiveTypeInfo) -> Any:
    """What may be left out is read as what it is when it is there."""
    kinds = [kind for kind in get_args(info.type) if kind is not NoneType]
    if info.type_origin not in (UnionType, typing.Union) or len(kinds) != 1:
        return None
    spec = ConstructorRegistry.get_primitive_spec(PrimitiveTypeInfo.make(kinds[0], info.markers))
    if not isinstance(spec, PrimitiveConstructorSpec):
        return spec
    return dataclasses.replace(
        spec,
        is_instance=lambda value: value is None or spec.is_instance(value),
        str_from_instance=lambda value: [] if value is None else spec.str_from_instance(value),
    )


@_registry.primitive_rule
def _number(info: PrimitiveTypeInfo) -> PrimitiveConstructorSpec[Any] | None:
    kind: Any = info.type
    if kind not in (int, float):
        return None

    return PrimitiveConstructorSpec(
        nargs=1,
        metavar="NUMBER",
        instance_from_str=lambda words: read_number(kind, words[0]),
        is_instance=lambda value: isinstance(value, int | float),
        str_from_instance=lambda value: [f"{value:g}"],
    )


@_registry.primitive_rule
def _text(info: PrimitiveTypeInfo) -> PrimitiveConstructorSpec[str] | None:
    if info.type is not str:
        return None
    return PrimitiveConstructorSpec(
        nargs=1,
        metavar="TEXT",
        instance_from_str=lambda words: words[0],
        is_instance=lambda value: isinstance(value, str),
        str_from_instance=lambda value: [value],
    )


def _reason(event: _errors.ParseErrorEvent, flags: Sequence[str], words: Sequence[str]) -> str:
    """Return in one line what is wrong with the words."""
    if isinstance(event, _errors.UnrecognizedArgs):
        return _unknown(event.tokens[0], flags, words)
    if isinstance(event, _errors.MissingArgs):
        if event.unrecognized_tokens:
            return _unknown(event.unrecognized_tokens[0], flags, words)
        names = [_name(each.arg) for each in event.missing_arguments]
        return f"{' and '.join(names)}: missing{f'; {_OUTPUT}' * ('--output' in names)}"
    if isinstance(event, _errors.InvalidChoice):
        known, near = ", ".join(event.choices), did_you_mean(str(event.value), event.choices)
        return f"{_name(event.argument)} {event.value}: expected one of {known}{near}"
    if isinstance(event, _errors.BadValue):
        return f"{_name(event.argument)}: expected a value, {event.argument.lowered.metavar}"
    if isinstance(event, _errors.InstantiationFailure) and event.argument is not None:
        name = _name(event.argument)
        more = f"; {_RENAMED[name]}" if name in _RENAMED else ""
        told = event.message  # that of a pair, say, names Python's types
        told = told if told.startswith("expected") else f"expected {event.argument.lowered.metavar}"
        return f"{name}: {told}{more}"
    return str(getattr(event, "message", event))


def _name(argument: Any) -> str:
    if argument.is_positional():
        return str(argument.lowered.metavar)
    return next(flag for flag in argument.lowered.name_or_flags if flag.startswith("--"))


def _unknown(word: str, flags: Sequence[str], words: Sequence[str]) -> str:
    """Return what to do about a word that a command does not know."""
    flag = word.split("=")[0]
    if not flag.startswith("-"):
        for before, after in pairwise(words):  # meant for it, and not taken for it
            if before == "--json" and not after.startswith("-"):
                return f"--json {after}: {JSON_FILE}"
        return f"{word}: one word too many; name an option again for another value"
    near = difflib.get_close_matches(flag, flags, 1)
    hint = _RENAMED.get(flag) or (f"did you mean {near[0]}?" if near else "")
    return f"{flag}: no such option{hint and '; '}{hint}"

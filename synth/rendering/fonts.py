"""Fonts that have the letters of some words.

    1. Pillow's own font
    2. the fonts of this computer: what fontconfig finds, else those in the system's usual folders

One font that has all letters is taken where there is one, else each letter comes from the first
font that has it. A font lacks a letter where it draws its ".notdef" glyph instead: the one that it
draws for a code point that is no character.

Letters written from right to left, and marks and joiners that change their neighbours, need Pillow
to have libraqm, which lays text out.
"""

import os
import shutil
import subprocess
import sys
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from PIL import ImageFont, features

from stickdance.checkpoints.errors import UsageError

Font = ImageFont.FreeTypeFont

_NO_CHARACTER = "\U0010ffff"
_PLACES: dict[str, tuple[str, ...]] = {
    "darwin": ("/System/Library/Fonts", "/Library/Fonts", "~/Library/Fonts"),
    "win32": (r"%WINDIR%\Fonts", r"%LOCALAPPDATA%\Microsoft\Windows\Fonts"),
    "linux": ("/usr/share/fonts", "/usr/local/share/fonts", "~/.local/share/fonts", "~/.fonts"),
}
_SUFFIXES = (".ttf", ".otf", ".ttc", ".otc")
_SECONDS = 20  # that fontconfig may take: it may have to look at all fonts first
_RIGHT_TO_LEFT = ("R", "AL")
_NEUTRAL = ("Zs", "Cf", "Po", "Pd")  # spaces, joiners and points go with the letters before them


@dataclass(frozen=True)
class TextRun:
    """Letters that follow one another in one font."""

    letters: str
    font: Font


def letters_in(words: str) -> str:
    """Return the characters of words that a font must have, each once, in order.

    Spaces, joiners and variation selectors are not among them.
    """
    drawn = (
        letter
        for letter in unicodedata.normalize("NFC", words)
        if unicodedata.category(letter) not in ("Zs", "Cf") and not _selects(letter)
    )
    return "".join(dict.fromkeys(drawn))


def runs_of(
    words: str, height: int, files: Callable[[str], Iterable[Path]] | None = None
) -> list[TextRun]:
    """Return words in fonts that have their letters.

    Args:
        words: one line.
        height: of the letters, in pixels.
        files: gives the font files to look at for some letters; None: those of this computer.

    Raises:
        UsageError: no font at hand has some letter, or Pillow cannot lay the words out.
    """
    words = unicodedata.normalize("NFC", "".join(each for each in words if not _selects(each)))
    _check_layout(words)
    lacking = set(letters_in(words))
    chosen: dict[str, Font] = {}
    for font in _fonts(lacking, height, files or font_files):
        has = {letter for letter in letters_in(words) if has_letter(font, letter)}
        if has.issuperset(letters_in(words)):
            return [TextRun(words, font)]
        chosen |= dict.fromkeys(has & lacking, font)
        lacking -= has
    if lacking:
        raise UsageError(_lacks(words, lacking))
    return _split(words, chosen)


def has_letter(font: Font, letter: str) -> bool:
    """Return whether a font has a letter."""
    drawn, absent = (font.getmask(each) for each in (letter, _NO_CHARACTER))
    return (drawn.size, bytes(drawn)) != (absent.size, bytes(absent)) and bool(drawn.getbbox())


def font_files(letters: str) -> list[Path]:
    """Return the files of fonts on this computer, upright sans-serif ones first.

    Args:
        letters: fontconfig, where it is there, names only fonts that have at least one of them.
    """
    found = _named_by_fontconfig(letters)
    if found is None:
        found = _in_usual_folders()
    return sorted(set(found), key=_strangeness)


def _fonts(
    letters: set[str], height: int, files: Callable[[str], Iterable[Path]]
) -> Iterator[Font]:
    usual = ImageFont.load_default(height)
    assert isinstance(usual, ImageFont.FreeTypeFont)
    yield usual
    for path in files("".join(sorted(letters))):
        try:
            yield ImageFont.truetype(str(path), height)
        except OSError:  # bitmap fonts of another size, and broken files
            continue


def _split(words: str, chosen: dict[str, Font]) -> list[TextRun]:
    if any(unicodedata.bidirectional(letter) in _RIGHT_TO_LEFT for letter in words):
        raise UsageError(
            f"--label {words!r}: no font at hand has all of its letters, and those written from "
            "right to left cannot be mixed with another font's; use words of one script"
        )
    fonts: list[Font] = []
    for letter in words:
        font = chosen.get(letter)
        joins = unicodedata.combining(letter) or unicodedata.category(letter) in _NEUTRAL
        if fonts and (font is None or (joins and has_letter(fonts[-1], letter))):
            font = fonts[-1]
        fonts.append(font or next(iter(chosen.values())))
    pairs = groupby(zip(words, fonts, strict=True), key=lambda pair: id(pair[1]))
    return [
        TextRun("".join(letter for letter, _ in part), part[0][1])
        for part in (list(each) for _, each in pairs)
    ]


def _check_layout(words: str) -> None:
    if features.check("raqm"):
        return
    shaped = [each for each in words if unicodedata.category(each) in ("Mn", "Mc", "Cf")]
    backwards = [each for each in words if unicodedata.bidirectional(each) in _RIGHT_TO_LEFT]
    if found := [*backwards, *shaped]:
        what = "written from right to left" if backwards else "joined with their neighbours"
        raise UsageError(
            f"--label {words!r}: {_names(found)} must be {what}, which this Pillow cannot (it has "
            "no libraqm); install Pillow's own wheel with libfribidi, or use other letters"
        )


def _lacks(words: str, lacking: set[str]) -> str:
    named = _names([letter for letter in letters_in(words) if letter in lacking])
    return (
        f"--label {words!r}: no font at hand can draw {named}; install one that can, e.g. of the "
        "Noto family, or use other letters"
    )


def _names(letters: list[str]) -> str:
    named = [f"{letter} (U+{ord(letter):04X})" for letter in dict.fromkeys(letters)]
    return ", ".join(named[:6]) + (f" and {len(named) - 6} more" if len(named) > 6 else "")


def _selects(letter: str) -> bool:
    return "\ufe00" <= letter <= "\ufe0f" or "\U000e0100" <= letter <= "\U000e01ef"


def _named_by_fontconfig(letters: str) -> list[Path] | None:
    """Return the files that fontconfig names; None where it is not there or fails."""
    program = shutil.which("fc-list")
    if program is None:
        return None
    found: list[Path] = []
    for letter in letters:
        pattern = f":charset={ord(letter):x}"
        try:
            answer = subprocess.run(
                [program, "--format", "%{file}\n", pattern],
                capture_output=True, text=True, timeout=_SECONDS, check=True,
            )  # fmt: skip
        except (OSError, subprocess.SubprocessError):
            return None
        found += [Path(line) for line in answer.stdout.splitlines() if line]
    return [path for path in found if path.suffix.lower() in _SUFFIXES]


def _in_usual_folders() -> list[Path]:
    places = _PLACES.get(sys.platform, _PLACES["linux"])
    folders = (Path(os.path.expandvars(place)).expanduser() for place in places)
    return [
        path
        for folder in folders
        if folder.is_dir()
        for path in folder.rglob("*")
        if path.suffix.lower() in _SUFFIXES
    ]


def _strangeness(path: Path) -> tuple[bool, bool, str]:
    """Return what orders fonts: slanted, bold and narrow ones late, sans-serif ones early."""
    name = path.stem.lower()
    styles = ("italic", "oblique", "bold", "thin", "black", "condensed", "light", "mono")
    return any(style in name for style in styles), "sans" not in name, str(path)

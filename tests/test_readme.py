"""Runs the blocks of all READMEs that are marked `<!-- runs in the tests -->`, in their order."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
FOLDERS = ("", "capture", "choreography", "synth", "checkpoints", "tools", "tools/benchmarks")
READMES = {
    Path(folder) / "README.md": (ROOT / folder / "README.md").read_text(encoding="utf-8")
    for folder in FOLDERS
}
TEXT = "\n".join(READMES.values())
LARGEST_PICTURE = 300_000
CHANGES = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
NUMERALS = ("twenty", "thirty", "forty", "fifty", "sixty")
BLOCK = re.compile(r"<!-- runs in the tests -->\n```(sh|python)\n(.*?)```", re.DOTALL)
BLOCKS = BLOCK.findall(TEXT)


def test_every_readme_of_the_product_is_looked_at():
    found = {
        file.relative_to(ROOT) for room in FOLDERS[1:] for file in ROOT.glob(f"{room}/**/README.md")
    }
    assert found | {Path("README.md")} == READMES.keys()


def test_the_readmes_have_marked_blocks():
    assert {language for language, _ in BLOCKS} == {"sh", "python"}
    assert BLOCK.findall(READMES[Path("README.md")])


def test_what_people_see_first_is_short_and_has_one_picture():
    readme = READMES[Path("README.md")]
    assert len(readme.splitlines()) <= 170
    (picture,) = re.findall(r"!\[[^\]]+\]\(([^)]+)\)", readme)
    assert (ROOT / picture).stat().st_size <= LARGEST_PICTURE


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("readme")


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: block[1].splitlines()[0][:40])
def test_a_marked_block_runs(block, folder):
    language, text = block
    command = ["bash", "-euo", "pipefail", "-c", text]
    if language == "python":
        command = [sys.executable, "-c", text]
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    environment = {**os.environ, "PATH": path}
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-4000:]


@pytest.mark.parametrize("readme", READMES, ids=Path.as_posix)
def test_local_links_lead_somewhere(readme):
    targets = re.findall(r"\]\((?!https?://|#)([^)#]+)", READMES[readme])
    place = (ROOT / readme).parent
    assert [target for target in targets if not (place / target).exists()] == []


def test_every_command_in_a_block_is_understood():
    from stickdance.tools.cli import _named, function_of
    from stickdance.tools.command_line import parsed

    blocks = "\n".join(re.findall(r"```sh\n(.*?)```", TEXT, re.DOTALL)).replace("\\\n", " ")
    words = [shlex.split(line.split(" > ")[0], comments=True) for line in blocks.splitlines()]
    commands = [line[1:] for line in words if line[:1] == ["stickdance"]]
    assert len(commands) > 20
    for name, rest in map(_named, commands):
        parsed(function_of(name), rest, f"stickdance {name}")


def test_every_subcommand_is_told_of():
    from stickdance.tools.cli import COMMANDS

    assert [name for name in COMMANDS if f"stickdance {name}" not in TEXT] == []


def test_the_numbers_are_those_of_the_code():
    from stickdance.capture.media import audio
    from stickdance.capture.media.ffmpeg import LARGEST_SIDE, LONGEST
    from stickdance.choreography.actions.own import repertoire_with

    text = " ".join(TEXT.split())
    actions = len(repertoire_with(()).actions)
    counts = re.findall(r"(\S+) (?:named )?actions\b", (TEXT + CHANGES).lower())
    numbers = [word for word in counts if word.isdecimal() or word.startswith(NUMERALS)]
    assert numbers
    assert set(numbers) == {str(actions)}
    assert f"a song must be at least {audio.SHORTEST:g} s long" in text
    assert LONGEST == 3 * 3600
    assert f"up to three hours, frames up to {LARGEST_SIDE} pixels a side" in text

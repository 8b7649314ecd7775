"""Runs the blocks of the README that are marked `<!-- runs in the tests -->`."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
CHANGES = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
NUMERALS = ("twenty", "thirty", "forty", "fifty", "sixty")
BLOCK = re.compile(r"<!-- runs in the tests -->\n```(sh|python)\n(.*?)```", re.DOTALL)
BLOCKS = BLOCK.findall(README)


def test_the_readme_has_marked_blocks():
    assert {language for language, _ in BLOCKS} == {"sh", "python"}


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


def test_local_links_lead_somewhere():
    targets = re.findall(r"\]\((?!https?://|#)([^)#]+)", README)
    assert [target for target in targets if not (ROOT / target).exists()] == []


def test_every_subcommand_is_told_of():
    from stickdance.tools.cli import COMMANDS

    assert [name for name in COMMANDS if f"stickdance {name}" not in README] == []


def test_the_numbers_are_those_of_the_code():
    from stickdance.capture.media import audio, probing
    from stickdance.capture.media.ffmpeg import LARGEST_SIDE
    from stickdance.choreography.actions.own import repertoire_with

    text = " ".join(README.split())
    actions = len(repertoire_with(()).actions)
    counts = re.findall(r"(\S+) (?:named )?actions\b", (README + CHANGES).lower())
    numbers = [word for word in counts if word.isdecimal() or word.startswith(NUMERALS)]
    assert numbers
    assert set(numbers) == {str(actions)}
    assert f"a song must be at least {audio.SHORTEST:g} s long" in text
    assert audio.LONGEST == probing.LONGEST == 3 * 3600
    assert f"up to three hours, frames up to {LARGEST_SIDE} pixels a side" in text

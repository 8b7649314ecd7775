import errno
import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import pytest
import tyro

from stickdance.tools import cli


def run(monkeypatch, command, arguments=()):
    monkeypatch.setitem(cli.COMMANDS, "try", "")
    monkeypatch.setattr(cli, "function_of", lambda name: command)
    with pytest.raises(SystemExit) as left:
        cli.main(["try", *arguments])
    return left.value.code


def test_help_lists_every_subcommand(capsys):
    with pytest.raises(SystemExit) as left:
        cli.main(["--help"])
    assert left.value.code == 0
    printed = capsys.readouterr().out
    assert all(name in printed for name in cli.COMMANDS)


def test_no_words_at_all_is_a_usage_error(capsys):
    with pytest.raises(SystemExit) as left:
        cli.main([])
    assert left.value.code == 2
    assert "usage" in capsys.readouterr().err


def test_help_of_the_first_of_two_words_lists_the_second(capsys):
    assert cli.run(["hub", "--help"]) == 0
    told = capsys.readouterr().out
    assert "stickdance hub SUBCOMMAND" in told and "hub push" in told and "models" not in told


def test_a_misspelt_subcommand_gets_the_nearest_one(capsys):
    with pytest.raises(SystemExit) as left:
        cli.main(["chorograph"])
    assert left.value.code == 2
    assert "did you mean 'choreograph'?" in capsys.readouterr().err


def test_json_prints_one_object_and_nothing_else(monkeypatch, capsys):
    def command() -> dict:
        print("progress", file=sys.stderr)
        return {"video": "a.mp4"}

    assert run(monkeypatch, command, ["--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"video": "a.mp4"}


def test_an_error_is_one_line_with_its_exit_status(monkeypatch, capsys):
    class BadInput(Exception):
        exit_status = 3

    def command() -> dict:
        raise BadInput("song.mp3: no such file\n  expected a song")

    assert run(monkeypatch, command) == 3
    assert capsys.readouterr().err == "stickdance: song.mp3: no such file expected a song\n"


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EACCES, errno.EROFS])
def test_a_refusal_of_the_disk_is_exit_status_5(monkeypatch, number):
    def command() -> dict:
        raise OSError(number, os.strerror(number), "out.mp4")

    assert run(monkeypatch, command) == 5


def test_ctrl_c_is_exit_status_130(monkeypatch):
    def command() -> dict:
        raise KeyboardInterrupt

    assert run(monkeypatch, command) == 130


def test_sigterm_is_exit_status_143():
    code = (
        "from stickdance.tools import cli; import time\n"
        "def command() -> dict: print('ready', flush=True); time.sleep(20)\n"
        "cli.COMMANDS['try'] = ''; cli.function_of = lambda name: command; cli.main(['try'])"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as process:
        assert process.stdout.readline().strip() == b"ready"
        time.sleep(0.1)
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 143


def test_a_fault_of_our_own_is_not_dressed_up(monkeypatch):
    def command() -> dict:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        run(monkeypatch, command)


def test_numbers_of_a_flag_are_finite_whatever_the_command(monkeypatch, capsys):
    @dataclass(frozen=True)
    class Options:
        minutes: float = 1.0
        end: Annotated[float | None, tyro.conf.arg(name="to")] = None

    def command(options: Options = Options()) -> dict:
        return {"done": options.minutes}

    assert run(monkeypatch, command, ["--minutes", "2"]) == 0
    assert run(monkeypatch, command, ["--minutes", "inf"]) == 2
    assert run(monkeypatch, command, ["--to", "nan"]) == 2
    told = capsys.readouterr().err
    assert told.splitlines() == [
        "stickdance: --minutes inf: expected a finite number",
        "stickdance: --to nan: expected a finite number",
    ]


def test_an_output_that_is_also_an_input_is_refused_under_any_name(monkeypatch, capsys, tmp_path):
    footage, link = tmp_path / "anna.mp4", tmp_path / "link.mp4"
    footage.touch()
    link.symlink_to(footage)

    def command(
        output: Path, videos: tyro.conf.Positional[tuple[Path, ...]] = (), background: str = "room"
    ) -> dict:
        return {}

    other = str(tmp_path / "other.mp4")
    assert run(monkeypatch, command, [str(footage), "--output", other]) == 0
    assert run(monkeypatch, command, [str(footage), "--output", str(link)]) == 2
    assert run(monkeypatch, command, ["--output", str(link), "--background", str(footage)]) == 2
    assert capsys.readouterr().err.count("is also an input") == 2

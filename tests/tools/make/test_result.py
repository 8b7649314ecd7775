from pathlib import Path

import pytest

from stickdance.tools.make.options import MakeOptions, PerformerOptions
from stickdance.tools.make.result import Made, next_step


def made(folder, step="sleep"):
    return Made(
        video=folder / "out" / "anna.mp4",
        report=folder / "out" / "anna.html",
        performer=Path("performer"),
        dance=Path("dance"),
        take=None,
        seconds={"render": 1.0},
        reused=(),
        peak_memory_mb=None,
        held_out={"psnr": 30.0},
        rendered=None,
        warnings=("far",),
        next=step,
    )


def test_a_job_ends_in_three_lines_with_names_as_people_type_them(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert made(tmp_path).lines() == (
        f"video   {Path('out/anna.mp4')}\nreport  {Path('out/anna.html')}\nnext    sleep"
    )
    monkeypatch.chdir(tmp_path.parent)
    (tmp_path.parent / "elsewhere").mkdir(exist_ok=True)
    monkeypatch.chdir(tmp_path.parent / "elsewhere")
    assert str(tmp_path / "out" / "anna.mp4") in made(tmp_path).lines()


def test_programs_get_all_of_it():
    told = made(Path("x")).as_json()
    assert told["take"] is None
    assert told["video"] == str(Path("x/out/anna.mp4"))
    assert told["held_out"] == {"psnr": 30.0}
    assert told["warnings"] == ("far",)


@pytest.mark.parametrize(
    ("options", "filmed", "warnings", "words"),
    [
        (MakeOptions(demo=True, preview=3.0), False, 0, "without --preview"),
        (
            MakeOptions(footage=(Path("a.mp4"),), training=PerformerOptions(minutes=0)),
            True,
            0,
            "--minutes 5",
        ),
        (
            MakeOptions(footage=(Path("a.mp4"),), training=PerformerOptions(minutes=5)),
            True,
            0,
            r"--minutes +5",
        ),
        (MakeOptions(demo=True), False, 0, "--footage VIDEO"),
        (MakeOptions(performer=Path("anna")), False, 0, "another song"),
        (MakeOptions(demo=True), False, 1, "see the report's 1 warning first"),
        (MakeOptions(demo=True), False, 2, "see the report's 2 warnings first"),
    ],
)
def test_the_last_line_says_what_to_do_next(options, filmed, warnings, words):
    assert words in next_step(options, filmed, warnings)

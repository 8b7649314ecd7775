from types import SimpleNamespace

import pytest

from stickdance.choreography.music.structure import Section
from stickdance.choreography.plan.choreography import Choreography
from stickdance.choreography.plan.steps import Step
from stickdance.tools.dance_lines import dance_lines


@pytest.fixture
def dance(tmp_path):
    """Eight beats at 120 in a section B, two steps on them, of which 2.5 s have poses."""
    plan = Choreography(
        "song.wav", "0" * 64, 4.0, 120.0, 4, tuple(n / 2 for n in range(8)), (0, 4),
        (Section("B", 0.0, 4.0, True),), (Step("sway", 0, 4), Step("hop", 4, 4, mirrored=True)),
    )  # fmt: skip
    return SimpleNamespace(
        path=tmp_path / "dance",
        preview=tmp_path / "none.mp4",
        choreography=plan,
        poses=SimpleNamespace(seconds=2.4),
        consent_not_stated=("consent: not stated",),
        warnings=("the beat is doubtful",),
    )


def test_people_read_the_steps_by_the_numbers_that_editing_names_and_what_comes_next(dance):
    lines = dance_lines(dance).splitlines()
    assert lines[:2] == [f"dance    {dance.path}", "heard    120 BPM, 4 beats a bar, sections B"]
    rows = [line.split() for line in lines[3:6]]
    assert rows[1] == ["1", "0.0", "0-3", "B", "(chorus)", "sway"]
    assert rows[2] == ["2", "2.0", "4-7", "B", "(chorus)", "hop", "mirrored"]
    assert "note     the poses end at 2.4 s; the plan is of the whole song" in lines
    assert {"warning  consent: not stated", "warning  the beat is doubtful"} <= set(lines)
    assert lines[-2].startswith(f"next     stickdance edit-dance {dance.path} --reroll")


def test_a_dance_without_beat_and_steps_is_told_too(dance):
    plan = dance.choreography
    dance.choreography = Choreography("s", plan.sha256, 4.0, 0.0, 4, (), (), (), ())
    lines = dance_lines(dance).splitlines()
    assert lines[1] == "heard    no beat, no sections"
    assert not any("edit-dance" in line for line in lines)

import re
import time
from importlib import resources

import pytest

from stickdance.tools.studio.pages import STEPS
from stickdance.tools.studio.workspace import BUILT_IN

STATIC = resources.files("stickdance.tools.studio") / "static"
LARGEST_PAGE = 150_000  # bytes, scripts and style with it
READ = [
    ("ink", "paper"), ("ink", "panel"), ("ink", "tint"), ("ink", "raised"), ("faint", "paper"),
    ("faint", "panel"), ("accent", "paper"), ("accent", "panel"), ("on-accent", "accent"),
]  # fmt: skip


def themes():
    """The colours of both themes by name."""
    blocks = re.findall(r":root \{(.*?)\}", (STATIC / "studio.css").read_text(), re.DOTALL)
    return [dict(re.findall(r"--([\w-]+): (#[0-9a-f]+)", block)) for block in blocks]


def luminance(colour):
    """Relative luminance of WCAG 2.2."""
    digits = colour[1:] if len(colour) == 7 else "".join(2 * digit for digit in colour[1:])
    parts = [int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
def test_everything_can_be_read_in_both_themes(theme):
    colours = themes()[theme]
    for text, ground in READ:
        one, other = sorted([luminance(colours[text]), luminance(colours[ground])])
        assert (other + 0.05) / (one + 0.05) >= 4.5, (text, ground)


@pytest.mark.parametrize("step", [*STEPS, "film", "song/{song}", "dance/{id}"])
def test_a_page_is_small_and_names_every_script_that_it_loads(client, dance, step):
    page = client.get(f"/{step.format(**dance)}", follow_redirects=True)
    assert page.status_code == 200
    (script,) = re.findall(r'src="/static/([\w.]+)"', page.text)
    size, waiting, loaded = len(page.content), [script, "studio.css", "icon.svg"], set()
    while waiting:
        name = waiting.pop()
        if name not in loaded:
            loaded.add(name)
            answer = client.get(f"/static/{name}")
            assert answer.status_code == 200
            size += len(answer.content)
            waiting += re.findall(r'from "\./([\w.]+)"', answer.text)
    assert size < LARGEST_PAGE


def test_a_studio_starts_does_what_waits_and_ends(client, workspace):
    workspace.songs.add({"label": "The built-in song", "state": "failed", "reason": ""}, BUILT_IN)
    (workspace.folder / "uploads").mkdir()
    with client:
        end = time.monotonic() + 30
        while workspace.people.all() == [] and time.monotonic() < end:
            time.sleep(0.01)
    assert [person["id"] for person in workspace.people.all()] == [BUILT_IN]


def test_no_page_and_no_script_names_another_address():
    for file in STATIC.iterdir():
        found = re.findall(r"https?://[^\"' )>]+", file.read_text())
        assert set(found) <= {"http://www.w3.org/2000/svg"}

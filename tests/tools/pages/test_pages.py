"""What all pages have in common: how they are written, and that nothing breaks out of them."""

import re
import shutil
import subprocess
import tomllib
from fnmatch import fnmatch
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from stickdance.capture.conditions.page import footage_page
from stickdance.capture.media.images import write_png
from stickdance.capture.media.video_writer import VideoWriter
from stickdance.capture.pages.rendering import render
from stickdance.tools import cli
from stickdance.tools.blind_test.page import QUESTIONS
from stickdance.tools.make.result import Made
from stickdance.tools.pages.report import report_page

ROOT = Path(__file__).resolve().parents[3]
FOLDERS = [ROOT / "capture/pages/templates", ROOT / "tools/pages/templates"]
SCRIPTS = sorted(file for folder in FOLDERS for file in folder.glob("*.js"))
STYLE = (FOLDERS[0] / "style.css").read_text(encoding="utf-8")
VOID = {"meta", "img", "input", "br", "hr", "link"}
EVIL = '"><script>alert(1)</script>'
SET_BY_SCRIPTS = {"playing", "current"}

CONDITION = {
    "name": EVIL, "verdict": "not usable", "reason": EVIL, "unit": "px", "judges": True,
    "more_is_better": False, "good": 1.0, "usable": 2.0, "measure": None,
}  # fmt: skip
SEEN = {"need": EVIL, "seconds": 0.2, "met": False, "advice": EVIL}
REPORT = {
    "frames": 90, "fps": 30, "seconds": 3.0, "verdict": "usable", "consent": EVIL,
    "conditions": [CONDITION, {**CONDITION, "verdict": "usable", "measure": 1.5},
                   {**CONDITION, "verdict": "good", "measure": 0.5}],
    "movements": {"seen": [SEEN, {**SEEN, "seconds": 2.0, "met": True}]},
}  # fmt: skip
SCORES = {
    "frames": 30, "psnr": 25.0, "lpips": None, "sharpness": 0.9, "reasons": {"lpips": EVIL},
    "baselines": {"nearest_frame": {"psnr": 20.0, "lpips": None}, EVIL: {"psnr": 1.0}},
}  # fmt: skip


class Page(HTMLParser):
    """A page that was read: its elements in order, and whether their ends match."""

    def __init__(self, text):
        super().__init__()
        self.elements, self.open, self.faults = [], [], []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        if len(dict(attrs)) < len(attrs):
            self.faults.append(f"<{tag}> has an attribute twice")
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"</{tag}> ends nothing, at {self.getpos()}")

    def all(self, tag):
        return [attrs for name, attrs in self.elements if name == tag]

    def values(self, attribute):
        return [attrs[attribute] for _, attrs in self.elements if attrs.get(attribute)]


@pytest.fixture(scope="module")
def pages(dance, tmp_path_factory):
    """All pages, with markup in every name and text that comes from outside."""
    place = tmp_path_factory.mktemp("pages")
    return {
        "footage.html": footage_page(EVIL, REPORT, np.zeros((9, 9, 3), np.uint8)),
        "report.html": make_report(place, dance),
        "quality.html": make_quality_page(place),
        "blind_test.html": render(
            "blind_test.html", "stickdance.tools.pages",
            number="5", clips=[("QUFB", "QkJC")], questions={**QUESTIONS, "more": EVIL},
        ),
    }  # fmt: skip


def make_report(place, dance):
    with VideoWriter(place / "a#b?.mp4", (48, 64), 10.0) as video:
        for _ in range(80):
            video.write(np.zeros((64, 48, 3), np.uint8))
    write_png(place / "samples.png", np.zeros((128, 96, 3), np.uint8))
    shares = {"filmed": 0.9, "joined": 0.06, "painted": 0.04}
    rendered = {"shares": {"frames": shares, "pixels": shares}, "shadow": "cast"}
    made = Made(
        video=place / "a#b?.mp4", report=place / "a.html", performer=place, dance=place, take=place,
        seconds={"train": 3.0}, reused=("train",), peak_memory_mb=None, held_out=SCORES,
        rendered=rendered, warnings=(EVIL,), next=EVIL,
    )  # fmt: skip
    l1 = [(n / 700, 2 - n / 699) for n in range(700)]  # more than there are places along a curve
    curves = {"l1": l1, EVIL: [(0.0, 1.0), (1.0, 3.0)], "one": [(0.0, 1.0)]}
    performer = SimpleNamespace(path=place, size=(48, 64), curves=curves)
    return report_page(made, dance, performer, None)


def make_quality_page(place):
    for side, level in (("real", 90), ("<b>fake", 120)):
        for number in range(3):
            picture = np.full((40, 40, 3), level + number, np.uint8)
            write_png(place / side / f"<i>{number}.png", picture)
    words = [place / "real", place / "<b>fake", "--metrics", "psnr,ssim", "-o", place / "scores"]
    with pytest.raises(SystemExit):
        cli.main(["evaluate", *map(str, words)])
    return (place / "scores" / "report.html").read_text(encoding="utf-8")


NAMES = ["footage.html", "report.html", "quality.html", "blind_test.html"]


def test_every_template_of_a_page_is_looked_at():
    shared = {"page.html", "parts.html"}
    assert {file.name for folder in FOLDERS for file in folder.glob("*.html")} == {*NAMES, *shared}


@pytest.mark.parametrize("name", NAMES)
def test_a_page_is_well_formed(pages, name):
    page = Page(pages[name])
    assert page.faults == []
    assert page.open == []
    assert pages[name].startswith("<!doctype html>")
    assert page.all("html") == [{"lang": "en"}]
    ids = page.values("id")
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("name", NAMES)
def test_names_and_texts_from_outside_stay_text(pages, name):
    assert EVIL not in pages[name]
    assert "<script>alert" not in pages[name]
    assert not re.search("<b>(song|fake)|<i>[0-9]", pages[name])


@pytest.mark.parametrize("name", NAMES)
def test_a_page_needs_nothing_but_the_files_beside_it(pages, name):
    page = Page(pages[name])
    assert not page.all("link")
    assert "http" not in pages[name].replace('xmlns="http://www.w3.org/2000/svg"', "")
    addresses = page.values("src") + page.values("href") + page.values("poster")
    assert {"data:" if each.startswith("data:") else each for each in addresses} <= {
        "data:", "./a%23b%3F.mp4",
    }  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_those_who_do_not_see_are_told_what_pictures_show(pages, name):
    page = Page(pages[name])
    assert all(image.get("alt") for image in page.all("img"))
    assert all(video.get("aria-label") for video in page.all("video"))
    assert all({"aria-label", "aria-hidden"} & svg.keys() for svg in page.all("svg"))


@pytest.mark.parametrize("name", NAMES)
def test_headings_leave_no_level_out(pages, name):
    levels = [int(tag[1]) for tag, _ in Page(pages[name]).elements if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


@pytest.mark.parametrize("name", NAMES)
def test_what_scrolls_by_itself_is_reached_by_the_keyboard(pages, name):
    scrolling = [attrs for _, attrs in Page(pages[name]).elements if attrs.get("class") == "wide"]
    assert all(attrs["tabindex"] == "0" and attrs["aria-label"] for attrs in scrolling)


def test_the_style_sheet_has_all_that_pages_use_and_nothing_else(pages):
    used = {each for page in pages.values() for told in Page(page).values("class")
            for each in told.split()}  # fmt: skip
    written = re.sub(r"\{[^{}]*\}", " ", re.sub(r"/\*.*?\*/", "", STYLE, flags=re.DOTALL))
    styled = set(re.findall(r"\.([a-z][\w-]*)", written))
    colours = {each for each in styled if each.startswith("colour-")}
    assert len(colours) == 8
    assert used - styled == set()
    assert styled - colours - SET_BY_SCRIPTS - used == set()
    assert STYLE.count("{") == STYLE.count("}")


@pytest.mark.parametrize("scheme", [r":root \{(.*?)\}", r"dark\) \{\s*:root \{(.*?)\}"])
def test_text_stands_out_from_the_paper_in_light_and_dark(scheme):
    colours = dict(re.findall(r"--([a-z]+): (#[0-9a-f]{3,6});", re.search(scheme, STYLE, re.S)[1]))
    for paper in ("paper", "panel"):
        for ink in ("ink", "faint", "accent", "mark", "warning", "good", "usable"):
            assert contrast(colours[ink], colours[paper]) >= 4.5, (ink, paper)


def contrast(one, other):
    """The contrast ratio of WCAG 2.1."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def luminance(colour):
    digits = colour[1:] if len(colour) == 7 else "".join(2 * each for each in colour[1:])
    levels = np.array([int(digits[n : n + 2], 16) / 255 for n in (0, 2, 4)])
    linear = np.where(levels <= 0.04045, levels / 12.92, ((levels + 0.055) / 1.055) ** 2.4)
    return float(linear @ (0.2126, 0.7152, 0.0722))


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda file: file.name)
def test_a_script_has_no_error_of_syntax(script):
    node = shutil.which("node")
    if node is None:
        pytest.skip("node is not here")
    told = subprocess.run([node, "--check", script], capture_output=True, text=True)
    assert told.returncode == 0, told.stderr
    assert script.read_text(encoding="utf-8").startswith("'use strict';")


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda file: file.name)
def test_a_script_finds_every_element_that_it_asks_for(pages, script):
    ids = set(Page(pages[f"{script.stem}.html"]).values("id"))
    text = script.read_text(encoding="utf-8")
    asked = set(re.findall(r"(?:\$|getElementById)\('([a-z]+)'\)", text))
    assert asked
    assert asked <= ids


def test_templates_styles_and_scripts_are_in_the_wheel():
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    packed = settings["tool"]["setuptools"]["package-data"]
    for folder in FOLDERS:
        package = f"stickdance.{folder.parent.relative_to(ROOT).as_posix().replace('/', '.')}"
        for file in folder.iterdir():
            assert any(fnmatch(f"templates/{file.name}", each) for each in packed[package]), file


def test_the_report_shows_the_dance_first_then_words_then_tables(pages):
    page = pages["report.html"]
    order = ["<video", 'class="strip"', "Real frame", "Better than the nearest", "<table", "chart"]
    places = [page.index(each, page.index("<main>")) for each in order]
    assert places == sorted(places)


def test_each_curve_of_the_training_has_a_chart_of_its_own(pages):
    charts = [
        each for each in Page(pages["report.html"]).all("svg") if each.get("class") == "chart"
    ]
    assert len(charts) == 2  # a curve of one point is none
    assert "l1 from 1 to 2 over minutes of training" in charts[0]["aria-label"]

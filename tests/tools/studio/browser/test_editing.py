"""The timeline of a dance and of a song, by pointer and keys."""

import json
import statistics

import numpy as np
import pytest


@pytest.fixture
def page(browser, filled):
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.set_default_timeout(20_000)
    faults = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    # Sounds that clicks make are counted where they begin.
    page.add_init_script(
        "window.clicks = []; const start = OscillatorNode.prototype.start;"
        "OscillatorNode.prototype.start = function (at) { clicks.push(at); start.call(this, at); };"
    )
    yield page
    page.close()
    assert faults == []


@pytest.fixture
def dance(page, filled):
    page.goto(f"{filled.address}/dance/{filled.dance}")
    page.locator(".step").first.wait_for()

    def view():
        return json.loads(filled.asked(f"/files/dances/{filled.dance}/view"))

    return view


def changed(page, filled, view, does):
    """Do something on the page and return the dance's view before and after it."""
    before = view()
    does()
    filled.until(lambda: view()["revision"] != before["revision"])
    page.locator("body:not(.busy)").wait_for()
    return before, view()


def actions(view):
    return [step["action"] for step in view["steps"]]


def drag(page, one, other):
    start, end = one.bounding_box(), other.bounding_box()
    page.mouse.move(start["x"] + 10, start["y"] + 20)
    page.mouse.down()
    page.mouse.move(end["x"] + end["width"] / 2, end["y"] + 20, steps=5)
    page.mouse.up()


def test_a_step_is_dragged_to_another_place_and_moved_by_keys_and_buttons(page, filled, dance):
    steps = page.locator(".step")
    before, after = changed(page, filled, dance, lambda: drag(page, steps.nth(0), steps.nth(2)))
    now = actions(before)
    assert actions(after) == [now[2], now[1], now[0], *now[3:]]
    page.locator(".step[aria-pressed=true]").wait_for()  # the one that was dragged, in its place

    def by_key():
        steps.nth(2).focus()
        page.keyboard.press("Shift+ArrowLeft")

    _, moved = changed(page, filled, dance, by_key)
    assert actions(moved) == [now[2], now[0], now[1], *now[3:]]
    page.locator(".step").nth(0).click()
    _, again = changed(page, filled, dance, page.get_by_role("button", name="Later").click)
    assert actions(again) == [now[0], now[2], now[1], *now[3:]]


def test_a_section_gets_another_style_and_energy_and_the_others_stay(page, filled, dance):
    page.locator(".section").nth(0).click()
    before, after = changed(
        page, filled, dance, lambda: page.get_by_label("Style").first.select_option("sharp")
    )
    end = before["sections"][0]["end"]
    outside = [step for step in before["steps"] if step["start"] >= end]
    assert [step for step in after["steps"] if step["start"] >= end] == outside
    assert actions(after) != actions(before)
    _, wild = changed(page, filled, dance, lambda: page.locator("#section-energy").fill("0.9"))
    inside = [step["energy"] for step in wild["steps"] if step["start"] < end - 0.01]
    assert sum(inside) / len(inside) == pytest.approx(0.9, abs=0.06)


def test_clicks_sound_on_the_beats_that_are_played(page, filled, dance):
    page.get_by_label("Click on the beats").check()
    page.get_by_role("button", name="Play").click()
    filled.until(lambda: page.evaluate("clicks.length") >= 7)
    page.get_by_role("button", name="Pause").click()
    # The middle one of many: a busy computer's sound falters.
    apart = statistics.median(np.diff(page.evaluate("clicks")))
    assert apart == pytest.approx(statistics.median(np.diff(dance()["beats"])), abs=0.05)


def test_beats_are_halved_and_a_section_is_moved_by_pointer_and_keys(page, filled):
    def heard():
        return json.loads(filled.asked(f"/files/songs/{filled.song}/heard"))

    page.goto(f"{filled.address}/song/{filled.song}")
    handle = page.get_by_role("slider").first
    handle.wait_for()
    tempo, begins = heard()["tempo"], heard()["sections"][1]["start"]
    box = handle.bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 20)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] / 2 - 60, box["y"] + 20, steps=5)
    page.mouse.up()
    filled.until(lambda: heard()["sections"][1]["start"] < begins - 1)
    moved = heard()["sections"][1]["start"]
    assert moved in heard()["beats"]
    handle.focus()
    page.keyboard.press("ArrowRight")
    filled.until(lambda: heard()["sections"][1]["start"] > moved)
    beats = heard()["beats"]
    assert heard()["sections"][1]["start"] == beats[beats.index(moved) + 1]
    page.get_by_label("Half as fast").check()
    filled.until(lambda: heard()["tempo"] < 0.6 * tempo)
    page.get_by_text("60 beats a minute").wait_for()
    page.get_by_label("As it is heard").check()
    filled.until(lambda: heard()["tempo"] == tempo)

"""Somebody is filmed in the browser, whose camera is a moving picture of its own."""

import json

from stickdance.capture.media.consent_metadata import recorded_consent
from stickdance.capture.media.video import probe


def test_somebody_is_filmed_and_becomes_a_person(page, studio, song):
    page.goto(f"{studio.address}/film")
    page.get_by_label("Name").fill("Anna")
    page.get_by_label("This person knows").check()
    page.get_by_role("button", name="Open the camera").click()
    page.locator("#begin:focus").wait_for()
    page.keyboard.press("Enter")  # no mouse, for a picture that moves keeps clicks waiting
    page.get_by_text("Stand still, arms hanging").wait_for()  # the countdown is over
    parts = studio.workspace / "recordings"
    size = 60_000  # some seconds have come
    studio.until(lambda: sum(part.stat().st_size for part in parts.rglob("*.webm")) > size)
    page.locator("#stop").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/person")
    page.get_by_role("heading", name="Anna").wait_for()
    (person,) = [each for each in studio.state()["people"] if each["id"] != "builtin"]
    footage = studio.workspace / "people" / person["id"] / "footage.mp4"
    assert probe(footage).seconds > 1
    assert recorded_consent(footage) == person["consent"]
    notes = json.loads(footage.with_suffix(".moves.json").read_text())
    assert notes["consent"] == person["consent"]
    assert "in videos made with this footage" in page.locator(".card").first.inner_text()

"""From an empty workspace to a video, as a person goes there, whatever comes between."""

import json
import re

import numpy as np
import pytest

from stickdance.capture.media.video import probe, read_frames
from stickdance.tools.jobs.queue import Jobs


def steps(page):
    return page.get_by_role("toolbar", name="Steps").get_by_role("button")


def pictures(page, studio):
    """Make the video of the dance that is open, and return its frames."""
    page.get_by_role("button", name="Make the video").click()
    page.get_by_role("link", name="Download").wait_for()
    video = studio.workspace / "videos" / page.url.rpartition("/")[2] / "dance.mp4"
    return np.stack(list(read_frames(video))).astype(np.int16)


def view(studio):
    (dance,) = studio.state()["dances"]
    return json.loads(studio.asked(f"/files/dances/{dance['id']}/view"))


def downloaded(page, folder):
    with page.expect_download() as coming:
        page.get_by_role("link", name="Download").click()
    coming.value.save_as(folder / "video.mp4")
    return folder / "video.mp4"


def test_a_song_is_added_its_dance_changed_by_keys_and_its_video_made_while_no_page_is_open(
    page, studio, song, tmp_path
):
    page.get_by_label("Add a song").set_input_files(song)
    page.get_by_role("button", name="Dance to my song").click()
    steps(page).first.wait_for()
    first = steps(page).first.inner_text()
    assert steps(page).count() > 1

    steps(page).first.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("m")
    page.get_by_role("toolbar").get_by_role("button", name=re.compile("mirrored")).first.wait_for()
    page.get_by_label("Step", exact=True).select_option("mambo")
    page.get_by_role("toolbar").get_by_role("button", name=re.compile("Mambo")).first.wait_for()
    page.get_by_role("button", name="Undo").click()
    page.get_by_role("button", name="Redo").click()
    assert steps(page).first.inner_text() == first

    page.get_by_role("button", name="Make the video").click()
    page.wait_for_url("**/video/*")
    address = page.url
    page.goto("about:blank")  # the work goes on
    page.goto(address)
    page.get_by_role("link", name="Download").wait_for()
    video = probe(downloaded(page, tmp_path))
    assert video.seconds == pytest.approx(8, abs=3)
    plan = next((studio.workspace / "videos").glob("*/plan.json")).read_text()
    assert '"mambo"' in plan


def test_two_steps_and_a_section_are_changed_and_the_video_shows_it_and_nothing_else(
    page, studio, song
):
    page.get_by_label("Add a song").set_input_files(song)
    page.get_by_role("button", name="Dance to my song").click()
    before = pictures(page, studio)
    page.get_by_role("link", name="Change the dance").click()
    steps(page).nth(2).wait_for()
    old = view(studio)
    for place, action in ((0, "mambo"), (1, "grapevine")):
        steps(page).nth(place).click()
        page.get_by_label("Step", exact=True).select_option(action)
        studio.until(lambda place=place, to=action: view(studio)["steps"][place]["action"] == to)
    changed = view(studio)["steps"][1]["end"]
    after = pictures(page, studio)
    assert len(after) == len(before) == old["frames"]
    apart = np.abs(after - before).mean(axis=(1, 2, 3))
    first, end = round(0.5 * old["fps"]), round((changed + 0.5) * old["fps"])
    assert (
        apart[first : round(changed * old["fps"])].mean() > 4 * apart[end:].mean()
    )  # whose mark alone is another

    page.get_by_role("link", name="Change the dance").click()
    page.locator(".section").first.click()
    page.get_by_role("button", name="Other steps").click()
    studio.until(lambda: view(studio)["revision"] == 4)
    again = pictures(page, studio)
    assert np.abs(again - after).mean() > 1


def test_a_moment_is_looked_at_before_the_video_is_made(page, song):
    page.get_by_label("Add a song").set_input_files(song)
    page.get_by_role("button", name="Dance to my song").click()
    page.get_by_role("button", name="Look at this moment").click()
    page.locator("#moment").wait_for()
    assert page.evaluate("document.getElementById('moment').decode().then(() => true)")
    page.locator(".step.known").first.wait_for()


def test_three_clicks_from_an_empty_workspace_to_a_video(page, tmp_path):
    page.get_by_role("button", name="Dance to The built-in song").click()
    page.get_by_role("button", name="Make the video").click()
    assert probe(downloaded(page, tmp_path)).seconds == pytest.approx(48, abs=4)


def test_a_killed_studio_finds_its_job_again(page, studio, tmp_path):
    page.get_by_role("button", name="Dance to The built-in song").click()
    page.get_by_role("button", name="Make the video").click()
    page.get_by_text("Making the frames").wait_for()
    address = page.url
    page.goto("about:blank")
    studio.kill()
    studio.start()
    page.goto(address)
    downloaded(page, tmp_path)
    (job,) = Jobs(studio.workspace / "jobs").all()
    assert (job.state, job.deaths) == ("done", 0)


def test_keys_alone_make_a_video_stop_it_and_let_it_carry_on_and_a_closed_tab_stops_nothing(
    page, studio, song, browser, tab_to
):
    tab_to("")  # the link that leads to the content
    with page.expect_file_chooser() as chooser:
        page.locator("#file").focus()
        page.keyboard.press("Enter")
    chooser.value.set_files(song)
    page.get_by_role("button", name="Dance to my song", disabled=False).wait_for(timeout=60_000)
    tab_to("Dance to my song")
    page.keyboard.press("Enter")
    steps(page).nth(1).wait_for()
    before = [steps(page).nth(place).inner_text() for place in (0, 1)]

    tab_to("Step 1,")
    page.keyboard.press("Shift+ArrowRight")
    studio.until(lambda: steps(page).first.inner_text() == before[1])
    assert steps(page).nth(1).inner_text() == before[0]
    tab_to("Make the video")
    page.keyboard.press("Enter")
    page.wait_for_url("**/video/*")
    page.get_by_text("Making the frames").wait_for()

    tab_to("Stop")
    page.keyboard.press("Enter")
    page.get_by_text("Stopped").wait_for()
    (job,) = Jobs(studio.workspace / "jobs").all()
    assert job.state == "cancelled"
    tab_to("Carry on")
    page.keyboard.press("Enter")
    page.get_by_text("Making the frames").wait_for()

    address = page.url
    page.close()
    later = browser.new_page()
    later.goto(address)
    later.get_by_text("Making the frames").wait_for()
    (job,) = Jobs(studio.workspace / "jobs").all()
    assert job.state == "running"
    later.close()
    studio.asked(f"/api/jobs/{job.id}", do="cancel")
    studio.until(lambda: Jobs(studio.workspace / "jobs").all()[0].state == "cancelled")

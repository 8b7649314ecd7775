"""Somebody who was filmed is learned."""

import re


def test_the_card_shows_the_work_though_the_form_had_the_focus(browser, filled):
    page = browser.new_page()
    page.set_default_timeout(240_000)
    page.goto(f"{filled.address}/person")
    page.get_by_label("Minutes to learn").fill("1")
    page.get_by_label("This person knows").check()
    page.get_by_role("button", name="Learn this person").click()
    # Anna's footage is not there, which is told where the form was.
    told = re.compile("Waits for its turn|Finding the person|It did not work out")
    page.get_by_text(told).wait_for()
    assert page.locator("form.learning.sent").count() == 0
    page.close()

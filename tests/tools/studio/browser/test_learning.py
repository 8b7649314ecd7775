"""Somebody who was filmed is learned."""


def test_the_card_shows_the_work_though_the_form_had_the_focus(browser, filled):
    page = browser.new_page()
    page.goto(f"{filled.address}/person")
    page.get_by_label("Minutes to learn").fill("1")
    page.get_by_label("This person knows").check()
    page.get_by_role("button", name="Learn this person").click()
    # Anna's footage is not there, which is told where the form was.
    page.get_by_text("It did not work out").or_(page.get_by_text("Finding the person")).wait_for()
    assert page.locator("form.learning.sent").count() == 0
    page.close()

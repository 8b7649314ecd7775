import json

import numpy as np

from stickdance.capture.conditions.contact_sheet import Glimpses, contact_sheet
from stickdance.capture.conditions.page import condition_rows, footage_page, lines_for_people
from stickdance.capture.media.images import read_picture


def test_glimpses_keep_the_wanted_frames_alone():
    glimpses = Glimpses.over(100, 5)
    for number in range(100):
        glimpses.look(number, np.full((4, 4, 3), number, np.uint8), np.zeros((4, 4), np.uint8))
    assert glimpses.numbers == [0, 25, 50, 74, 99] or glimpses.numbers == [0, 25, 50, 75, 99]
    assert [int(picture[0, 0, 0]) for picture in glimpses.pictures] == glimpses.numbers


def test_a_short_take_gives_each_frame_once():
    assert Glimpses.over(3, 24).wanted == {0, 1, 2}


def test_the_sheet_shows_frames_with_matte_edge_and_skeleton(filmed):
    glimpses = Glimpses.over(60, 6)
    for number in range(60):
        glimpses.look(number, filmed.pictures[number], filmed.mattes[number])
    sheet = contact_sheet(glimpses, filmed.poses, columns=3)
    assert sheet.shape == (2 * (288 + 22), 3 * 346, 3)
    magenta = (np.abs(sheet.astype(int) - (255, 40, 220)).max(-1) < 3).sum()
    assert magenta > 6 * 300
    assert (sheet[:22] == 255).mean() > 0.8  # the strip of the times


def test_a_take_holds_its_sheet_and_its_page(take):
    sheet = read_picture(take.path / "contact.png")
    assert sheet.shape[0] > 4 * 288
    page = (take.path / "footage.html").read_text()
    assert "Footage of anna" in page
    assert "data:image/jpeg;base64," in page
    assert "<script" not in page
    assert "http://" not in page.replace("http://www.w3.org/2000/svg", "")


def test_the_page_tells_each_condition_with_measure_threshold_and_reason(take):
    report = json.loads((take.path / "report.json").read_text())
    rows = {row.name: row for row in condition_rows(report)}
    assert rows.keys() == {each["name"] for each in report["conditions"]}
    assert rows["camera motion"].thresholds.startswith("good ≤")
    page = (take.path / "footage.html").read_text()
    for row in rows.values():
        assert all(f">{cell}</" in page for cell in (row.name, row.measured, row.thresholds))
    assert lines_for_people(report)["camera motion"].endswith("the camera stands still")


def test_words_from_outside_are_escaped(take):
    report = {**take.report, "consent": "<script>alert(1)</script>"}
    page = footage_page("<b>", report, np.zeros((9, 9, 3), np.uint8))
    assert "<script>" not in page
    assert "Footage of <b>" not in page

import base64

import cv2
import numpy as np
import pytest
from jinja2 import UndefinedError

from stickdance.capture.pages.rendering import as_data_url, clock, number, render, templates_of


def made_of(template, **values):
    return templates_of("stickdance.capture.pages").from_string(template).render(**values)


def test_a_picture_comes_back_from_its_address():
    picture = np.full((16, 16, 3), (200, 60, 20), np.uint8)
    kind, data = as_data_url(picture).split(",")
    assert kind == "data:image/jpeg;base64"
    back = cv2.imdecode(np.frombuffer(base64.b64decode(data), np.uint8), cv2.IMREAD_COLOR)
    assert np.abs(back[..., ::-1].astype(int) - picture).max() < 8


def test_what_is_filled_in_cannot_become_markup():
    told = made_of('<p title="{{ text }}">{{ text }}</p>', text='"><script>alert(1)</script>')
    assert told.count("<") == 2
    assert told.count('"') == 2


def test_a_name_that_a_template_misspells_is_an_error():
    with pytest.raises(UndefinedError, match="nmae"):
        made_of("{{ nmae }}", name="anna")
    with pytest.raises(UndefinedError):
        render("footage.html", name="anna")


def test_values_for_scripts_keep_their_order_and_cannot_end_the_script():
    told = made_of("{{ values | tojson }}", values={"b": 1, "a": "</script>"})
    assert told == '{"b": 1, "a": "\\u003c/script\\u003e"}'


def test_numbers_and_times_are_written_for_people():
    assert [number(value) for value in (12345, 0.123456, 98.7654321, None)] == [
        "12,345", "0.1235", "98.77", "–",
    ]  # fmt: skip
    assert [clock(seconds) for seconds in (0.0, 9.96, 59.97, 75.3, 3725.0)] == [
        "0:00.0", "0:10.0", "1:00.0", "1:15.3", "62:05.0",
    ]  # fmt: skip

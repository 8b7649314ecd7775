import base64
from xml.etree import ElementTree

import cv2
import numpy as np

from stickdance.tools.pages.report_pictures import as_data_url, curve_svg


def test_a_picture_comes_back_from_its_address():
    picture = np.full((16, 16, 3), (200, 60, 20), np.uint8)
    kind, data = as_data_url(picture).split(",")
    assert kind == "data:image/jpeg;base64"
    back = cv2.imdecode(np.frombuffer(base64.b64decode(data), np.uint8), cv2.IMREAD_COLOR)
    assert np.abs(back[..., ::-1].astype(int) - picture).max() < 8


def test_a_chart_is_svg_with_a_line_and_a_legend_for_each_curve():
    svg = ElementTree.fromstring(
        curve_svg({"l1": [(0, 2), (1, 1)], "matte": [(0, 1), (1, 3)]}, "m")
    )
    names = [child.tag.split("}")[1] for child in svg]
    assert names.count("polyline") == 2
    assert next(child.text for child in svg if child.tag.endswith("text")).startswith("l1 1")


def test_a_falling_loss_is_drawn_falling():
    svg = ElementTree.fromstring(curve_svg({"l1": [(0, 2), (1, 1)]}, "minutes"))
    (line,) = [child for child in svg if child.tag.endswith("polyline")]
    start, end = (float(point.split(",")[1]) for point in line.get("points").split())
    assert end > start  # y grows downwards


def test_curves_of_one_point_are_left_out():
    assert "polyline" not in curve_svg({"l1": [(0, 2)]}, "minutes")

"""Templates into HTML pages that carry their style, scripts and pictures and open anywhere.

What is filled in is escaped, and a name that a template misspells is an error. Templates lie in the
folder `templates` of the package whose pages they are; all may build on those of this one.
"""

import base64
from functools import cache
from typing import Any

import cv2
import numpy as np
from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined

PAGES = "stickdance.capture.pages"


def render(template: str, package: str = PAGES, **values: Any) -> str:
    """Return a template filled with values.

    Args:
        template: a file in the folder `templates` of `package`, or of this one.
        package: whose pages they are.
        values: by the names that the template uses.
    """
    return templates_of(package).get_template(template).render(**values)


def macro(template: str, name: str, package: str = PAGES, **values: Any) -> str:
    """Return what one macro of a template makes of values: a part of a page, not escaped again."""
    part: str = getattr(templates_of(package).get_template(template).module, name)(**values)
    return part


@cache
def templates_of(package: str) -> Environment:
    """Return the templates of a package, and those of this one."""
    places = dict.fromkeys((package, PAGES))
    environment = Environment(
        loader=ChoiceLoader([PackageLoader(place) for place in places]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"data_url": as_data_url, "number": number, "clock": clock}
    environment.policies["json.dumps_kwargs"] = {}  # in the order given, not sorted
    environment.globals["source_of"] = lambda name: _source(environment, name)
    return environment


def as_data_url(picture: np.ndarray) -> str:
    """Return a uint8 RGB picture as a `data:` address, in JPEG of high quality."""
    good, data = cv2.imencode(".jpg", picture[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, 90])
    if not good:
        raise ValueError(f"a picture of shape {picture.shape} cannot be encoded as JPEG")
    return "data:image/jpeg;base64," + base64.b64encode(data.tobytes()).decode("ascii")


def number(value: Any) -> str:
    """Return a number as people read it, four digits of a fraction; a dash for what is none."""
    if isinstance(value, int):
        return f"{value:,}"
    return f"{value:.4g}" if isinstance(value, float) else "–"


def clock(seconds: float) -> str:
    """Return a time as minutes and seconds: 75.3 -> "1:15.3"."""
    tenths = round(10 * seconds)
    return f"{tenths // 600}:{tenths // 10 % 60:02}.{tenths % 10}"


def _source(environment: Environment, name: str) -> str:
    """Return a style sheet or script as it stands."""
    assert environment.loader is not None
    return environment.loader.get_source(environment, name)[0]

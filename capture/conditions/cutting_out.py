"""The person cut out of the room: how clean, whole and calm that is, told without a truth."""

import math
from collections.abc import Mapping

from stickdance.capture.conditions.condition import Condition, judged

_DO = "wear colours that differ from the background, and film in more and even light"


def judge_mattes(figures: Mapping[str, float], lost: float) -> list[Condition]:
    """Return the conditions that tell whether the person can be cut out of the room.

    Args:
        figures: of a take's mattes, see `stickdance.capture.matting.matte_quality`; one that could
            not be measured is absent, and held against nobody.
        lost: share 0..1 of the frames that show the person in which nothing was cut out.
    """

    def of(name: str) -> float:
        return float(figures.get(name, math.nan))

    held, missed, flicker = 100 * of("held"), 100 * of("missed"), 100 * of("flicker") / 255
    torn = of("islands") + of("holes")
    return [
        judged(
            "background cut out with the person", held, "% of the person", good=8, usable=40,
            well="the person comes without the background",
            ill=f"pieces of the background, {held:.0f} % of the person's area, are cut out with "
            f"the person and will dance along; {_DO}",
        ),
        judged(
            "person cut off", missed, "% of the person", good=3, usable=25,
            well="the person is cut out whole",
            ill=f"about {missed:.0f} % of the person is left behind when they are cut out: hands, "
            f"hair or clothes will be missing; {_DO}",
        ),
        judged(
            "torn outline", torn, "specks and holes a frame", good=2, usable=15,
            well="the person is cut out in one piece",
            ill=f"{torn:.1f} specks and holes a frame lie in or beside the person cut out; {_DO}",
        ),
        judged(
            # Never unusable by this alone: flow errs where clothes have no pattern.
            "flickering outline", flicker, "% from frame to frame", good=2, usable=100,
            well="the person's outline is calm",
            ill=f"the person's outline flickers by {flicker:.1f} % from frame to frame; film in "
            "more light, with exposure and focus locked, before something plainer",
        ),
        judged(
            "person not cut out", 100 * lost, "% of frames", good=2, usable=30,
            well="the person is cut out in every frame",
            ill=f"in {100 * lost:.0f} % of the frames the person is there but was not cut out; "
            f"these teach nothing; {_DO}",
        ),
    ]  # fmt: skip

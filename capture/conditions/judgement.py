"""All that was measured about footage together: conditions, movements, the verdict."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from stickdance.capture.conditions.condition import Condition, Verdict, judged, worst
from stickdance.capture.conditions.movements import Movements, movements_as_json, seen_movements
from stickdance.capture.conditions.picture import PictureFacts


@dataclass(frozen=True)
class Judgement:
    """The verdict on a take, with what it rests on."""

    conditions: tuple[Condition, ...]
    movements: Movements

    @property
    def verdict(self) -> Verdict:
        """Return the verdict of the worst condition among those that judge."""
        return worst(each.verdict for each in self.conditions if each.judges)

    @property
    def remarks(self) -> list[str]:
        """Return one line for everything that is not good and was not mended, the worst first."""
        poor = [each for each in self.conditions if each.verdict != "good" and not each.corrected]
        poor.sort(key=lambda each: each.verdict != "not usable")
        lines = [each.reason for each in poor]
        if self.movements.missing:
            lines.append(f"never danced in it: {', '.join(self.movements.missing)}")
        return lines

    def as_json(self) -> dict[str, Any]:
        """Return verdict, conditions and movements as JSON values."""
        return {
            "verdict": self.verdict,
            "conditions": [asdict(each) for each in self.conditions],
            "movements": movements_as_json(self.movements),
        }


def judge_pictures(facts: PictureFacts) -> list[Condition]:
    """Return the conditions that follow from sampled pictures."""
    return [
        judged(
            "blur", facts.blur, "", good=0.6, usable=0.75,
            well="the person is sharp",
            ill=f"the person is blurred ({facts.blur:.2f} of 1); clean the lens, focus, more light",
        ),
        judged(
            "restless background", facts.noise, "grey values", good=6, usable=14,
            well="the background is calm",
            ill=f"the background is restless (standard deviation {facts.noise:.0f} of 255); film "
            "in steady light, where nothing else moves",
        ),
        judged(
            "clutter near the person", 100 * facts.clutter, "%", good=30, usable=60,
            well="the background near the person is calm",
            ill=f"{100 * facts.clutter:.0f} % of the background near the person is fine detail; "
            "film before something plainer",
        ),
        judged(
            "clothes like the background", 100 * facts.alike, "% of the outline", good=20,
            usable=50,
            well="the person stands out",
            ill=f"along {100 * facts.alike:.0f} % of the outline person and background have about "
            "one colour; wear something else",
        ),
    ]  # fmt: skip


def faults_of(report: Mapping[str, Any]) -> list[str]:
    """Return one line for everything that makes footage not usable, from its take's report."""
    return [
        str(each["reason"])
        for each in report.get("conditions", [])
        if each["verdict"] == "not usable" and each["judges"]
    ]


def verdict_line(report: Mapping[str, Any]) -> str:
    """Return a take's verdict in one line, from its report; "" where it has none."""
    verdict, movements = report.get("verdict"), seen_movements(report)
    if verdict is None:
        return ""
    poor = [
        f"{each['name']} {each['verdict']}"
        for each in report.get("conditions", [])
        if each["verdict"] != "good" and each["judges"]
    ]
    tail = f" ({', '.join(poor)})" if poor else ""
    met = sum(bool(each["met"]) for each in movements)
    seen = f"; {met} of {len(movements)} movements of a dance seen" if movements else ""
    return f"{verdict} footage{tail}{seen}"

"""An account of the frames that something is wrong with: how many, and the first names."""

from dataclasses import dataclass, field
from typing import Any

_NAMED = 20  # frames that a report names; the others are counted


@dataclass
class Tally:
    """Frames of one kind."""

    count: int = 0
    first: list[str] = field(default_factory=list)

    def add(self, name: str) -> None:
        """Count a frame."""
        self.count += 1
        if len(self.first) < _NAMED:
            self.first.append(name)

    def as_json(self) -> dict[str, Any]:
        """Return `count` and the `first` names."""
        return {"count": self.count, "first": self.first}


@dataclass
class Tallies:
    """All accounts of one comparison."""

    missing: Tally = field(default_factory=Tally)
    """The rendered side lacks them."""
    extra: Tally = field(default_factory=Tally)
    """The reference lacks them."""
    between: Tally = field(default_factory=Tally)
    """Alone only because the other side has a lower rate."""
    mis_sized: Tally = field(default_factory=Tally)
    unreadable: Tally = field(default_factory=Tally)
    """With the reason."""
    converted: dict[str, Tally] = field(default_factory=dict)
    """By what was done to make 8-bit RGB of them."""
    identical: int = 0
    """Pairs without any difference."""

    def as_json(self) -> dict[str, Any]:
        """Return all accounts as JSON values."""
        named = ("missing", "extra", "between", "mis_sized", "unreadable")
        return {
            **{name: getattr(self, name).as_json() for name in named},
            "converted": {what: tally.as_json() for what, tally in sorted(self.converted.items())},
            "identical": self.identical,
        }

    def warnings(self, resized: bool) -> list[str]:
        """Return a line for people about each account that is not empty.

        Args:
            resized: whether frames of another size were scaled, instead of left out.
        """
        fate = "scored after scaling" if resized else "not scored; --resize scales them"
        lines = [
            (self.missing, "the rendered side lacks {} of the reference", "not scored"),
            (self.extra, "the rendered side has {} that the reference lacks", "not scored"),
            (self.between, "{} have no partner at their time", "not scored"),
            (self.mis_sized, "{} of the rendered side have another size", fate),
            (self.unreadable, "{} cannot be read", "not scored"),
        ]
        lines += [
            (tally, f"{{}} changed: {what}", "scored so")
            for what, tally in sorted(self.converted.items())
            if not what.endswith("to RGB")  # which loses nothing
        ]
        return [
            f"{text.format(_frames(tally.count))} (first: {tally.first[0]}), {outcome}"
            for tally, text, outcome in lines
            if tally.count
        ]


def _frames(count: int) -> str:
    return "1 frame" if count == 1 else f"{count} frames"

"""The table of ways of dancing, for a terminal."""

from collections.abc import Mapping, Sequence
from typing import Any

from stickdance.tools.text_table import aligned, figure

_HEAD = (
    "", "FID", "beat coverage", "hit .15", "chance", "others", "margin", "hit .07", "chance",
    "others", "margin", "FACT", "others", "Bailando", "others", "diversity", "speed",
    "Ban: FID", "coverage", "hit .15",
)  # fmt: skip


def table_text(result: Mapping[str, Any]) -> str:
    """Return what `dance_table` found as lines for people."""
    rows = [_row(row) for row in result["rows"]]
    rows.append(_row({**result["real_as_they_are"], "name": "real, as they are"}))
    return "\n".join([aligned([_HEAD, *rows]), "", *_notes(result), *_seams(result["rows"])])


def _row(row: Mapping[str, Any]) -> Sequence[str]:
    shuffled, margins = row["shuffled"], row["margins"]
    return (
        row["name"],
        figure(row["frechet_distance"], ".2f"),
        figure(row["beat_coverage"], ".1%"),
        *(
            cell
            for name in ("hit_rate_150ms", "hit_rate")
            for cell in (
                figure(row[name], ".1%"),
                figure(row[f"{name}_by_chance"], ".1%"),
                figure(shuffled[name], ".1%"),
                _margin(margins[name]),
            )
        ),
        *(
            figure(scores[name], ".3f")
            for name in ("beat_align_fact", "beat_align_bailando")
            for scores in (row, shuffled)
        ),
        figure(row["diversity"], ".2f"),
        figure(row["speed"], ".2f"),
        figure(row["as_ban"]["fid"], ".2f"),
        figure(row["as_ban"]["beat_coverage"], ".1%"),
        figure(row["as_ban"]["hit_rate"], ".1%"),
    )


def _notes(result: Mapping[str, Any]) -> list[str]:
    options = result["options"]
    fps = options["model_fps"]
    brought = f"All but the last row were brought to {fps:g} frames a second and back. " * (fps > 0)
    floor = result["frechet_floor"]
    halves = (
        ""
        if floor is None
        else f" One half of the real dances lies {floor:.1f} from the other (mean of 10 splits)."
    )
    return [
        f"{result['songs']} songs; means over dances. {brought}FID: Frechet distance of frames' "
        f"places and velocities from the real dances.{halves}",
        "beat coverage: motion beats per music beat. hit: share of motion beats within .15 and "
        ".07 s of a music beat; chance: with the beats shifted at random; others: the same dances "
        f"set to {options['other_songs']} other songs; margin: own song minus others, with its "
        "standard error.",
        "FACT, Bailando: the two beat alignment scores. speed: of the fastest joint, body heights "
        "a second. Ban: as Songha Ban's thesis defines them: FID of poses that are not "
        "standardised, motion beats where the joints' falls of speed exceed their deviation, music "
        "beats every strong onset. Published: real dances 60.3% and 91.5%, GRU 14.8, 50.4%, 91.5%.",
    ]


def _seams(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    lines = []
    for row in rows:
        seams = row["seams"]
        if seams is None:
            continue
        lines.append(
            f"{row['name']}: {seams['borders']} chunk borders; largest joint speed there within "
            f"the 99th percentile elsewhere in {seams['smooth_dances']} of {seams['dances']} "
            f"dances (as large by chance: {seams['mean_by_chance']:.0%}), at most "
            f"{seams['largest_over_99th_percentile']:.2f} of it; mean speed around borders over "
            f"elsewhere {seams['speed_around_over_elsewhere']:.2f}"
        )
    return ["", *lines] if lines else []


def _margin(margin: Mapping[str, float] | None) -> str:
    if margin is None:
        return "-"
    return f"{100 * margin['mean']:+.1f}±{100 * margin['standard_error']:.1f}"

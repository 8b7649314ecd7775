"""The page about a comparison: one HTML file that carries its pictures and opens anywhere."""

import html
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet

from stickdance.checkpoints.files import whole_file
from stickdance.synth.quality.many import ManyScores
from stickdance.synth.quality.metrics import FRECHET, METRICS, REGIONS, metric_of, title_of
from stickdance.synth.quality.result_files import FRAMES_PARQUET
from stickdance.synth.quality.statistics import worst_places
from stickdance.tools.pages.quality_charts import curve, histogram
from stickdance.tools.pages.quality_pictures import FULL_SCALE, Shown, show_frame, spread_out
from stickdance.tools.pages.report_pictures import as_data_url

PAGE = "report.html"
_JUDGES = ("ssim_gaussian", "ssim_skimage", "ssim_luma", "ms_ssim", "psnr", "lpips", "mse")
"""The score that tells which frames are the worst: the first that was taken."""
_FRAMES_SHOWN, _PAIRS_LISTED, _NAMES_LISTED = 5, 30, 10
_STYLE = """
body { font: 15px/1.5 system-ui, "DejaVu Sans", sans-serif; max-width: 66rem; margin: 2rem auto;
       padding: 0 1.2rem; color: #222; background: #fff }
h1 { font-size: 1.5rem; margin-bottom: .2rem } h2 { font-size: 1.15rem; margin-top: 2.4rem }
h3 { font-size: .95rem; margin: 1.2rem 0 .2rem } p { margin: .3rem 0 } .small { color: #666;
font-size: .85rem } .warning { color: #a04000 }
.tiles { display: flex; flex-wrap: wrap; gap: .8rem; margin: 1rem 0 }
.tile { border: 1px solid #ddd; border-radius: 6px; padding: .5rem .9rem; min-width: 7rem }
.tile b { display: block; font-size: 1.35rem; font-variant-numeric: tabular-nums }
.tile span { color: #666; font-size: .8rem }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: .88rem }
td, th { padding: .22rem .6rem; border-bottom: 1px solid #e4e4e4; text-align: right }
th { font-weight: 600; color: #555 } td:first-child, th:first-child { text-align: left }
.wide { overflow-x: auto } .row { display: flex; flex-wrap: wrap; gap: .6rem 1.4rem }
svg { max-width: 100%; height: auto } figure { margin: .4rem 0 1.2rem }
.frames { display: flex; flex-wrap: wrap; gap: .4rem }
.frames img { max-width: calc(25% - .3rem); max-height: 17rem; background: #eee }
details summary { cursor: pointer; margin-top: 1.2rem; font-weight: 600 }
figcaption { font-size: .85rem }
"""


def write_page(many: ManyScores, summary: Mapping[str, Any]) -> Path:
    """Write the page about what was scored into the folder of `many` and return its path."""
    keys = list(summary["statistics"])
    whole = [key for key in keys if "." not in key]
    frames = _Frames(many.folder / FRAMES_PARQUET)
    judge = next((key for key in _JUDGES if summary.get(key) is not None), keys[0])
    title = _title(many)
    parts = [
        f"<h1>{html.escape(title)}</h1>",
        f'<p class="small">{html.escape(_about(summary))}</p>',
        _tiles(summary),
        _section("Warnings", _warnings(summary)),
        _section("Scores", _table(summary, whole)),
        _section("Regions", _regions(summary, keys)),
        _section("Pairs, the worst first", _pairs(summary, judge)),
        _section("Curves and distributions", "".join(_charts(frames, summary, whole))),
        _folded("Curves of the regions", _charts(frames, summary, keys[len(whole) :])),
        _section(f"Worst frames by {title_of(judge)}", _worst(many, frames, judge)),
        _section("How it was done", _how(summary)),
    ]
    page = (
        '<!doctype html><html lang="en"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        f"<title>{html.escape(title)} - stickdance</title><style>{_STYLE}</style>"
        f"{''.join(parts)}</html>\n"
    )
    target = many.folder / PAGE
    with whole_file(target) as temporary:
        temporary.write_text(page, encoding="utf-8")
    return target


class _Frames:
    """The table of frames, read a column at a time."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._names = pyarrow.parquet.read_schema(path).names

    def numbers(self, name: str) -> np.ndarray:
        """Return a column as float64, NaN where it is empty."""
        column = pyarrow.parquet.read_table(self._path, columns=[name])[name]
        return column.to_numpy().astype(np.float64)

    def row(self, place: int) -> dict[str, Any]:
        """Return a row without its scores."""
        names = [name for name in ("pair", "frame", "seconds") if name in self._names]
        names += ["reference_frame", "rendered_frame"]
        table = pyarrow.parquet.read_table(self._path, columns=names)
        return dict(table.slice(place, 1).to_pylist()[0])

    def clock(self) -> tuple[np.ndarray, str]:
        """Return where frames lie along a curve, and in what unit."""
        if "pair" in self._names:
            count = pyarrow.parquet.read_metadata(self._path).num_rows
            return np.arange(count, dtype=np.float64), "frames of all pairs"
        seconds = self.numbers("seconds")
        if np.isfinite(seconds).all():
            return seconds, "seconds"
        return self.numbers("reference_frame"), "frames"


def _title(many: ManyScores) -> str:
    if len(many.pairs.jobs) > 1:
        return f"{len(many.pairs.jobs):,} comparisons"
    job = many.pairs.jobs[0]
    return f"{job.rendered.name} against {job.reference.name}"


def _about(summary: Mapping[str, Any]) -> str:
    frames = f"{summary['frames']:,} frames scored"
    if "pairs" not in summary:
        return f"{frames}, paired {summary['paired']}"
    pairs = summary["pairs"]
    failed = f", {len(pairs['failed']):,} could not be scored" if pairs["failed"] else ""
    return f"{pairs['scored']:,} pairs{failed}, {frames}"


def _tiles(summary: Mapping[str, Any]) -> str:
    tiles = "".join(
        f'<div class="tile"><span>{html.escape(metric.title)}</span>'
        f"<b>{_number(summary[key])}</b><span>{metric.unit or '&nbsp;'}</span></div>"
        for key, metric in METRICS.items()
        if summary.get(key) is not None
    )
    return f'<div class="tiles">{tiles}</div>'


def _section(title: str, content: str) -> str:
    return f"<h2>{html.escape(title)}</h2>{content}" if content else ""


def _warnings(summary: Mapping[str, Any]) -> str:
    lines = list(summary["warnings"][:_PAIRS_LISTED])
    if len(summary["warnings"]) > _PAIRS_LISTED:
        lines.append(f"and {len(summary['warnings']) - _PAIRS_LISTED} warnings more, in pairs.csv")
    lines += [f"{_named(key)}: {why}" for key, why in summary["reasons"].items()]
    failed = summary.get("pairs", {}).get("failed", [])
    lines += [f"{one['name']}: {one['reason']}" for one in failed[:_NAMES_LISTED]]
    if len(failed) > _NAMES_LISTED:
        lines.append(f"and {len(failed) - _NAMES_LISTED} pairs more, named in summary.json")
    unreadable = summary["unreadable"].get("first", [])
    lines += unreadable[:_NAMES_LISTED]
    if summary["identical"]:
        lines.append(
            f"{summary['identical']} pairs of frames are identical; their PSNR counts as 100 dB"
        )
    items = "".join(f'<li class="warning">{html.escape(line)}</li>' for line in lines)
    return f"<ul>{items}</ul>" if lines else ""


def _named(key: str) -> str:
    return title_of(key) if key.rpartition(".")[2] in METRICS else key


def _table(summary: Mapping[str, Any], keys: Sequence[str]) -> str:
    names = {
        "mean": "mean", "standard_deviation": "std. dev.", "median": "median",
        "percentile_5": "5th pct.", "percentile_95": "95th pct.", "minimum": "min",
        "maximum": "max", "count": "frames",
    }  # fmt: skip
    rows = "".join(
        f"<tr><td>{html.escape(title_of(key))}{_unit(key)}</td>"
        + "".join(f"<td>{_number(summary['statistics'][key][name])}</td>" for name in names)
        + "</tr>"
        for key in keys
    )
    head = "".join(f"<th>{name}</th>" for name in names.values())
    extra = "".join(
        f"<p>{html.escape(key)}: {_number(summary[key])}{' dB' if 'psnr' in key else ''}</p>"
        for key in ("psnr_of_mean_mse", FRECHET)
        if key in summary
    )
    return f'<div class="wide"><table><tr><th></th>{head}</tr>{rows}</table></div>{extra}'


def _regions(summary: Mapping[str, Any], keys: Sequence[str]) -> str:
    """Return the means of each region beside those of the whole frame."""
    regions = [name for name in REGIONS if any(key.startswith(f"{name}.") for key in keys)]
    if not regions:
        return ""
    names = [name for name in METRICS if f"{regions[0]}.{name}" in keys]
    head = "".join(f"<th>{html.escape(METRICS[name].title)}{_unit(name)}</th>" for name in names)
    rows = "".join(
        f"<tr><td>{region or 'whole frame'}</td>"
        + "".join(
            f"<td>{_number(summary[f'{region}.{name}' if region else name])}</td>" for name in names
        )
        + "</tr>"
        for region in ("", *regions)
    )
    table = f'<div class="wide"><table><tr><th></th>{head}</tr>{rows}</table></div>'
    return f'{table}<p class="small">Means; other statistics are in summary.json.</p>'


def _folded(title: str, parts: Iterator[str]) -> str:
    content = "".join(parts)
    return f"<details><summary>{title}</summary>{content}</details>" if content else ""


def _pairs(summary: Mapping[str, Any], judge: str) -> str:
    if "pair_means" not in summary:
        return ""
    columns = {
        "value": title_of(judge), "frames": "frames", "missing": "missing", "extra": "extra",
        "between": "between", "mis_sized": "other size", "unreadable": "unreadable",
    }  # fmt: skip
    rows = "".join(
        f"<tr><td>{html.escape(one['pair'])}</td>"
        + "".join(f"<td>{_number(one[name])}</td>" for name in columns)
        + "</tr>"
        for one in summary["pair_means"][judge]["worst"][:_PAIRS_LISTED]
    )
    head = "".join(f"<th>{html.escape(title)}</th>" for title in ("pair", *columns.values()))
    head = f"<tr>{head}</tr>"
    return f'<table>{head}{rows}</table><p class="small">All pairs are in pairs.csv.</p>'


def _worst(many: ManyScores, frames: _Frames, judge: str) -> str:
    values = frames.numbers(judge)
    places = worst_places(values, metric_of(judge).higher_is_better, 50 * _FRAMES_SHOWN)
    apart = 1 if len(many.pairs.jobs) > 1 else max(1, len(values) // 40)
    jobs = {job.name: job for job in many.pairs.jobs}
    figures = []
    for place in spread_out(places, _FRAMES_SHOWN, apart):
        row = frames.row(place)
        job = jobs[row["pair"]] if "pair" in row else many.pairs.jobs[0]
        shown = show_frame(job, row["reference_frame"], row["rendered_frame"])
        if shown is not None:
            figures.append(_figure(shown, row, f"{title_of(judge)} {values[place]:.4g}"))
    legend = (
        '<p class="small">From the left: reference, rendered, absolute error (black 0, yellow '
        f"{FULL_SCALE} levels or more), 1 - SSIM (black alike, yellow unlike). Frames next to a "
        "worse one are left out.</p>"
    )
    return legend + "".join(figures) if figures else ""


def _figure(shown: Shown, row: Mapping[str, Any], score: str) -> str:
    pictures = {
        "reference": shown.real, "rendered": shown.rendered, "absolute error": shown.error,
        "1 - SSIM": shown.dissimilarity,
    }  # fmt: skip
    images = "".join(
        f'<img alt="{name}" src="{as_data_url(picture)}">' for name, picture in pictures.items()
    )
    time = "" if row["seconds"] is None else f" at {row['seconds']:.2f} s"
    pair = f"{row['pair']}, " if "pair" in row else ""
    caption = html.escape(f"{pair}{row['frame']}{time}: {score}")
    return f'<figure><div class="frames">{images}</div><figcaption>{caption}</figcaption></figure>'


def _charts(frames: _Frames, summary: Mapping[str, Any], keys: Sequence[str]) -> Iterator[str]:
    at, unit = frames.clock()
    for key in keys:
        told = summary["statistics"][key]
        if not told["count"]:
            continue
        values = frames.numbers(key)
        marks = worst_places(values, metric_of(key).higher_is_better, 1)
        better = "higher is better" if metric_of(key).higher_is_better else "lower is better"
        yield (
            f"<h3>{html.escape(title_of(key))}{_unit(key)} "
            f'<span class="small">{better}; over {unit}</span></h3><div class="row">'
            f"{curve(at, values, marks)}{histogram(values, told['mean'])}</div>"
        )


def _how(summary: Mapping[str, Any]) -> str:
    options = "".join(
        f"<tr><td>{html.escape(name)}</td><td>{html.escape(str(value))}</td></tr>"
        for name, value in summary["options"].items()
        if value not in (None, False)
    )
    return (
        f"<table>{options}</table>"
        f'<p class="small">stickdance {html.escape(summary["stickdance"])}. PSNR is the mean of '
        "the frames' dB, identical frames counting 100; psnr_of_mean_mse that of the mean error. "
        "Percentiles are over frames. Every frame's scores are in frames.csv and "
        "frames.parquet.</p>"
    )


def _unit(key: str) -> str:
    unit = metric_of(key).unit
    return f" ({unit})" if unit else ""


def _number(value: Any) -> str:
    if isinstance(value, int):
        return f"{value:,}"
    return f"{value:.4g}" if isinstance(value, float) else "–"

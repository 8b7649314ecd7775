"""A table of movements as pytorch-forecasting's data set.

A series is one movement or window; time is its frame; targets are the columns of the intra-movement
(or of the inter-movement too); what sounds is known beforehand. Each target has its own normaliser,
as in "What if we are able to predict movement?": encoder of up to 120 frames, prediction of up to
60.
"""

import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stickdance.checkpoints.errors import BadInput, MissingDependency
from stickdance.choreography.movement.table import layout_of


@dataclass(frozen=True)
class TimeSeriesOptions:
    """What a model sees and what it has to tell."""

    encoder_frames: int = 120
    """Frames that a prediction looks back on at most."""
    prediction_frames: int = 60
    """Frames that are predicted at most."""
    targets: tuple[str, ...] = ()
    """Columns to predict; by default the whole intra-movement."""
    with_inter: bool = False
    """Predict the hip's own path too."""
    with_sound: bool = True
    """Tell the model what each frame sounds like, where the table knows; series without a song are
    left out then."""


def time_series_data_set(table: Path, options: TimeSeriesOptions | None = None) -> Any:
    """Return a `pytorch_forecasting.TimeSeriesDataSet` of a table.

    Raises:
        BadInput: not a table of movements, unknown targets, or no series is long enough.
        MissingDependency: pytorch-forecasting is not installed.
    """
    options = options or TimeSeriesOptions()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            from pytorch_forecasting import TimeSeriesDataSet
            from pytorch_forecasting.data import MultiNormalizer, TorchNormalizer
    except ModuleNotFoundError:
        raise MissingDependency(
            "a TimeSeriesDataSet needs pytorch-forecasting; pip install 'stickdance[timeseries]'"
        ) from None
    frame, targets, known = _frame(table, options)
    single = len(targets) == 1
    normalisers = [TorchNormalizer() for _ in targets]
    return TimeSeriesDataSet(
        frame,
        time_idx="time_idx",
        target=targets[0] if single else targets,
        group_ids=["series"],
        min_encoder_length=1,
        max_encoder_length=options.encoder_frames,
        min_prediction_length=1,
        max_prediction_length=options.prediction_frames,
        time_varying_known_reals=known,
        time_varying_unknown_reals=targets,
        target_normalizer=normalisers[0] if single else MultiNormalizer(normalisers),
    )


def _frame(table: Path, options: TimeSeriesOptions) -> tuple[Any, list[str], list[str]]:
    """Return rows, target columns and known columns."""
    import pyarrow.parquet as parquet

    if min(options.encoder_frames, options.prediction_frames) < 1:
        raise BadInput("encoder and prediction take at least one frame each")
    layout = layout_of(table)
    movement = [*layout.intra, *layout.inter]
    targets = list(options.targets) or [
        *layout.intra,
        *(layout.inter if options.with_inter else ()),
    ]
    unknown = [name for name in targets if name not in movement]
    if unknown:
        raise BadInput(f"{table}: has no movement column {unknown[0]!r:.40} to predict")
    known = layout.sound if options.with_sound else []
    frame = parquet.read_table(table, columns=["series", "time_idx", *targets, *known]).to_pandas()
    if known:
        whole = frame[known].notna().all(axis=1).groupby(frame["series"]).transform("all")
        frame = frame[whole]
    if frame.groupby("series").size().max() < 2 if len(frame) else True:
        raise BadInput(
            f"{table}: no series fits; those with a song throughout count, unless sound is left out"
        )
    return frame.astype(dict.fromkeys(targets + known, "float32")), targets, known

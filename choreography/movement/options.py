"""How movements are prepared for models of movement."""

from dataclasses import dataclass
from typing import Literal

from stickdance.capture.options import Size

Filling = Literal["kalman", "spline", "best"]
PathName = Literal["own", "still", "line", "circle", "eight", "square"]
Use = Literal["replace", "add"]
FeaturesChoice = Literal["auto", "vgg19", "librosa"]


@dataclass(frozen=True)
class SourceOptions:
    """How movements are read."""

    axes: int = 3
    """3: movements in space; 2: in the picture."""
    source_fps: float = 30.0
    """Frames a second of files that do not tell them."""
    source_size: Size = (1920, 1080)
    """Frame size of files whose coordinates are shares of one that they do not tell."""


@dataclass(frozen=True)
class MissingOptions:
    """How missing joints are filled."""

    filling: Filling = "kalman"
    """How missing joints are filled: by low-dimensional Kalman smoothing, by cubic splines, or by
    the best on joints hidden for a trial."""
    longest_gap: float = 1.0
    """Longest time without a person that is filled, in seconds; a longer one cuts the movement."""


@dataclass(frozen=True)
class PathOptions:
    """Where the root goes."""

    path: PathName = "own"
    """Path of the left hip: its own, none (still), or a shape."""
    path_use: Use = "replace"
    """Put the shape in place of the movement's own path, or add it."""
    path_size: float = 1.0
    """Width of the shape in body heights."""
    path_seconds: float = 8.0
    """Seconds of one round; a line goes there and back."""


@dataclass(frozen=True)
class WindowOptions:
    """How movements are cut into series of one length."""

    window: int = 0
    """Cut movements into series of this many frames; 0 leaves them whole."""
    shift: int = 0
    """Frames from one series to the next; 0 sets them end to end."""


@dataclass(frozen=True)
class ClusterOptions:
    """How songs are clustered."""

    components: int = 5
    """Principal components by which songs are compared."""
    clusters: int = 7
    """Clusters of songs."""
    linkage: Literal["ward", "complete", "average", "single"] = "ward"
    """How the distance of two clusters is measured."""


@dataclass(frozen=True)
class PrepareOptions:
    """How a folder of movements is prepared."""

    fps: float = 60.0
    """Frames a second of the table."""
    without_face: bool = False
    """Leave nose, eyes and ears out."""
    without_sound: bool = False
    """Leave out what songs sound like, and their clusters."""
    song_features: FeaturesChoice = "auto"
    """What songs are clustered by: VGG-19's features of the spectrogram, or librosa's where its
    weights are absent."""
    compare_representations: bool = False
    """Also let an auto-encoder learn raw, scaled and intra-/inter-movement poses, and compare."""
    source: SourceOptions = SourceOptions()
    """How movements are read."""
    missing: MissingOptions = MissingOptions()
    """How missing joints are filled."""
    root: PathOptions = PathOptions()
    """Where the root goes."""
    windows: WindowOptions = WindowOptions()
    """How movements are cut."""
    songs: ClusterOptions = ClusterOptions()
    """How songs are put together."""

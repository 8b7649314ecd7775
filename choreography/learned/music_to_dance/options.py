"""What a learned choreographer is and what it learns from: the options of `learn music-to-dance`.

The published models are had with `--as-published`; what differs by default made dances larger, more
various and nearer to the beat.
"""

from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Literal

from stickdance.choreography.learned.options import check_ranges

FPS = 10
SAMPLE_RATE = 16_000
SAMPLES = SAMPLE_RATE // FPS
FRAMES = 50

ModelName = Literal["gru", "lstm", "original"]
Hearing = Literal["beats", "samples"]


@dataclass(frozen=True)
class MusicToDanceOptions:
    """What is learnt."""

    model: ModelName = "gru"
    """gru or lstm: kind of the music encoder; original: the model of Ren et al., with 256 music
    features, without initial pose and music-feature generator."""
    without_music_features: bool = False
    """Leave the music-feature generator out."""
    as_published: bool = False
    """As published: --hearing samples --code 0 --movement 0 --contact 0 --head-start 0."""
    hearing: Hearing = "beats"
    """What the model hears: samples: the sound alone, as published; beats: also where each frame
    lies between beats and in its bar."""
    code: int = 32
    """Numbers that tell many dances to the same music from one another, random for a new one; 0 as
    published, which gives the average of all."""
    batch: int = 16
    """Chunks of 5 s in a step."""
    rate: float = 3e-4
    """Learning rate; that of the global discriminator is 5/3 of it, as published."""
    distance: float = 200.0
    """Weight of the distance between generated and real joints."""
    movement: float = 200.0
    """Weight of the distance between generated and real velocities; 0 as published."""
    contact: float = 100.0
    """Weight of how far feet move where those of the real dance stand; 0 as published."""
    matching: float = 1.0
    """Weight of feature matching: the distance between what the global discriminator sees in
    generated and real dances."""
    perceptual: float = 1.0
    """Weight of the pose perceptual loss, which the original model has alone: how differently an
    ST-GCN sees generated and real dances; 0 leaves it out."""
    st_gcn: Path | None = None
    """File of published weights (.pth) of that ST-GCN; without it, one learns first to tell the
    dances apart."""
    st_gcn_steps: int = 100
    """Steps that it learns for before the dances are learnt."""
    freedom: float = 0.02
    """Weight of the code's information (nats): more makes dances alike, less makes random codes
    stand for nothing that was ever danced."""
    head_start: int = 100
    """Steps before the discriminators join in; 0 as published."""
    held_out: float = 0.1
    """Share of the songs that is kept for tests and never trained on."""


def as_json(options: MusicToDanceOptions) -> dict[str, Any]:
    """Return the options as JSON values."""
    values = asdict(options)
    return values | {"st_gcn": None if options.st_gcn is None else str(options.st_gcn)}


def resolved(options: MusicToDanceOptions) -> MusicToDanceOptions:
    """Return the options with what `as_published` stands for."""
    if not options.as_published:
        return options
    return replace(options, hearing="samples", code=0, movement=0.0, contact=0.0, head_start=0)


def check_options(options: MusicToDanceOptions) -> None:
    """Refuse options that are out of range.

    Raises:
        BadInput: names the flag.
    """
    check_ranges(
        (f"--{name.replace('_', '-')}", getattr(options, name), least, most)
        for name, least, most in (
            ("code", 0, 256), ("batch", 2, 1024), ("rate", 1e-7, 0.1), ("distance", 0, 1e6),
            ("movement", 0, 1e6), ("contact", 0, 1e6), ("matching", 0, 1e6), ("freedom", 0, 1e6),
            ("held_out", 0, 0.9), ("head_start", 0, 1e9),
            ("perceptual", 0, 1e6), ("st_gcn_steps", 1, 1e9),
        )
    )  # fmt: skip

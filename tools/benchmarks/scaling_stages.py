"""What `scaling` works at each length: a function a stage, and what must lie there before it.

Every function takes the folder of the benchmark and a length, works in its own process, and leaves
its result in the folder; STAGE_material makes what is not to be measured, in the caller's process.

    minutes   a composed song of thirty seconds, repeated; danced and rendered by the performer
              in the folder `performer` there, and by the built-in one where there is none
    frames    of that video, longest first: footage of a person who is captured, trained on for
              `TRAINED` steps, and judged on the last fifth
    steps     of a plan at 120 beats a minute, two beats each; danced, then one step is mirrored
    songs     of thirty seconds, each another, danced by `stickdance batch`
    pairs     of frames of that video and of a worse encoding of it; the usual scores
"""

import math
import wave
from pathlib import Path

from stickdance.capture.media.ffmpeg import Ffmpeg, input_arguments
from stickdance.checkpoints.errors import BadInput
from stickdance.checkpoints.files import sha256

RATE = 25.0
"""Frames a second."""
TRAINED = 40
"""Steps that a network is trained for, whatever the length of the take."""
_ONCE = 30.0  # seconds of the song that is repeated
_TEMPO, _BEATS_A_STEP = 120, 2
_TWO_ACTIONS = ("mambo", "disco_point")


def choreograph(folder: Path, minutes: float) -> None:
    """Dance a song for the performer."""
    _danced(_song(folder, minutes), folder / f"dance {minutes:g}", None)


def choreograph_material(folder: Path, minutes: float) -> None:
    """Write the song."""
    _song(folder, minutes)


def render(folder: Path, minutes: float) -> None:
    """Render the dance to a song."""
    from stickdance.synth.options import RenderOptions
    from stickdance.synth.poses_to_video import poses_to_video

    dance, film = folder / f"dance {minutes:g}", folder / f"film {minutes:g}.mp4"
    poses_to_video(dance, _performer(folder), film, RenderOptions(faults="off"))


def plan(folder: Path, steps: int) -> None:
    """Dance a plan."""
    _danced(folder / f"steps {steps}.wav", folder / f"plan {steps}", folder / f"steps {steps}.json")


def plan_material(folder: Path, steps: int) -> None:
    """Write a plan of steps, and the song that it is for."""
    from stickdance.choreography.music.structure import Section
    from stickdance.choreography.plan.choreography import Choreography
    from stickdance.choreography.plan.steps import Step

    beats = steps * _BEATS_A_STEP
    seconds = beats * 60 / _TEMPO
    song = _song(folder, seconds / 60, folder / f"steps {steps}.wav")
    Choreography(
        song=song.name,
        sha256=sha256(song),
        seconds=seconds,
        tempo=_TEMPO,
        metre=4,
        beats=tuple(beat * 60 / _TEMPO for beat in range(beats)),
        downbeats=tuple(range(0, beats, 4)),
        sections=(Section("A", 0.0, seconds, chorus=False),),
        steps=tuple(
            Step(_TWO_ACTIONS[number % 2], number * _BEATS_A_STEP, _BEATS_A_STEP)
            for number in range(steps)
        ),
    ).save(folder / f"steps {steps}.json")


def edit(folder: Path, steps: int) -> None:
    """Mirror one step in the middle of a danced plan."""
    from stickdance.choreography.dance.folder import Dance
    from stickdance.choreography.editing.edit_dance import edit_dance
    from stickdance.choreography.editing.options import EditOptions

    dance = Dance.load(folder / f"plan {steps}")
    edit_dance(dance, folder / f"edited {steps}", EditOptions(mirror=(str(steps // 2),)))


def songs(folder: Path, count: int) -> None:
    """Dance songs by a batch."""
    from stickdance.tools.batch.batch import run_batch
    from stickdance.tools.batch.options import BatchOptions

    options = BatchOptions(command="choreograph", max_in_flight=1)
    manifest = str(folder / f"songs {count}.csv")
    told = run_batch(manifest, str(folder / f"danced {count}"), options)
    if told["failed"]:
        raise BadInput(f"{told['failed']} of {count} songs failed")


def songs_material(folder: Path, count: int) -> None:
    """Compose the songs, and list them."""
    from stickdance.tools.demo.song.compose import compose, write_song

    place = folder / "songs"
    place.mkdir(exist_ok=True)
    files = [place / f"{number}.wav" for number in range(count)]
    for number, file in enumerate(files):
        if not file.exists():
            write_song(compose(number, seconds=_ONCE), file)
    lines = ["song", *(str(file) for file in files)]
    (folder / f"songs {count}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")


def capture(folder: Path, frames: int) -> None:
    """Capture the first frames of the longest film."""
    from stickdance.capture.options import CaptureOptions
    from stickdance.capture.video_to_take import video_to_take

    options = CaptureOptions(end_seconds=frames / RATE, conditions="warn")
    video_to_take([_longest_film(folder)], folder / f"take {frames}", options)


def train(folder: Path, frames: int) -> None:
    """Train on a take for a few steps."""
    from stickdance.capture.take.take import Take
    from stickdance.synth.training.options import TrainingOptions
    from stickdance.synth.training.trainer import train as trained

    options = TrainingOptions(steps=TRAINED, afresh=True)
    trained(Take.load(folder / f"take {frames}"), folder / f"performer {frames}", options)


def judge(folder: Path, frames: int) -> None:
    """Score a performer and the baselines on the last fifth of its take."""
    from stickdance.capture.take.take import Take
    from stickdance.synth.performer.performer import Performer
    from stickdance.synth.quality.held_out import held_out

    take = Take.load(folder / f"take {frames}")
    held_out(take, Performer.load(folder / f"performer {frames}", "cpu"))


def evaluate(folder: Path, pairs: int) -> None:
    """Score frames of a film in a worse encoding."""
    from stickdance.synth.quality.compare import compare

    compare(folder / f"reference {pairs}.mp4", folder / f"worse {pairs}.mp4")


def evaluate_material(folder: Path, pairs: int) -> None:
    """Cut a film, repeated, to a number of frames, and encode that anew and worse."""
    film = ("-stream_loop", "-1", *input_arguments(_longest_film(folder)))
    cut = folder / f"reference {pairs}.mp4"
    _ffmpeg(*film, "-frames:v", str(pairs), "-an", "-c", "copy", to=cut)
    worse = ("-c:v", "libx264", "-preset", "veryfast", "-crf", "32")
    _ffmpeg(*input_arguments(cut), *worse, to=folder / f"worse {pairs}.mp4")


def _danced(song: Path, to: Path, edited: Path | None) -> None:
    from stickdance.capture.pose.body_profile import BodyProfile
    from stickdance.choreography.music_to_poses import music_to_poses
    from stickdance.choreography.options import ChoreographyOptions

    body = BodyProfile.load(_performer(to.parent) / "body.json")
    options = ChoreographyOptions(preview=False, plan=edited)
    music_to_poses(song, to, options, body=body, size=body.size)


def _performer(folder: Path) -> Path:
    from stickdance.tools.make.song_to_video import demo_performer

    own = folder / "performer"
    return own if own.is_dir() else demo_performer()


def _song(folder: Path, minutes: float, path: Path | None = None) -> Path:
    """Return a composed song, repeated to a length; it is written where it is not there."""
    from stickdance.tools.demo.song.compose import compose, write_song

    once, path = folder / "once.wav", path or folder / f"song {minutes:g}.wav"
    if path.exists():
        return path
    if not once.exists():
        write_song(compose(4, seconds=_ONCE, tempo=_TEMPO), once)
    with wave.open(str(once), "rb") as source, wave.open(str(path), "wb") as repeated:
        repeated.setparams(source.getparams())
        data = source.readframes(source.getnframes())
        for _ in range(math.ceil(minutes * 60 / _ONCE)):
            repeated.writeframesraw(data)
    return path


def _longest_film(folder: Path) -> Path:
    films = sorted(folder.glob("film *.mp4"), key=lambda film: float(film.stem.split()[1]))
    if not films:
        raise BadInput(f"{folder}: holds no film, expected what the stage render leaves there")
    return films[-1]


def _ffmpeg(*arguments: str, to: Path) -> None:
    with Ffmpeg([*arguments, "-f", "mp4", "-y", f"file:{to}"]) as process:
        if process.finish() != 0:
            raise BadInput(f"benchmark footage: {process.complaint}")

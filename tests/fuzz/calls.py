"""Readers that need more than the path of a file."""

import json
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory

from material import FRAMES, KEY, SIZE


def of(name: str) -> Callable[..., object]:
    """Return what "module:function" or "module:Class.method" names, imported when it is called."""
    module, _, path = name.partition(":")

    def call(*arguments: object) -> object:
        found = import_module(f"stickdance.{module}")
        for part in path.split("."):
            found = getattr(found, part)
        return found(*arguments)

    return call


def read_shots(path: Path) -> object:
    return of("choreography.shotlist.filmed:shots_of")(path.parent)


def import_archive(path: Path) -> None:
    from stickdance.tools.jobs.archive import import_jobs
    from stickdance.tools.jobs.queue import Jobs

    with TemporaryDirectory(dir=path.parent) as folder:
        import_jobs(Jobs(Path(folder, "jobs")), path, Path(folder, "in"))
        outside = {each.name for each in Path(folder).iterdir()} - {"jobs", "in"}
        assert not outside, f"unpacked beside its folder: {outside}"


def job(path: Path) -> object:
    return of("tools.jobs.job:Job.load")(path.parent)


def tally(path: Path) -> object:
    key = path.with_name("key.json")
    key.write_text(json.dumps(KEY))
    return of("tools.blind_test.tally:tally")(key, [path])


def manifest(path: Path) -> object:
    path.with_name("note.txt").write_text("abc")
    return of("checkpoints.manifest:read_manifest")(path.parent, "take", True)


def read_table(path: Path) -> None:
    of("choreography.movement.table:layout_of")(path)
    list(of("choreography.movement.table:read_movements")(path))


def performer_options(path: Path) -> None:
    from stickdance.checkpoints.json_reader import read_json_object
    from stickdance.checkpoints.reading import refusing
    from stickdance.synth.generators.catalog import outline
    from stickdance.synth.performer.folder import shadow_of, view_of

    options = read_json_object(path, "options")
    view_of(options, path)
    shadow_of(options, path)
    with refusing(path, "a performer"):
        outline(options["generator"], options["numbers"])


def report(path: Path) -> None:
    values = of("capture.take.take:_read_report")(path)
    of("capture.conditions.judgement:verdict_line")(values)
    of("capture.conditions.judgement:faults_of")(values)
    of("capture.conditions.page:lines_for_people")(values)


def curves(path: Path) -> object:
    from stickdance.checkpoints.folder import ModelFolder

    model = ModelFolder(path.parent, "performer", {}, "", {"files": {path.name: {}}})
    return of("synth.performer.folder:curves_of")(model)


def plan_in(path: Path) -> object:
    from stickdance.checkpoints.reading import read_text

    return of("synth.rendering.recipe:plan_in")(read_text(path, "a comment"))


def hint(path: Path) -> object:
    return of("choreography.rules.hints:read_hint")(path.read_bytes().decode("utf-8", "replace"))


def pairs(path: Path) -> object:
    return of("synth.quality.pair_list:read_pair_list")(path)


def devices(path: Path) -> object:
    return of("capture.media.camera:read_device_list")(path.read_bytes().decode("utf-8", "replace"))


def in_frames(name: str) -> Callable[[Path], object]:
    return lambda path: of(name)(path, FRAMES, SIZE)


def whole_video(path: Path) -> None:
    from stickdance.capture.media.probing import probe
    from stickdance.capture.media.video import read_frames

    probe(path)
    for _ in read_frames(path):
        continue

import sys

import pytest

from stickdance.checkpoints.errors import BadInput, MissingDependency
from stickdance.synth.quality.many import on_threads, score_many
from stickdance.synth.quality.on_ray import on_ray
from stickdance.synth.quality.options import CompareOptions
from stickdance.synth.quality.pair_list import PairJob, PairList
from stickdance.synth.quality.result_files import write_results

OPTIONS = CompareOptions(metrics="psnr,ssim,flicker")


def test_on_ray_the_results_are_the_same_bytes(make_folder, noise_frames, tmp_path):
    pytest.importorskip("ray")
    jobs = []
    for number in range(5):
        sides = [make_folder(f"{s} {number}", noise_frames(number + s, 3)) for s in (1, 60)]
        jobs.append(PairJob(f"pair {number}", *sides))
    jobs.append(PairJob("absent", tmp_path / "no.mp4", tmp_path / "no.mp4"))
    pairs = PairList(tmp_path, tuple(jobs))
    contents = []
    for name, run in (("plain", on_threads), ("ray", on_ray())):
        found = score_many(pairs, OPTIONS, tmp_path / name, run)
        write_results(found, OPTIONS)
        assert set(found.faults) == {"absent"}
        files = sorted(path for path in (tmp_path / name).rglob("*") if path.is_file())
        contents.append(
            {str(path.relative_to(tmp_path / name)): path.read_bytes() for path in files}
        )
    assert contents[0] == contents[1]
    assert len(contents[0]) == 4 + 5  # the files, the finished pairs


def test_without_ray_it_is_said_how_to_get_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(MissingDependency, match=r"pip install .*\[scale\]"):
        on_ray()


@pytest.mark.parametrize("address", ["127.0.0.1:9", "127.0.0.1:nine"])
def test_an_address_where_no_cluster_answers_is_refused_at_once(address, tmp_path, monkeypatch):
    pytest.importorskip("ray")
    monkeypatch.delenv("RAY_ADDRESS", raising=False)
    with pytest.raises(BadInput, match=r"no cluster answers .* `ray start --head`"):
        list(on_ray(address)([PairJob("a", tmp_path, tmp_path)], OPTIONS))

"""Many comparisons on Ray: on this machine's processors, or on those of a cluster.

Tasks, not actors: they hold nothing, may be repeated when a machine is lost, and cannot wait for
each other. Every machine must have stickdance installed and see the files under the same paths; the
results come back to the caller, who writes them.
"""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from stickdance.synth.compute.ray_cluster import HERE, connected, imported
from stickdance.synth.compute.threads import one_thread_each
from stickdance.synth.quality.many import Outcome, Runner, score_job
from stickdance.synth.quality.options import CompareOptions
from stickdance.synth.quality.pair_list import PairJob

_RETRIES = 3  # for a task whose machine or process is lost
_LARGEST_TASK = 32  # pairs
_TASKS_EACH = 4  # per processor, so that none idles at the end


def on_ray(address: str = HERE) -> Runner:
    """Return what scores jobs on Ray.

    Args:
        address: of a cluster that `ray start --head` began ("auto" finds one on this machine), or
            `HERE`.

    Raises:
        MissingDependency: Ray is not installed.
        BadInput: no cluster answers there.
    """
    ray = imported()

    def run(jobs: Sequence[PairJob], options: CompareOptions) -> Iterator[Outcome]:
        with connected(ray, address) as processors:
            yield from _scored(ray, jobs, options, processors)

    return run


def _scored(
    ray: Any, jobs: Sequence[PairJob], options: CompareOptions, processors: int
) -> Iterator[Outcome]:
    size = max(1, min(_LARGEST_TASK, len(jobs) // (processors * _TASKS_EACH)))
    parts = (jobs[start : start + size] for start in range(0, len(jobs), size))
    task = ray.remote(num_cpus=1, max_retries=_RETRIES)(_score_part)
    waiting: list[Any] = []
    while True:
        waiting += [
            task.remote(part, options) for part in islice(parts, 2 * processors - len(waiting))
        ]
        if not waiting:
            return
        done, waiting = ray.wait(waiting, num_returns=1)
        for outcomes in ray.get(done):
            yield from outcomes


def _score_part(jobs: Sequence[PairJob], options: CompareOptions) -> list[Outcome]:
    with one_thread_each():
        return [score_job(job, options) for job in jobs]

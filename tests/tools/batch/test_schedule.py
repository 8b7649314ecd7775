import itertools
import tracemalloc

import pytest

from stickdance.tools.batch.doing import Outcome
from stickdance.tools.batch.manifest import JobRow
from stickdance.tools.batch.schedule import outcomes


def row(number):
    return JobRow(number, f"row {number}", "choreograph", ())


class Machines:
    """Jobs that end, one at a time, as was written; a clock that waiting moves."""

    def __init__(self, statuses, most=2):
        self.most, self.statuses, self.now = most, statuses, 0.0
        self.running, self.started, self.stopped, self.most_running = [], [], False, 0

    def has_room(self, command):
        return True

    def start(self, job):
        self.started.append((self.now, job.number))
        self.running.append(job)
        self.most_running = max(self.most_running, len(self.running))

    def wait(self, seconds):
        if not self.running:
            self.now += seconds
            return []
        job = self.running.pop(0)
        status = next(self.statuses.get(job.number, iter([])), 0)
        return [Outcome(job, "failed" if status else "made", status=status)]

    def stop(self):
        self.stopped = True

    def run(self, jobs, retries=2):
        return outcomes(jobs, self, retries, lambda: self.now)


def test_a_killed_job_is_tried_again_after_pauses_that_double():
    machines = Machines({1: iter([137, 137])})
    (over,) = machines.run([row(1)])
    assert (over.state, over.tries) == ("made", 3)
    assert [at for at, _ in machines.started] == [0.0, 2.0, 6.0]


@pytest.mark.parametrize(
    ("status", "tries"), [(1, 3), (5, 3), (137, 3), (2, 1), (3, 1), (4, 1), (6, 1)]
)
def test_only_what_may_pass_is_tried_again(status, tries):
    (over,) = Machines({1: itertools.repeat(status)}).run([row(1)])
    assert (over.state, over.status, over.tries) == ("failed", status, tries)


def test_others_go_on_while_one_waits():
    machines = Machines({1: iter([1])})
    over = [each.row.number for each in machines.run(map(row, range(1, 5)))]
    assert sorted(over) == [1, 2, 3, 4]
    assert over[-1] == 1


def test_of_ten_thousand_rows_only_those_at_work_are_held():
    machines = Machines({}, most=3)
    tracemalloc.start()
    count = 0
    for count, _ in enumerate(machines.run(map(row, range(10_000))), 1):
        machines.started.clear()
        if count == 1_000:
            tracemalloc.reset_peak()
            before = tracemalloc.get_traced_memory()[0]
    grown = tracemalloc.get_traced_memory()[1] - before
    tracemalloc.stop()
    assert count == 10_000
    assert machines.most_running == 3
    assert grown < 20_000


def test_jobs_are_ended_when_nobody_wants_them_any_more():
    machines = Machines({})
    running = machines.run(map(row, itertools.count()))
    next(running)
    running.close()
    assert machines.stopped

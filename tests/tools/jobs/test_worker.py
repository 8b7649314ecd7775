import os
import signal
import time

import pytest

from stickdance.checkpoints.errors import InUse
from stickdance.tools.jobs.job import LOG
from stickdance.tools.jobs.log import last_heard, notes_in
from stickdance.tools.jobs.worker import Worker, work


def until(happens, seconds=60.0):
    """Wait for something that has to come, and fail where it does not."""
    end = time.monotonic() + seconds
    while not (found := happens()):
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.02)
    return found


def state(jobs, job):
    return jobs.find(job.id).state


def running(jobs, worker, job):
    """Step until the job's process is in the middle of its work; return its number."""

    def is_in_it():
        worker.step()
        heard = last_heard(jobs.folder_of(job) / LOG)
        return heard.work == "waiting" and jobs.find(job.id).pid

    return until(is_in_it)


@pytest.fixture
def waiting(jobs, tmp_path):
    """A job that goes on until a file is gone, and its worker."""
    (tmp_path / "wait-one").touch()
    job = jobs.add(["render", "one"], "one", tmp_path)
    worker = Worker(jobs)
    yield job, worker
    (tmp_path / "wait-one").unlink(missing_ok=True)
    until(lambda: not jobs.lives(job))


def test_jobs_are_done_in_their_order_and_one_that_fails_stops_none(jobs, tmp_path):
    names = ("one", "two", "three")
    (tmp_path / "fail-two").touch()
    for name in names:
        jobs.add(["render", name], name, tmp_path)
    over = work(jobs)
    assert (tmp_path / "began").read_text().split() == list(names)
    assert [job.state for job in over] == ["done", "failed", "done"]
    assert over[1].reason == "song.mp3: is silent"
    assert over[1].exit_status == 3
    assert notes_in(jobs.folder_of(over[0]) / LOG) == ["stage 1 of 1: wait"]


def test_a_running_job_tells_how_far_it_is(jobs, waiting):
    job, worker = waiting
    running(jobs, worker, job)
    heard = last_heard(jobs.folder_of(job) / LOG)
    assert (heard.note, heard.work, heard.total) == ("stage 1 of 1: wait", "waiting", 100)
    assert state(jobs, job) == "running"
    assert jobs.lives(job)


def test_cancelling_ends_the_process_and_the_job(jobs, waiting):
    job, worker = waiting
    running(jobs, worker, job)
    jobs.cancel(jobs.find(job.id))
    until(lambda: state(jobs, job) == "cancelled")
    until(lambda: not worker.step())


def test_a_killed_process_is_queued_again_and_at_its_second_death_waits_for_a_person(
    jobs, waiting, tmp_path
):
    job, worker = waiting
    os.kill(running(jobs, worker, job), signal.SIGKILL)
    until(lambda: worker.step() and jobs.find(job.id).deaths == 1)
    os.kill(until(lambda: worker.step() and jobs.find(job.id).pid), signal.SIGKILL)
    until(lambda: not worker.step())
    found = jobs.find(job.id)
    assert found.state == "interrupted"
    assert "killed 2 times" in found.reason
    (tmp_path / "wait-one").unlink()
    jobs.retry(found)
    assert [each.state for each in work(jobs)] == ["done"]


def test_a_job_outlives_its_worker_and_the_next_one_waits_for_it(jobs, waiting, tmp_path):
    job, first = waiting
    pid = running(jobs, first, job)
    second = Worker(jobs)  # of another process, as far as anybody can tell
    assert second.step()
    assert (state(jobs, job), jobs.find(job.id).pid) == ("running", pid)
    (tmp_path / "wait-one").unlink()
    until(lambda: not second.step())
    assert state(jobs, job) == "done"
    assert (tmp_path / "began").read_text().split() == ["one"]


def test_a_worker_that_stops_leaves_its_job_in_the_queue(jobs, waiting):
    job, worker = waiting
    running(jobs, worker, job)
    worker.stop()
    found = jobs.find(job.id)
    assert (found.state, found.deaths, found.asked) == ("queued", 0, "")


def test_two_workers_do_not_work_at_one_queue(jobs, tmp_path):
    jobs.add(["render", "one"], "one", tmp_path)

    def second():
        with pytest.raises(InUse):
            work(jobs)
        return True

    work(jobs, second)

import errno
import json

import pytest

from stickdance.checkpoints.errors import BadInput, OutputFailed, UsageError
from stickdance.tools.jobs.job import Job
from stickdance.tools.jobs.queue import Jobs, cleaned


@pytest.fixture
def three(tmp_path):
    jobs = Jobs(tmp_path / "jobs")
    return jobs, [jobs.add(["render", name], name, tmp_path) for name in ("one", "two", "three")]


def titles(jobs):
    return [job.title for job in jobs.all()]


def test_jobs_are_kept_in_the_order_in_which_they_came(three):
    jobs, added = three
    assert titles(jobs) == ["one", "two", "three"]
    assert jobs.find(added[1].id[:6]) == added[1]


def test_only_what_takes_long_can_be_a_job(three):
    with pytest.raises(UsageError, match="found 'models'"):
        three[0].add(["models", "get", "--all"])
    with pytest.raises(UsageError, match="found nothing"):
        three[0].add([])


def test_a_job_that_waits_gets_another_place(three):
    jobs, (_, _, last) = three
    jobs.move(last, 1)
    assert titles(jobs) == ["three", "one", "two"]


def test_a_queued_job_is_cancelled_at_once_and_tried_again_as_the_last(three):
    jobs, (first, *_) = three
    assert jobs.cancel(first).state == "cancelled"
    with pytest.raises(UsageError, match="only what is queued has a place"):
        jobs.move(jobs.find(first.id), 2)
    assert jobs.retry(jobs.find(first.id)).state == "queued"
    assert titles(jobs) == ["two", "three", "one"]


def test_what_waits_is_not_tried_again(three):
    with pytest.raises(UsageError, match="is queued"):
        three[0].retry(three[1][0])


def test_cleaning_takes_what_is_over_and_leaves_the_rest(three):
    jobs, (first, *_) = three
    jobs.cancel(first)
    removed, size = cleaned(jobs)
    assert [job.id for job in removed] == [first.id]
    assert size > 100
    assert titles(jobs) == ["two", "three"]


@pytest.mark.parametrize("change", [{"state": "dreaming"}, {"id": "../x"}, {"order": "first"}])
def test_a_damaged_record_is_no_job_and_the_others_stay(three, change):
    jobs, (first, *_) = three
    path = jobs.folder_of(first) / "job.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | change))
    assert titles(jobs) == ["two", "three"]


def test_an_unknown_job_is_named(three):
    with pytest.raises(BadInput, match="'zz'"):
        three[0].find("zz")


def test_a_job_that_cannot_be_written_leaves_nothing(three, monkeypatch):
    jobs, _ = three

    def full(job, folder):
        raise OSError(errno.ENOSPC, "No space left on device")

    before = sorted(path.name for path in jobs.folder.iterdir())
    with monkeypatch.context() as patched, pytest.raises(OutputFailed):
        patched.setattr(Job, "save", full)
        jobs.add(["train", "takes/anna"])
    assert sorted(path.name for path in jobs.folder.iterdir()) == before


def test_what_a_killed_process_left_of_a_new_job_goes_with_the_next(three):
    jobs, _ = three
    (jobs.folder / ".coming").mkdir()
    (jobs.folder / ".coming" / "job.json").write_text("{}")
    jobs.add(["train", "takes/anna"], "four")
    assert titles(jobs) == ["one", "two", "three", "four"]
    assert not (jobs.folder / ".coming").exists()

"""Every call that changes a file fails, or kills the process, once and from then on: what is left?

`make test-faults` takes all commands; the short form, in `make test`, takes the quick ones with the
first, the middle and the last call of each kind. A command that takes more than five seconds is
sampled like that too.
"""

import errno
import json
import os

import pytest
from faulty_commands import COMMANDS

DIE = -1
FULL, BROKEN = errno.ENOSPC, errno.EIO
SLOW_SECONDS = 5.0
REFUSALS = (1, 5)  # exit status where a call fails
QUICK = ("convert-poses to a folder", "jobs add")
QUICK_FAULTS = (
    ("make", FULL),
    ("write", FULL),
    ("write", DIE),
    ("rename", BROKEN),
    ("rename", DIE),
)
FAULTS = (
    *((kind, deed) for kind in ("make", "write") for deed in (FULL, BROKEN, DIE)),
    *(("sync", deed) for deed in (BROKEN, DIE)),
    *(("rename", deed) for deed in (BROKEN, DIE)),
    ("remove", DIE),
    *(("spawn", deed) for deed in (errno.EAGAIN, errno.ENOMEM, DIE)),
    *(("spawn", deed) for deed in ("killed", "killed later", "full")),
)  # fmt: skip

FEW_FAULTS = (
    *(("make", FULL), ("write", FULL), ("write", DIE), ("sync", BROKEN), ("rename", DIE)),
    *(("remove", DIE), ("spawn", errno.EAGAIN), ("spawn", "killed"), ("spawn", "full")),
)  # fmt: skip


def numbers_of(count: int, all_of_them: bool) -> list[int]:
    """Which calls of a kind fail."""
    if all_of_them:
        return list(range(1, count + 1))
    return sorted({1, (count + 1) // 2, count}) if count else []


def tried(bench, all_of_them: bool, faults=FAULTS) -> dict[str, int]:
    """Let every chosen call fail, in every way; return how many faults of each kind there were.

    Where it is not all of them, a call that fails goes on failing: nothing helps then.
    """
    counted: dict[str, int] = {}
    wrong = []
    for kind, deed in faults:
        for number in numbers_of(bench.counted["counts"][kind], all_of_them):
            fails = deed in (FULL, BROKEN)
            for ever in (False, True) if fails and all_of_them else (fails,):
                fault = {"kind": kind, "number": number, "deed": deed, "ever": ever}
                counted[kind] = counted.get(kind, 0) + 1
                try:
                    one_fault(bench, fault)
                except AssertionError as error:
                    wrong.append(str(error)[:900])
    tell(bench, counted, wrong)
    assert not wrong, f"{len(wrong)} of {sum(counted.values())}:\n" + "\n".join(wrong)
    return counted


def one_fault(bench, fault):
    bench.fresh()
    answer = bench.run(fault)
    after = json.dumps(fault)
    (run,) = answer["runs"]
    if fault["deed"] == DIE:
        assert run["status"] in (-9, bench.status), f"{after}: {run['status']} {run['err']}"
        assert answer["orphans"] == [], after
    else:
        bench.check_refused(answer, after, REFUSALS if fault["kind"] != "spawn" else (1, 3, 4, 5))
    if not bench.is_fresh():
        bench.check_whole(bench.run_again(), after)


def tell(bench, counted, wrong):
    """Keep what was tried where somebody asks for it."""
    if where := os.environ.get("FAULTS_TOLD"):
        line = {
            "words": bench.words,
            "calls": bench.counted["counts"],
            "faults": counted,
            "seconds": bench.seconds,
            "wrong": wrong,
        }
        with open(where, "a", encoding="utf-8") as file:
            print(json.dumps(line), file=file)


@pytest.mark.parametrize("name", QUICK)
def test_no_fault_leaves_half_a_result(name, quick, poses, bench_for):
    assert sum(tried(bench_for(quick, poses, name), False, QUICK_FAULTS).values()) >= 10


@pytest.mark.slow
@pytest.mark.parametrize("name", COMMANDS)
def test_no_fault_of_any_command_leaves_half_a_result(name, warm, material, bench_for):
    bench = bench_for(warm, material, name)
    all_of_them = bench.seconds < SLOW_SECONDS and "FAULTS_FEW" not in os.environ
    tried(bench, all_of_them, FAULTS if all_of_them else FEW_FAULTS)

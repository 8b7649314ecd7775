"""A signal ends a program by its status and one line, wherever it comes and whatever loses it."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
PROGRAM = """
import os, signal, sys, time
from stickdance.tools.program import leave_with
NUMBER = signal.{signal}
{before}
def run():
{body}
leave_with(run, "try")
"""
CASES = {
    "in the midst of work": "    os.kill(os.getpid(), NUMBER); time.sleep(60)",
    "where any exception is taken": """
    try: os.kill(os.getpid(), NUMBER); time.sleep(60)
    except BaseException: pass
    time.sleep(60)""",
    "where it becomes another error": """
    try: os.kill(os.getpid(), NUMBER); time.sleep(60)
    except BaseException: raise AttributeError("partially initialized") from None""",
    "in a finaliser": """
    class Thing:
        def __del__(self): os.kill(os.getpid(), NUMBER)
    Thing()
    time.sleep(60)""",
    "at the last moment": """
    try: os.kill(os.getpid(), NUMBER)
    except BaseException: return 0""",
    "during an import": "    import interrupted; print(interrupted.whole); time.sleep(60)",
    "during an import that takes it for a missing module": "    import trying; time.sleep(60)",
    "during an import that never ends": "    import endless",
}
MODULES = {
    "interrupted": "import os, signal; os.kill(os.getpid(), signal.{signal}); whole = 'whole'",
    "trying": "try: import interrupted\nexcept BaseException: interrupted = None",
    "endless": "import os, signal, time; os.kill(os.getpid(), signal.{signal})\n"
    "while True: time.sleep(0.01)",
}


def ran(tmp_path, name, body, before=""):
    for module, text in MODULES.items():
        (tmp_path / f"{module}.py").write_text(text.format(signal=name))
    (tmp_path / "program.py").write_text(PROGRAM.format(signal=name, body=body, before=before))
    return subprocess.run(
        [sys.executable, str(tmp_path / "program.py")],
        cwd=ROOT, capture_output=True, text=True,
        check=False, timeout=50,
    )  # fmt: skip


@pytest.mark.parametrize("where", CASES)
def test_ctrl_c_is_never_lost(tmp_path, where):
    short = "import stickdance.tools.stop_signals as s; s._LONGEST_IMPORT = 0.2"
    done = ran(tmp_path, "SIGINT", CASES[where], short if "never" in where else "")
    assert (done.returncode, done.stderr) == (130, "try: stopped by Ctrl-C\n")
    assert done.stdout == ("whole\n" if where == "during an import" else "")


@pytest.mark.parametrize("where", list(CASES)[:3])
def test_sigterm_is_never_lost(tmp_path, where):
    done = ran(tmp_path, "SIGTERM", CASES[where])
    assert (done.returncode, done.stderr) == (143, "try: stopped by SIGTERM\n")


def test_while_python_shuts_down_ctrl_c_ends_the_process(tmp_path):
    at_the_end = """
    import threading
    def slow():
        threading.main_thread().join()
        time.sleep(0.5)  # until the main thread waits: only then does a signal wake it for certain
        os.kill(os.getpid(), NUMBER); time.sleep(60)
    threading.Thread(target=slow).start()"""
    done = ran(tmp_path, "SIGINT", at_the_end)
    assert (done.returncode, done.stderr) == (130, "try: stopped by Ctrl-C\n")


def test_ctrl_c_that_is_ignored_stays_ignored(tmp_path):
    ignoring = "signal.signal(signal.SIGINT, signal.SIG_IGN)"
    done = ran(tmp_path, "SIGINT", "    os.kill(os.getpid(), NUMBER); print('went on')", ignoring)
    assert (done.returncode, done.stdout, done.stderr) == (0, "went on\n", "")


def test_cleaning_up_is_not_disturbed(tmp_path):
    cleaning = """
    try: os.kill(os.getpid(), NUMBER); time.sleep(60)
    finally:
        time.sleep(0.3)
        print("clean", flush=True)"""
    assert ran(tmp_path, "SIGINT", cleaning).stdout == "clean\n"


@pytest.mark.slow
@pytest.mark.parametrize("moment", range(1, 25))  # at 0 the program has not begun
def test_a_real_command_is_stopped_at_any_moment(tmp_path, moment):
    timer = (
        f"import threading; threading.Timer({moment} / 8, os.kill, (os.getpid(), NUMBER)).start()"
    )
    body = (
        "    from stickdance.tools import cli; return cli.run(['make', '--demo', '-o', "
        "'OUT/a.mp4'])"
    )
    done = ran(tmp_path, "SIGINT", body.replace("OUT", str(tmp_path)), timer)
    assert done.returncode == 130
    assert done.stderr.endswith("try: stopped by Ctrl-C\n")
    assert "Traceback" not in done.stderr


def test_a_stop_of_what_can_be_carried_on_says_so(tmp_path):
    body = """
    from stickdance.checkpoints.stopping import resumable
    with resumable(): os.kill(os.getpid(), NUMBER); time.sleep(60)"""
    said = "try: stopped by SIGTERM; the same command carries on\n"
    assert ran(tmp_path, "SIGTERM", body).stderr == said

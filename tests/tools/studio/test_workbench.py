import os
import signal
import subprocess
import sys
import time

SERVER = """
import asyncio, os, time
from stickdance.tools.studio.workbench import Workbench
if __name__ == "__main__":
    print(asyncio.run(Workbench().do(os.getpid)), flush=True)
    time.sleep(60)
"""


def lives(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_a_server_that_is_killed_leaves_no_process_behind(tmp_path):
    (tmp_path / "server.py").write_text(SERVER)
    server = subprocess.Popen([sys.executable, str(tmp_path / "server.py")], stdout=subprocess.PIPE)
    bench = int(server.stdout.readline())
    assert lives(bench)
    os.kill(server.pid, signal.SIGKILL)
    server.communicate()
    end = time.monotonic() + 60
    while lives(bench) and time.monotonic() < end:
        time.sleep(0.02)
    assert not lives(bench)

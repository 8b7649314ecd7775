import subprocess
import sys
import textwrap

import pytest

pytest.importorskip("openvino")

FIRST_WINDOWS = """
    import sys, threading, torch
    from stickdance.synth.generators.compact import CompactGenerator
    from stickdance.synth.engines.openvino_engine import OpenVinoEngine

    sys.setswitchinterval(1e-6)
    generator = CompactGenerator((4, 4, 4, 4), 1).eval().requires_grad_(False)
    engine = OpenVinoEngine(generator, half=False)
    together = threading.Barrier(4)

    def paint():
        window = {name: torch.zeros(1, n, 32, 32) for name, n in
                  (("stick", 3), ("warped", 4), ("plate", 3))}
        together.wait()
        engine.paint(window)

    threads = [threading.Thread(target=paint) for _ in range(4)]
    [each.start() for each in threads]
    [each.join() for each in threads]
"""


def test_threads_that_paint_the_first_window_together_do_not_wait_for_each_other():
    # In a process of its own: what OpenVINO makes when first asked is made once in a process.
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(FIRST_WINDOWS)], timeout=120, check=False
    )
    assert done.returncode == 0

import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("openvino")

NETWORKS_COME_AND_GO = """
import signal, subprocess
import faulthandler; faulthandler.enable()
{one_core}
import openvino.opset13 as ops
signal.signal(signal.SIGCHLD, lambda *_: None)

def network():
    value = ops.parameter([1, 4])
    return new_core().compile_model(openvino.Model([ops.relu(value)], [value]), "CPU")

networks = [network() for _ in range(3)]
while networks:
    del networks[0]
subprocess.run(["true"], check=True)
print("alive")
"""


def ran(one_core):
    return subprocess.run(
        [sys.executable, "-c", NETWORKS_COME_AND_GO.format(one_core=one_core)],
        capture_output=True,
        text=True,
    )


def test_a_signal_is_survived_after_networks_went_in_the_order_of_their_coming():
    program = ran(
        "from stickdance.checkpoints.openvino_core import CORE, openvino\nnew_core = lambda: CORE"
    )
    assert program.stdout == "alive\n", program


def test_no_other_module_makes_a_core():
    root = Path(__file__).resolve().parents[2]
    makers = [
        file.name
        for part in ("capture", "checkpoints", "choreography", "synth", "tools")
        for file in (root / part).rglob("*.py")
        if "openvino.Core(" in file.read_text()
    ]
    assert makers == ["openvino_core.py"]

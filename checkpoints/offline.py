"""Importing this switches off what libraries would tell others about their use.

It must come before those libraries, which look when they are imported. So each file that imports
one of `TALKATIVE` imports this one above it, whoever uses that file, and a test sees to it.

    ONNX Runtime   keeps a record of its sessions in ~/.cache/Microsoft and sends it ten seconds
                   after the first: ORT_DISABLE_TELEMETRY
    OpenVINO       tells Google Analytics of each import, and writes to ~/intel, by the package
                   `openvino_telemetry`; where that is absent it has a stub that does nothing. Its
                   other ways out are a file in the home folder, which is not ours to write, and to
                   pretend that this is a build server
    Ray            usage statistics: RAY_USAGE_STATS_ENABLED (see `synth.compute.ray_cluster` for
                   the addresses that it listens on and asks for)
    huggingface_hub
                   counts of what is used, where `stickdance hub` asks it: HF_HUB_DISABLE_TELEMETRY

Weights are fetched by `checkpoints.public` alone, and performers shared by `tools.hub`, when a
person asks for it.
"""

import os
import sys
from typing import Final

TALKATIVE: Final = ("onnxruntime", "openvino", "ray", "huggingface_hub")
"""Packages that are imported only below this module."""

SETTINGS: Final = {
    "ORT_DISABLE_TELEMETRY": "1",
    "RAY_USAGE_STATS_ENABLED": "0",
    "HF_HUB_DISABLE_TELEMETRY": "1",
}
"""Environment variables that they look at."""


def switch_off() -> None:
    """Set what the libraries look at, for this process and for those that it starts."""
    os.environ.update(SETTINGS)
    # How Python says that a package is absent; one that is imported already stays.
    sys.modules.setdefault("openvino_telemetry", None)  # type: ignore[arg-type]


switch_off()

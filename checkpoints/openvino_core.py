"""The one OpenVINO core of a process, which is never given back.

Each core that first touches the CPU exchanges the stack on which its thread handles signals, and
puts the one before it back when it goes. Cores that do not go in the reverse order of their coming
leave the thread with a stack that is gone: the next signal (Ctrl-C, a child that ends) kills the
process. With one core there is no order to keep.
"""

from typing import Final

import stickdance.checkpoints.offline  # noqa: F401  # first: OpenVINO would phone home

# isort: split
import openvino

CORE: Final = openvino.Core()
"""What compiles networks, from any thread."""

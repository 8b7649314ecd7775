"""Types of NumPy arrays by what they hold; shapes, units and exact widths stand in docstrings."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]
"""Pictures and mattes at 8 bits."""
Floats = NDArray[np.floating[Any]]
"""Mostly float32."""
Integers = NDArray[np.integer[Any]]
Bools = NDArray[np.bool_]
Levels = NDArray[np.integer[Any] | np.floating[Any]]
"""Pictures at 8 bits, or float32 in 0..255 with fractions."""

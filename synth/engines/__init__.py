"""Engines: what computes a generator's windows at rendering.

Conventions: an engine takes a generator's inputs by name, tensors (N, channels, height, width) of
one window of the frame, and answers `Painted` float32 tensors of that window. Engines other than
PyTorch are built from the generator in memory each time; a graph from a file is never run.
"""

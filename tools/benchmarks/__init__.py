"""Timings beside peers and baselines; run as `python -m stickdance.tools.benchmarks.NAME`."""

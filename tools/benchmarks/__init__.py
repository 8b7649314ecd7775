"""Side-by-side timings against peers and baselines; run as `python -m tools.benchmarks.NAME`."""

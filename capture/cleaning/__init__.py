"""Poses made trustworthy: misdetections out, sides put right, gaps filled, jitter smoothed.

Main path: `clean.clean()` does all of it in order; `jump_filter` is the published baseline.
"""

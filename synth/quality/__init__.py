"""Scores of rendered frames against real ones, each metric in a file of its own.

Conventions
    Pictures are uint8 RGB (height, width, 3) with peak 255. Every key names its definition, e.g.
    `ssim_gaussian` and `ssim_skimage`. A score that cannot be had is None, with a reason beside it.
"""

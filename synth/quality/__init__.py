"""Scores of rendered frames against real ones, each metric in a file of its own.

Map
    compare, pairing                main path 4: two videos or folders of pictures -> scores
    held_out                        a performer and four baselines on frames that trained nothing
    scores                          all scores of a pair in one pass, means over many
    psnr, ssim, lpips, sharpness    one family of definitions each: arrays in, a float out

Conventions
    Pictures are uint8 RGB (height, width, 3) with peak 255. Every key names its definition, e.g.
    `ssim_gaussian` and `ssim_skimage`. A score that cannot be had is None, with a reason beside it.
"""

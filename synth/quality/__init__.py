"""Scores of rendered frames against real ones, each metric in a file of its own.

Map
    compare, comparison             main path 4: two videos, folders, NPZ files -> scores, in stages
    sides, npz_frames, pairing      what a side can be, and which frame belongs to which
    scores                          all scores of a pair of frames in one pass, means over many
    side_by_side                    one frame a thread, a few ahead
    metrics, thresholds             the names of the scores, and limits that they must keep
    psnr, ssim, lpips, sharpness    one family of definitions each: arrays in, a float out
    flicker, keypoints, frechet     likewise: over time, of the body, of all frames together
    identity, appearance_drift      of faces; of colour and sharpness over time
    mismatch                        time, colours, framing: what sets two sides apart as a whole
    ffmpeg_scores                   VMAF and others that ffmpeg's filters take of two videos
    luma                            the luma that two videos store, or that of RGB
    regions, guides, maps           scores of person, face, hands and background
    statistics, summary, results    what the scores of all frames amount to; tables of them
    ranking                         many renderings of one reference, with intervals
    many, pair_list, on_ray         many comparisons, remembered when finished
    result_files                    CSV, Parquet and JSON
    functional, metric_modules      plain functions and torchmetrics' Metric, for programs
    kernels, batches                the arithmetic, compiled for the processor and for a GPU
    held_out                        a performer and four baselines on frames that trained nothing

Conventions
    Pictures are uint8 RGB (height, width, 3) with peak 255. Every key names its definition, e.g.
    `ssim_gaussian` and `ssim_skimage`. A score that cannot be had is None, with a reason beside it.
"""

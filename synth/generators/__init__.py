"""The networks that paint a person from stick figures, and what they are trained by.

Map
    catalog, recipe            which generators there are, and the numbers each is trained by
    pix2pixhd, compact         the published generator; the fast one for CPUs
    face, temporal             a second network for the head; one that sees its own frame before
    discriminator              70x70 patches judged at several scales
    fused_convolutions         the same answer from fewer steps
    crop_window                the part of a frame that a generator has to look at
"""

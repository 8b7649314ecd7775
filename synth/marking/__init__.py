"""The mark in the pixels: 64 bits in the luma of every frame that outlive what removes metadata.

Map
    code            64 bits as signs, and signs as 64 bits
    pattern         those signs as frequencies of a pattern that is laid over frames
    spectrum        frames as the detector sees them, at the frequencies of the pattern
    embedding       the pattern added to frames, as they are made
    detection       the pattern looked for at every scale and place
    reading         the mark of a video
    videoseal       another mark, by Meta's networks, where somebody has their file
    of_rendering    the mark of a rendering: which, and whether it has room for it
"""

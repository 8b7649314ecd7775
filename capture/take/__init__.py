"""One captured performance as a folder that a person can open and understand.

Map
    take                          the folder: frames, poses, mattes, plate, body profile, report
    pairs                         (stick figure, photo, matte) drawn from it on demand
    merging, splitting, segments  takes made of parts of others
    lineage                       where each of their frames comes from
"""

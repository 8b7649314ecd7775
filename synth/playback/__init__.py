"""A dance shown by the filmed frames themselves, where they show its poses.

Map
    filmed_frames, byte_slices, keeping    the frames that a performer keeps
    pose_distance, choosing, stretches     which frame shows which pose
    retiming                               times between filmed frames
    layers, person_flow, morphing          a person without the room, moved along optical flow
    player, shares                         the frames of a dance, and how many of them were filmed
"""

"""A movement given to another body and its place in the frame.

Map
    retarget                one body's bone lengths put onto another's
    global_normalisation    how near and how large a person is, made that of another
    body_from_poses         what both need to know of a body, measured from any poses
    transfer                the whole of it, with every guess said
"""

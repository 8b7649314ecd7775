"""The target's own pixels, part by part, moved from filmed frames onto a pose.

Map
    appearance                         the whole of it
    body_parts, part_masks             which pieces move as one, and which pixels they hold
    part_thickness                     how thick they are, and where the legs part
    part_colours, part_tidying         what colours tell of that; slivers and others' colours gone
    part_oddness                       which cuts of a limb look unlike it, and its usual outline
    source_selection, cross_fade       which filmed frame lends a part; from one to the next
    part_crops, frame_pool             the pieces cut out; training pictures kept small
    compositing, compositing_kernels   pieces laid over one another, compiled
    joint_bending                      how parts bend at knees, elbows, hips and shoulders
    motion_field, head_boxes           how pixels move between poses; where the head is
"""

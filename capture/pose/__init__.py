"""What a pose is: joints of a skeleton, over time, as a picture, and the body they belong to.

Map
    skeleton, sequence                      which joints there are; one person's joints over time
    stick_figure                            the picture of one pose that a renderer sees
    body_profile, body_profile_from_poses   a target's proportions, and how they are measured
    body_height, rig                        how tall a person stands; the tree of bones

`skeleton` and `sequence` import only numpy, so that using a pose never loads torch.
"""

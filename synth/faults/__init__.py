"""What is wrong with a painted person, told by the detectors that look at footage.

Conventions: pictures uint8 RGB (height, width, 3), poses (18, 2) pixels with the joints of
`OPENPOSE_18`, lengths in body heights (`capture.pose.body_height`).
"""

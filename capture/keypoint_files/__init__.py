"""KEYPOINT FILES OF OTHER PROGRAMS -> PEOPLE IN EACH FRAME, and back.

Main path: `reading.read_keypoints()` recognises a file or folder by what is in it;
`writing.write_keypoints()` writes poses for other programs.

Map
    keypoints                           what every reader gives: the people of each frame
    openpose, alphapose, coco,
    openpifpaf, named_joints,
    joint_arrays, aist, bvh             one format each
    json_text, numbers, numbering       careful JSON; numbers to people; file names to frames
    bvh_body, projection                joints of a motion capture; three dimensions to a picture

Conventions
    Those of `capture`: pixels of the frame, NaN and confidence 0 for a joint that is not there.
    What a file lacks (a frame, a joint, a value that is NaN or null) is missing; what it says
    wrongly (a number as text, another number of joints) is refused in one line.
"""

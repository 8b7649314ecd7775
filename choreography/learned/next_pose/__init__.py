"""THE NEXT POSE: a movement goes on as a network thinks it would.

Main path: `learn.learn_next_pose()` trains on movements, `sample.continued()` lets one go on.

Map
    movements                           tables, folders and files -> movements, split
    rows, rotations, bones              a pose as the numbers that a network sees; lengths kept
    network, learner                    a window at once, or two GRU layers; what one step does
    learn, model                        a model's folder: written, opened again
    sample, writing                     a movement goes on by itself; PoseSequence, BVH, video
    evaluate, feasibility               errors beside zero velocity; bones, speed, ground

Conventions
    Joints (..., joints, axes) in body heights, y up, as in `stickdance.choreography.movement`; rows
    (..., columns): intra-movement, then the left hip's place; 25 frames a second by default.

Sources: "What if we are able to predict movement?", after QuaterNet (Pavllo et al.
2018) and Martinez et al. 2017, whose network also tells the change from the pose before; Guo et al.
2023 (siMLPe: "Back to MLP").
"""

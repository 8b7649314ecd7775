"""The dancing body in three dimensions: channels of a pose, rotations, proportions, kinematics."""

"""Arm shapes that several actions share: (upper arm, forearm) as (outward, up, forward)."""

from stickdance.choreography.body.pose_channels import Arm

ON_HIP: Arm = ((0.55, -0.8, -0.2), (-0.72, -0.65, 0.3))
AT_SHOULDER: Arm = ((0.85, -0.45, 0.15), (-0.35, 0.9, 0.3))
CLAPPING: Arm = ((0.0, -0.8, 0.6), (-0.66, 0.26, 0.7))
CLAPPING_HIGH: Arm = ((0.2, 1.0, 0.1), (-0.65, 0.8, 0.1))
ON_CHEST: Arm = ((0.75, -0.6, 0.3), (-0.9, 0.2, 0.4))
CROSSED: Arm = ((0.15, -0.75, 0.6), (-0.9, 0.4, 0.3))
GUARD: Arm = ((0.4, -0.85, 0.3), (-0.25, 0.9, 0.45))
BEHIND_HEAD: Arm = ((0.9, 0.42, -0.1), (-0.95, 0.4, -0.15))
WIDE: Arm = ((1.0, 0.0, 0.1), (1.0, 0.05, 0.1))
WIDE_LOW: Arm = ((0.72, -0.7, 0.05), (0.8, -0.55, 0.2))
GOALPOST: Arm = ((1.0, 0.05, 0.05), (0.05, 1.0, 0.1))
SCARECROW: Arm = ((1.0, 0.05, 0.05), (0.05, -1.0, 0.15))
HIGH: Arm = ((0.28, 1.0, 0.05), (0.08, 1.0, 0.05))
HIGH_WIDE: Arm = ((0.7, 0.75, 0.05), (0.55, 0.85, 0.05))
PUMPED: Arm = ((0.32, -0.92, -0.25), (0.2, 0.35, 0.9))
ACROSS_LOW: Arm = ((-0.1, -0.95, 0.4), (-0.6, -0.75, 0.3))
ACROSS_HIGH: Arm = ((-0.15, 0.35, 0.8), (-0.7, 0.6, 0.4))

"""Dances for other programs: keypoint files, stick-figure videos, motion capture (BVH)."""

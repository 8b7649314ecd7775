"""Pose estimators behind one contract: frames in, people with joints and confidences out."""

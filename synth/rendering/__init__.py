"""From poses to painted frames: groups of poses side by side, the person over a background.

Map
    renderer, cutout                 windows of painted frames; the person without the room
    own_arms                         forearms as filmed, where the generator is in doubt
    backgrounds, label               what stands behind; words on every frame
    pose_novelty, known_poses        poses unlike any filmed: found, and held to those that were
    calibration_poses                poses on which engines are tried
"""

"""Dancing what another person dances in a video, to that video's own sound.

Map
    video_to_dance      a motion clip and the sound of its video -> a dance of another body
    leader              the leader's movement, frame by frame, on the body that follows
    place               the follower kept inside their frame, feet on their ground
    sound_of_video      a video's sound from its first picture to its last, silent where it has none
"""

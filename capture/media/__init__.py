"""Footage and sound, in and out: streams of frames and samples, never whole videos in memory.

Map
    video, decoding, video_writer   frames out of a video and into one
    probing, streams, ffmpeg        what is in a file; ffmpeg run safely
    audio                           a song decoded once
    images, image_folder            single pictures; a folder of them as footage
    camera, consent_metadata        recording, and the consent that a recording carries
    framing                         crop and scale
    prefetch, jit                   work ahead in threads; compiled loops
"""

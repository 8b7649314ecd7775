"""The main job: a song and footage of a person in, a video of that person dancing out."""

"""The person apart from the room: soft mattes, the clean plate, the shadow on the floor.

Map
    matte, streamed_matting    the matte of one frame; plate and mattes of a whole take
    plate, inpainting          the room without the person, and what the camera never saw of it
    instance_masks             whose each pixel is, where several people are in the picture
    shadow                     the shadow belongs to the person's side
    temporal_smoothing         mattes that stand still where the picture does
"""

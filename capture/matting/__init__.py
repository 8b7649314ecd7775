"""The person apart from the room: soft mattes, the clean plate, the shadow on it.

Map
    matte, streamed_matting    the matte of one frame; plate and mattes of a whole take
    plate, inpainting          the room without the person, and what the camera never saw of it
    cast_shadow, shadow_fitting  the shadow that follows a silhouette, and finding it with the room
    room                       plate, cast shadow and each frame's light together
    moving_background          what of the room moves by itself
    instance_masks             whose each pixel is, where several people are in the picture
    shadow                     where no cast shadow is found, it belongs to the person's side
    temporal_smoothing         mattes that stand still where the picture does
"""

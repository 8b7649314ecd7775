"""The person apart from the room: soft mattes, the clean plate, the shadow on it.

Map
    matte, streamed_matting    the matte of one frame; plate and mattes of a whole take
    evidence, person_colours, limbs  what colours and joints say of each pixel
    trimap, known_background   what is sure, and how much of a pixel in doubt is the person
    islands_and_holes, temporal_smoothing, optical_flow  mattes over time
    foreground                 the person's own colours at soft edges
    plate, inpainting, patch_offsets  the room without the person, and what was never seen of it
    cast_shadow, shadow_fitting  the shadow that follows a silhouette, and finding it with the room
    room                       plate, cast shadow and each frame's light together
    moving_background          what of the room moves by itself
    instance_masks             whose each pixel is, where several people are in the picture
    shadow                     where no cast shadow is found, it is kept out of the plate
"""

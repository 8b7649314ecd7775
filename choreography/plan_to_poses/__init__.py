"""From the steps of a plan to joints in every frame: joined without a jump, kept in the frame."""

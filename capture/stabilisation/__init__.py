"""The camera held still and the light even: measured, taken out, and put back on request."""

"""Whether this machine can do the main job, and what mends what is missing.

Every part is looked at by itself, and what its look raises is a line about it. So all but
`timing`, which runs in a process of its own, imports nothing but the standard library and files of
ours that need no more: it works where packages are absent or broken.
"""

"""Many jobs from a manifest, each a command of stickdance, on processes of this computer or Ray.

Map
    options                 what `stickdance batch` is told
    columns, manifest       rows -> command lines, every one checked before the first runs
    locations, stores       names of inputs and results: paths, and object stores by fsspec
    cache                   inputs from stores, by their hash, the longest unused ones going first
    doing                   one job: inputs there, its process, its result in place whole
    schedule                which job begins when, which is tried again
    processes, on_ray       what jobs run on
    batch                   all of it
"""

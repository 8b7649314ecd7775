"""Work that outlives the tab, the terminal and the power: jobs on disk, done one after another.

Map
    job                 one job as JSON: a stickdance command line, and what became of it
    queue               the folder of all jobs: added, cancelled, tried again, put in order, removed
    log, thumbnail      what a job tells while it runs, and what it made, as a picture
    process             the process of one job
    archive             jobs and all that they read as one file, and such a file as jobs
    worker              starts the next job where none runs, and takes back those that were orphaned
"""

"""BEATS AND SECTIONS AS OTHER PROGRAMS WRITE THEM.

`marks` says what beats and sections given from outside are and checks them; `files` finds the
format by a file's name; `beats_file`, `audacity`, `jams_file` and `summary_file` each read and
write one; `listening_files` is the folder with all of them that `stickdance listen` makes;
`corrections` turns marks back into what the rest of the package works with, so that people can
correct what was heard.

Conventions
    Times are seconds from the first decoded sample. A beat's position counts from 1, the downbeat.
    A section whose text is `chorus`, or ends with ` chorus`, is (a return of) the chorus.
"""

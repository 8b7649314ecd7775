"""Editing a dance: some steps changed, all else as it was.

Map
    edit_dance     a dance -> a dance with some of its steps changed
    options        what is changed, and how
    selection      the words that name steps: "section:B", "12-16"
    changes        steps locked, removed, swapped, mirrored
    reroll         steps chosen anew for their beats
"""

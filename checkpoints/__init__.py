"""WHAT A TRAINED MODEL IS ON DISK.

`folder` saves and loads one: safetensors, options as JSON, a card in Markdown, resumable state.
`demo/` holds the demo performer. Nothing is pickled. This package imports nothing of stickdance.
"""

"""Which genre a dance is of, told from half-second to few-second windows of it.

Source: Xie, Feng and Kanell, "AI Choreographer": features of 30 frames -> batch
normalisation -> bidirectional LSTM -> two dense layers -> one of the genres; tuned by Hyperband.

Conventions
    Features (frames, columns) float32 at one frame rate; windows (windows, frames, columns);
    genres in alphabetical order. A song is never both learnt from and judged by.
"""

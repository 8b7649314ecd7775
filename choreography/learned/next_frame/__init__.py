"""The next frame of a video from the frames before it: a ConvLSTM on small grey pictures.

Source: Xie, Feng and Kanell, "AI Choreographer", after Shi et al. 2015, "Convolutional
LSTM network", and Joshi's example for Keras.

Conventions
    Grey frames (frames, height, width), uint8 in clips and float32 in 0..1 in networks; sizes
    (width, height), at most 90x60 or, upright, 60x90. What is predicted at `i` is frame `i + 1`.
"""

"""Which of the people in each frame is the target, and staying on them over cuts and crossings."""

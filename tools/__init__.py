"""What people run: the command `stickdance`, the main job, the demo material and the benchmarks."""

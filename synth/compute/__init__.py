"""Where networks run and in which numbers: devices, threads, pictures as tensors."""

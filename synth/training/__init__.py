"""A take in, a performer out.

Main path: `trainer.train()`.

Map
    trainer, run, settings           the whole; its steps and saved states; options checked
    preparation, dataset             a take as samples: framing, plate, appearance
    augmentation, sample_batches     samples varied; batches step by step
    step, losses, gan                what one step does, and what it is judged by
    temporal_consistency             how errors change along the real motion, as a loss
    coarse_to_fine, distillation     courses for large pictures; learning from a trained performer
    validation, preview              how it does on frames kept from it, as numbers and pictures
    early_stopping, divergence       when to stop: nothing gained, or diverged
    distributed, out_of_memory       several processes; settings that would fit
"""

"""Losses: tensors in, a scalar out. Weights between terms belong to the presets."""

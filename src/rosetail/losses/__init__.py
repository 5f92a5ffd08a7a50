"""Losses that several methods share: tensors in, a scalar out."""

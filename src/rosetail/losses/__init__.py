"""Losses shared by several methods: tensors in, a scalar out."""

"""Measures of what the networks do; pictures in, numbers out, no training."""

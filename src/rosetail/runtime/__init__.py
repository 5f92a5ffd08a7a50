"""What users run: NumPy arrays in and out, no PyTorch."""

"""Write networks as ONNX and check them against PyTorch."""

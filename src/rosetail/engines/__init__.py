"""Run ONNX files with OpenVINO or ONNX Runtime; NumPy arrays in and out."""

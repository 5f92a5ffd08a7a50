"""Import of Google's MediaPipe face models (Apache-2.0)."""

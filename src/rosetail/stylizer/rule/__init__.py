"""Draw photographs by rule: clean shapes, flat tones and traced lines, features by landmarks."""

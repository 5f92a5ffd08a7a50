"""Image and video quality measures. They take pictures or features and return numbers."""

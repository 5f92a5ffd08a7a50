"""Style space: directions in it, and what they are good for."""

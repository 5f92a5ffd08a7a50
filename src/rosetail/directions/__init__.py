"""Find directions for tags in the space of codes w, and invert drawings to codes."""

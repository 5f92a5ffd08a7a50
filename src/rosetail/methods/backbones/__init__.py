"""Import of the frozen networks that losses and measures use."""

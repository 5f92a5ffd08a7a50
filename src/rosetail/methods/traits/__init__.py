"""Training of the reader of facial traits."""

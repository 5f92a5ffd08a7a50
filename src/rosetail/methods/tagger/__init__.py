"""A network that reads tags and landmarks of drawings."""

"""A network that finds heads in drawings."""

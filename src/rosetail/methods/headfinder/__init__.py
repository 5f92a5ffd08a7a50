"""The head finder: heads in drawings."""

"""The head finder: detects heads in drawings."""

"""Turn whole pictures into anime."""

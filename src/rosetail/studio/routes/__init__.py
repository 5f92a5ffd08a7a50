"""The API, one file a thing."""

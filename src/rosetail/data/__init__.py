"""Training folders: prepare, read and inspect pictures; make their targets."""

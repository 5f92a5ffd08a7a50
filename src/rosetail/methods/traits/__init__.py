"""Training of the facial traits classifier."""

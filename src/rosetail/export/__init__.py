"""From trained weights to the files that the runtime runs."""

"""Read, draw and write clips."""

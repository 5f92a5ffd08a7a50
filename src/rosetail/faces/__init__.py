"""Find faces in photos and drawings, align them, read their traits, follow them in clips."""

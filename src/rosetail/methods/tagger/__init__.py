"""The tagger: predicts tags and landmarks of drawn portraits."""

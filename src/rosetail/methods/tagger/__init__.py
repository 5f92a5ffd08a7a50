"""The tagger: tags and landmarks of drawn portraits."""

"""The studio: a web page for the library, served from the user's own machine."""

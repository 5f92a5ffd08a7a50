"""The studio: a page in the browser over the library, served from the user's own machine."""

"""Other people's published weights, turned into our files."""

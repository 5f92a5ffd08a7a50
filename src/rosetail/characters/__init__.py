"""Characters: a style code with its edits, drawn by a trained network or by the painter."""

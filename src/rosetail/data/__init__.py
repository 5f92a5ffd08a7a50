"""Pictures to learn from: folders, faces, targets, and the painter."""

"""One folder a method: network, critics, losses, recipe, export, importer and presets."""

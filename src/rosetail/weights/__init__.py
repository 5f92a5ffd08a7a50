"""The weights that travel with the package: what there is, and a checked way to each file."""

from rosetail.weights.catalog import Entry, card, find, find_parts, load_catalog, models, styles
from rosetail.weights.header import read_header

__all__ = ["Entry", "card", "find", "find_parts", "load_catalog", "models", "read_header", "styles"]

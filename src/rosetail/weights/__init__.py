"""The weights that travel with the package: what there is, and a checked way to each file."""

from rosetail.weights.catalog import Entry, card, find, load_catalog, styles
from rosetail.weights.header import read_header

__all__ = ["Entry", "card", "find", "load_catalog", "read_header", "styles"]

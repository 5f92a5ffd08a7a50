"""The weights shipped with the package: catalog, checksums and model cards."""

from rosetail.weights.catalog import (
    PAINTER,
    Entry,
    card,
    default_model,
    find,
    find_parts,
    load_catalog,
    models,
    styles,
)
from rosetail.weights.header import check_model, read_header

__all__ = [
    "PAINTER",
    "Entry",
    "card",
    "check_model",
    "default_model",
    "find",
    "find_parts",
    "load_catalog",
    "models",
    "read_header",
    "styles",
]

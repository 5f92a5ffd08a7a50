"""The anime painter: portraits drawn from parameters, with their ground truth.

`sample(seed)` chooses parameters, `params_from_photo` reads them off a photo, `paint(params)` draws
them. See docs/painter.md for the anatomy.
"""

from rosetail.painter.after import params_from_photo
from rosetail.painter.paint import Painting, paint, paint_figure
from rosetail.painter.params import PaintParams
from rosetail.painter.sample import sample
from rosetail.painter.sheet import sheet

__all__ = [
    "PaintParams",
    "Painting",
    "paint",
    "paint_figure",
    "params_from_photo",
    "sample",
    "sheet",
]

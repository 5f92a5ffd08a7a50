"""The anime painter: portraits drawn from parameters, with their ground truth.

`sample(seed)` chooses parameters, `params_from_photo` reads them off a photo, `paint(params)` draws
them. See docs/painter.md for the anatomy.
"""

from rosetail.data.painter.after import params_from_photo
from rosetail.data.painter.paint import Painting, paint, paint_figure
from rosetail.data.painter.params import PaintParams
from rosetail.data.painter.sample import sample
from rosetail.data.painter.sheet import sheet
from rosetail.data.painter.write import write
from rosetail.data.painter.write_after import write_after

__all__ = [
    "PaintParams",
    "Painting",
    "paint",
    "paint_figure",
    "params_from_photo",
    "sample",
    "sheet",
    "write",
    "write_after",
]

"""The anime painter: portraits drawn from parameters, with their ground truth.

`sample(seed)` chooses parameters, `paint(params)` draws them. See docs/painter.md for the anatomy.
"""

from rosetail.data.painter.paint import Painting, paint
from rosetail.data.painter.params import PaintParams
from rosetail.data.painter.sample import sample
from rosetail.data.painter.sheet import sheet
from rosetail.data.painter.write import write

__all__ = ["PaintParams", "Painting", "paint", "sample", "sheet", "write"]

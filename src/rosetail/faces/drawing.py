"""Tell drawings from photographs."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from rosetail.faces.warp import placement, warp

SIDE = 128  # pixels of the head that is looked at
MARGIN = 1.3  # side of the crop relative to the longer side of the face's box
FLAT = 0.5  # levels from pixel to pixel; noise and pores of photographs change more
DRAWN = 0.18  # share of flat pixels; photographs reach 0.13, drawings begin at 0.2


def looks_drawn(rgb: NDArray[np.uint8], box: NDArray[np.floating]) -> bool:
    """Whether the face in ``box`` (XYXY, [4]) of ``rgb`` (uint8 [H, W, 3]) is drawn: large parts
    of it have one colour."""
    middle = complex(box[0] + box[2], box[1] + box[3]) / 2
    scale = SIDE / (MARGIN * max(float(box[2] - box[0]), float(box[3] - box[1]), 1.0))
    matrix = placement(scale, (SIDE - 1) / 2 * (1 + 1j) - scale * middle)
    head = warp(rgb, matrix, (SIDE, SIDE), border=cv2.BORDER_REPLICATE)
    grey = cv2.cvtColor(head, cv2.COLOR_RGB2GRAY)
    x, y = (cv2.Sobel(grey, cv2.CV_32F, *order) / 8 for order in ((1, 0), (0, 1)))
    return bool((np.hypot(x, y) < FLAT).mean() > DRAWN)

"""The rule as a stylizer: better stills than the networks draw, and slower."""

from __future__ import annotations

from rosetail.arrays import Bytes
from rosetail.errors import UnknownStyle
from rosetail.faces.faces import find
from rosetail.faces.mesh import find_meshes
from rosetail.faces.proportions import towards_anime
from rosetail.stylizer.look import Look
from rosetail.stylizer.rule.looks import LOOKS
from rosetail.stylizer.rule.picture import SMALLEST, Progress, draw_picture
from rosetail.stylizer.scale import Detail


class RuleStylizer(Look):
    """Draws photos by rule, without a network for the drawing: flat tones, traced lines, and
    features by the face's own contours.

    ``style`` is ``cel``, ``anime`` or ``ink``. ``progress``, if given, is called with the parts of
    a picture that are drawn and their number: the picture, then each further head. A picture of
    768 pixels takes a few seconds. Frames of a clip would flicker. ``detail`` as a number is
    limited to a picture of 1.3 megapixels (:data:`rosetail.stylizer.rule.picture.MAX_PIXELS`);
    heads have a size of their own.

    Raises UnknownStyle for another name.
    """

    def __init__(self, style: str = "cel", progress: Progress | None = None) -> None:
        if style not in LOOKS:
            raise UnknownStyle(style, LOOKS)
        self.style, self.progress = style, progress

    def _draw(
        self, rgb: Bytes, detail: Detail, anime: float, faces_only: bool
    ) -> tuple[Bytes, Bytes]:
        if anime > 0:
            meshes = find_meshes(rgb, [face.landmarks for face in find(rgb, smallest=SMALLEST)])
            rgb = towards_anime(rgb, meshes, anime)
        drawn = draw_picture(
            rgb,
            LOOKS[self.style],
            detail=detail,
            faces_only=faces_only,
            progress=self.progress,
        )
        return rgb, drawn

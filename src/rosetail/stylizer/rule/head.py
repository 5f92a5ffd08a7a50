"""All that the rule knows about one head in a photograph."""

from __future__ import annotations

from dataclasses import dataclass

from rosetail.arrays import Floats
from rosetail.stylizer.rule.beard import read_beard
from rosetail.stylizer.rule.face_shape import FaceShape
from rosetail.stylizer.rule.features import Features
from rosetail.stylizer.rule.glasses import read_glasses
from rosetail.stylizer.rule.ink import Line, Places, trace_lines
from rosetail.stylizer.rule.photo import PhotoFields
from rosetail.stylizer.rule.skin_light import SkinLight, read_light
from rosetail.stylizer.rule.skin_mask import Regions, read_regions


@dataclass(frozen=True)
class SeenHead:
    """A head: its contours, masks, light and lines; ``beard``, ``glasses``: masks 0..1."""

    photo: PhotoFields
    face: FaceShape
    features: Features
    regions: Regions
    light: SkinLight
    beard: Floats
    glasses: Floats
    lines: list[Line]


def read_head(photo: PhotoFields, face: FaceShape, features: Features) -> SeenHead:
    """Read the head with ``face`` and its ``features`` in ``photo``."""
    regions = read_regions(photo, face, features)
    glasses = read_glasses(photo, face, features)
    closed = features.eye_room | (features.brow_room & (features.oval > 0.5))
    closed = (closed & (glasses < 0.5)) | features.lip_room | features.nose_room
    places = Places(photo.person, regions.hair, regions.skin, features.oval, closed)
    return SeenHead(
        photo,
        face,
        features,
        regions,
        read_light(photo, face, features, regions),
        read_beard(photo, face, features, regions),
        glasses,
        trace_lines(photo, places),
    )

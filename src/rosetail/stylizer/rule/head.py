"""All that the rule knows about one head in a photograph."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rosetail.arrays import Floats
from rosetail.faces.faces import align
from rosetail.faces.traits import SIDE, Traits, read_traits
from rosetail.faces.warp import transform
from rosetail.stylizer.rule.beard import read_beard
from rosetail.stylizer.rule.face_shape import FaceShape
from rosetail.stylizer.rule.features import Features
from rosetail.stylizer.rule.fields import to_rgb
from rosetail.stylizer.rule.folds import Fold, read_folds
from rosetail.stylizer.rule.glasses import read_glasses
from rosetail.stylizer.rule.ink import Line, Places, trace_lines
from rosetail.stylizer.rule.photo import PhotoFields
from rosetail.stylizer.rule.skin_light import SkinLight, read_light
from rosetail.stylizer.rule.skin_mask import Regions, read_regions
from rosetail.stylizer.rule.strands import Strand, read_strands


@dataclass(frozen=True)
class SeenHead:
    """A head: its contours, masks, light and lines; ``beard``, ``glasses``: masks 0..1.
    ``strands``: of hair, dark and light."""

    photo: PhotoFields
    face: FaceShape
    features: Features
    regions: Regions
    light: SkinLight
    beard: Floats
    glasses: Floats
    lines: list[Line]
    folds: list[Fold]
    strands: tuple[list[Strand], list[Strand]]


def read_head(photo: PhotoFields, face: FaceShape, features: Features) -> SeenHead:
    """Read the head with ``face`` and its ``features`` in ``photo``."""
    regions = read_regions(photo, face, features)
    traits = _traits(photo, face)
    glasses = read_glasses(photo, face, features, traits)
    closed = features.eye_room | (features.brow_room & (features.oval > 0.5))
    closed = (closed & (glasses < 0.5)) | features.lip_room | features.nose_room
    places = Places(photo.person, regions.hair, regions.skin, features.oval, closed)
    return SeenHead(
        photo,
        face,
        features,
        regions,
        read_light(photo, face, features, regions),
        read_beard(photo, face, features, regions, traits),
        glasses,
        trace_lines(photo, places),
        read_folds(photo, face),
        read_strands(photo, regions.hair),
    )


def _traits(photo: PhotoFields, face: FaceShape) -> Traits:
    rgb = np.asarray(to_rgb(photo.lab) * 255 + 0.5, np.uint8)
    upright = align(rgb, face.landmarks, SIDE)
    return read_traits(upright.image, transform(face.landmarks, upright.matrix))

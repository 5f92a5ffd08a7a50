"""What a photographed person looks like: traits and colours, read with mesh and person mask."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rosetail.faces.age import Age, read_age
from rosetail.faces.colours import Colour, HeadColours, read_colours
from rosetail.faces.faces import align
from rosetail.faces.hair import HairTraits, read_hair
from rosetail.faces.mesh import Mesh
from rosetail.faces.regions import HeadRegions, head_regions
from rosetail.faces.traits import SIDE, Traits, describe_upright, traits_of_head
from rosetail.faces.warp import transform

Bytes = NDArray[np.uint8]


@dataclass(frozen=True)
class Appearance:
    """``traits``: probabilities, those of the hair read from the regions of the head (as ``hair``,
    which also tells headwear and the kind of hair). ``regions``: where it was read."""

    traits: Traits
    age: Age
    hair: HairTraits
    colours: HeadColours
    regions: HeadRegions

    @property
    def headwear(self) -> float:
        """Probability of a veil, scarf or hat; the hair's traits and colour are then those of the
        cloth."""
        return self.hair.headwear

    def as_dict(self) -> dict[str, Any]:
        """Plain numbers, as ``rosetail faces --json`` prints them; colours as ``#rrggbb``."""
        traits = {name: round(value, 3) for name, value in self.traits._asdict().items()}
        hair = self.hair._asdict()
        colours = self.colours
        return {
            "traits": traits | {name: round(value, 3) for name, value in hair.items()},
            "age": self.age.group,
            "hair": None if self.headwear > 0.5 or self.hair.bald > 0.5 else self.hair.kind,
            "colours": {
                "skin": _hex(colours.skin),
                "hair": _hex(colours.hair),
                "eyes": _hex(colours.eyes),
                "lips": _hex(colours.lips),
                "skin_tone": round(colours.tone, 1),
            },
        }


def read_appearance(rgb: Bytes, mesh: Mesh) -> Appearance:
    """Read the person with the face ``mesh`` in the photo ``rgb`` (uint8 [H, W, 3])."""
    upright = align(rgb, mesh.landmarks, SIDE)
    head = describe_upright(upright.image, transform(mesh.landmarks, upright.matrix))
    traits = traits_of_head(head)
    regions = head_regions(rgb, mesh)
    hair = read_hair(regions)
    # Two readers, by regions and by windows, err differently: the mean is the length.
    medium, long = (hair.medium + traits.medium) / 2, (hair.long + traits.long) / 2
    hair = hair._replace(medium=medium, long=long)
    traits = traits._replace(bald=hair.bald, medium=hair.medium, long=hair.long, fringe=hair.fringe)
    return Appearance(traits, read_age(head), hair, read_colours(rgb, mesh, regions), regions)


def _hex(colour: Colour | None) -> str | None:
    if colour is None:
        return None
    return "#" + "".join(f"{round(255 * value):02x}" for value in colour)

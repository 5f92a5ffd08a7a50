"""``rosetail faces``: show the faces that are detected in a picture."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer

if TYPE_CHECKING:
    from rosetail.faces.appearance import Appearance
    from rosetail.faces.faces import Detector

EXAMPLES = """
**Examples**

- Draw points, pose and expression over a photo: `rosetail faces me.jpg -o overlay.png`

- Print them as JSON: `rosetail faces me.jpg --json`
"""


def show_faces(
    photo: Annotated[Path, typer.Argument(metavar="PHOTO", help="Photo with one or more faces.")],
    out: Annotated[
        Path | None,
        typer.Option("--out", "-o", metavar="FILE", help="Photo with the faces drawn over it."),
    ] = None,
    as_json: Annotated[
        bool,
        typer.Option(
            "--json", help="Print boxes, points, pose, expression, traits and colours as JSON."
        ),
    ] = False,
    detector: Annotated[
        str,
        typer.Option(
            metavar="auto|mtcnn|blazeface",
            help="Face detector. `auto` asks BlazeFace if MTCNN finds nobody.",
        ),
    ] = "auto",
) -> None:
    """Find faces and show landmarks, head pose, expression, traits and colours."""
    from rosetail import images
    from rosetail.errors import NoFaceFound
    from rosetail.faces.analysis import find, overlay
    from rosetail.faces.drawn_heads import find_heads

    if out is not None:
        images.check_output(out)
    rgb = images.read(photo)
    found = find(rgb, appearance=as_json or out is None, detector=cast("Detector", detector))
    if as_json:
        print(json.dumps([each.as_dict() for each in found]))
    if not found:
        heads = len(find_heads(rgb))
        if heads:
            raise NoFaceFound(f"{photo}: no photographed face, drawn heads: {heads}; use a photo")
        raise NoFaceFound(f"{photo}: no face found; use a photo with a larger, clearer face")
    if out is not None:
        images.save(overlay(rgb, found), out)
        print(out)
    elif not as_json:
        for number, each in enumerate(found, 1):
            yaw, pitch, roll = each.pose[:3]
            kind = "drawn face" if each.drawn else "face"
            print(f"{kind} {number}: yaw {yaw:.0f}, pitch {pitch:.0f}, roll {roll:.0f} degrees")
            for name, value in each.as_dict()["expression"].items():
                if abs(value) >= 0.1:
                    print(f"  {name.replace('_', ' ')} {value:.2f}")
            if each.appearance:
                _print_appearance(each.appearance)


def _print_appearance(appearance: Appearance) -> None:
    """Print the traits that are likelier than not, and the colours."""
    seen = appearance.as_dict()
    traits = [name for name, value in seen["traits"].items() if value > 0.5]
    print(f"  traits: {', '.join(traits) or 'none'}")
    colours = [f"{name} {value}" for name, value in seen["colours"].items() if value is not None]
    print(f"  colours: {', '.join(colours)}")

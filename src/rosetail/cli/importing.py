"""``rosetail import``: weights that others trained, in our format."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from rosetail.cli.console import need

imports = typer.Typer(no_args_is_help=True, help="Bring in weights that others trained.")

GNR_EXAMPLES = """
**Example**

- `rosetail import gnr GNR_checkpoint.pt -o gnr`
"""
LOOK_EXAMPLES = """
**Example**

- `rosetail import KIND FILE -o look.onnx`, then
  `rosetail stylize me.jpg -o me-anime.png --style look.onnx`

Nothing in the file is run. A .safetensors file is written where the name asks for one.
"""
STYLEGAN2_EXAMPLES = """
**Example**

- `rosetail import stylegan2 550000.pt -o anime.safetensors`, then
  `rosetail stylize me.jpg -o me-anime.png --style anime.safetensors`

It has no reader of photos: each photo is projected into it, which takes as many steps as told here
and the extra train. Nothing in the file is run.
"""

Look = Annotated[
    Path,
    typer.Option("--out", "-o", metavar="OUT.onnx", help="The look to write."),
]


def register(app: typer.Typer) -> None:
    """Add the verbs to the program."""
    app.add_typer(imports, name="import", rich_help_panel="Train your own")


@imports.command(epilog=GNR_EXAMPLES)
def gnr(
    checkpoint: Annotated[
        Path, typer.Argument(metavar="FILE", help="The authors' GNR_checkpoint.pt.")
    ],
    out: Annotated[
        Path, typer.Option("--out", "-o", metavar="FOLDER", help="Where both ways' weights go.")
    ],
) -> None:
    """GANs N' Roses as published: to_anime.safetensors and to_photo.safetensors.

    Nothing in the file is run.
    """
    need("import", "train", "torch", "safetensors")
    from rosetail.methods.roses.importer import import_gnr

    for path in import_gnr(checkpoint, out):
        print(path)


@imports.command(epilog=LOOK_EXAMPLES.replace("KIND FILE", "cyclegan latest_net_G_A.pth"))
def cyclegan(
    checkpoint: Annotated[
        Path, typer.Argument(metavar="FILE", help="A generator's .pth, as latest_net_G_A.pth.")
    ],
    out: Look,
) -> None:
    """CycleGAN, from the authors' PyTorch program."""
    need("import", "train", "torch", "onnx", "safetensors")
    from rosetail.methods.cyclegan.importer import import_cyclegan

    print(import_cyclegan(checkpoint, out))


@imports.command(epilog=LOOK_EXAMPLES.replace("KIND FILE", "animegan2 face_paint_512_v2.pt"))
def animegan2(
    checkpoint: Annotated[
        Path, typer.Argument(metavar="FILE", help="A .pt of the port, as face_paint_512_v2.pt.")
    ],
    out: Look,
    corners: Annotated[
        bool,
        typer.Option(
            help="How maps are doubled: with corner pixels kept in place, as the port does unless "
            "told otherwise, or not, as the original program did."
        ),
    ] = True,
) -> None:
    """AnimeGANv2, from the public PyTorch port."""
    need("import", "train", "torch", "onnx", "safetensors")
    from rosetail.methods.animegan2.importer import import_animegan2

    print(import_animegan2(checkpoint, out, corners=corners))


@imports.command(epilog=LOOK_EXAMPLES.replace("KIND FILE", "animegan3 AnimeGANv3_Hayao_36.onnx"))
def animegan3(
    checkpoint: Annotated[
        Path, typer.Argument(metavar="FILE", help="An .onnx file as AnimeGANv3_Hayao_36.onnx.")
    ],
    out: Look,
) -> None:
    """AnimeGANv3, from the authors' ONNX files."""
    need("import", "train", "onnx")
    from rosetail.methods.doubletail.importer import import_animegan3

    print(import_animegan3(checkpoint, out))


@imports.command(epilog=LOOK_EXAMPLES.replace("KIND FILE", "ugatit selfie2anime_params_1000000.pt"))
def ugatit(
    checkpoint: Annotated[
        Path, typer.Argument(metavar="FILE", help="A params file, full or light.")
    ],
    out: Look,
) -> None:
    """U-GAT-IT, from the authors' PyTorch program."""
    need("import", "train", "torch", "onnx", "safetensors")
    from rosetail.methods.ugatit.importer import import_ugatit

    print(import_ugatit(checkpoint, out))


@imports.command(epilog=STYLEGAN2_EXAMPLES)
def stylegan2(
    checkpoint: Annotated[
        Path, typer.Argument(metavar="FILE", help="A checkpoint in rosinality's layout.")
    ],
    out: Annotated[
        Path, typer.Option("--out", "-o", metavar="OUT.safetensors", help="The file to write.")
    ],
    steps: Annotated[
        int, typer.Option(min=1, metavar="NUMBER", help="Steps of projection for each photo.")
    ] = 300,
    coarse: Annotated[
        int,
        typer.Option(
            min=0, metavar="NUMBER", help="Layers that are the photo's; the rest are the style's."
        ),
    ] = 8,
    seed: Annotated[int, typer.Option(min=0, help="Which style is shown.")] = 0,
) -> None:
    """StyleGAN2, from the public PyTorch port by rosinality."""
    need("import", "train", "torch", "safetensors")
    from rosetail.methods.stylegan2.importer import import_stylegan2

    print(import_stylegan2(checkpoint, out, steps=steps, coarse=coarse, seed=seed))

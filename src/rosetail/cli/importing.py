"""``rosetail import``: convert published weights to our format."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from rosetail import extras
from rosetail.cli.options import OutFolder, Seed

if TYPE_CHECKING:
    from rosetail.methods.backbones.importer import Imported

imports = typer.Typer(
    no_args_is_help=True,
    help="Convert published weights. Nothing in their files is executed.",
)

GNR_EXAMPLES = """
**Examples**

- `rosetail import gnr GNR_checkpoint.pt -o gnr`, then
  `rosetail cast me.jpg --model gnr -o sheet.png`

- From a drawing to photos: `rosetail cast anime.png --model gnr/to_photo -o photos.png`

- Train it on: `rosetail train roses --config full --set start=gnr`
"""
LOOK_EXAMPLES = """
**Example**

- `rosetail import {} -o look.onnx`, then
  `rosetail stylize me.jpg -o me-anime.png --style look.onnx`

A name that ends in .safetensors gives the weights instead of an ONNX file.
"""
STYLEGAN2_EXAMPLES = """
**Example**

- `rosetail import stylegan2 550000.pt -o anime.safetensors`, then
  `rosetail stylize me.jpg -o me-anime.png --style anime.safetensors`

It has no encoder: each photo is projected into it by optimisation, which needs the extra train.
"""
VGG19_EXAMPLES = """
**Example**

- `rosetail import vgg19 vgg19-d01eb7cb.pth -o vgg19.safetensors`

Weights are published by Keras (vgg19_weights_tf_dim_ordering_tf_kernels.h5), for PyTorch at
github.com/jcjohnson/pytorch-vgg (vgg19-d01eb7cb.pth), and by torchvision, which trained them again
(vgg19-dcbb9e9d.pth). The first two are the same weights, for which published losses are weighted.
"""
INCEPTION_EXAMPLES = """
**Example**

- `rosetail import inception pt_inception-2015-12-05-6726825d.pth -o inception.safetensors`

The file is published at github.com/mseitzer/pytorch-fid.
"""
LPIPS_EXAMPLES = """
**Example**

- `rosetail import lpips vgg16-397923af.pth vgg.pth -o lpips.safetensors`

The first file is torchvision's, the second is in the package lpips (weights/v0.1/vgg.pth).
"""
MEDIAPIPE_EXAMPLES = "**Example**\n\n- `rosetail import mediapipe models weights`"
MTCNN_EXAMPLES = "**Example**\n\n- `rosetail import mtcnn weights`"

Look = Annotated[Path, typer.Option("--out", "-o", metavar="OUT.onnx", help="The look to write.")]


def _need(*modules: str) -> None:
    extras.check("import", "train", "onnx", *modules)


@imports.command(epilog=GNR_EXAMPLES)
def gnr(
    checkpoint: Annotated[
        Path, typer.Argument(metavar="FILE", help="The authors' GNR_checkpoint.pt.")
    ],
    out: OutFolder,
) -> None:
    """GANs N' Roses as published: the models of both directions, and weights to train on.

    Sizes are read from the file. Critics are written if the file has them.
    """
    _need("torch", "safetensors", "skia")
    from rosetail.methods.roses.importer import import_gnr

    for path in import_gnr(checkpoint, out):
        print(path)


@imports.command(epilog=LOOK_EXAMPLES.format("cyclegan latest_net_G_A.pth"))
def cyclegan(
    checkpoint: Annotated[
        Path, typer.Argument(metavar="FILE", help="A generator's .pth, as latest_net_G_A.pth.")
    ],
    out: Look,
) -> None:
    """CycleGAN, from the authors' PyTorch program."""
    _need("torch", "safetensors")
    from rosetail.methods.cyclegan.importer import import_cyclegan

    print(import_cyclegan(checkpoint, out))


@imports.command(epilog=LOOK_EXAMPLES.format("animegan2 face_paint_512_v2.pt"))
def animegan2(
    checkpoint: Annotated[
        Path,
        typer.Argument(metavar="FILE", help="A .pt of the port, such as face_paint_512_v2.pt."),
    ],
    out: Look,
    resize: Annotated[
        Literal["corners", "half_pixel", "asymmetric"],
        typer.Option(
            help="Upsampling: that of the port's generator, of its test.py, or of the original "
            "program in TensorFlow 1."
        ),
    ] = "corners",
) -> None:
    """AnimeGANv2, from the public PyTorch port."""
    _need("torch", "safetensors")
    from rosetail.methods.animegan2.importer import import_animegan2

    print(import_animegan2(checkpoint, out, resize=resize))


@imports.command(epilog=LOOK_EXAMPLES.format("animegan3 AnimeGANv3_Hayao_36.onnx"))
def animegan3(
    checkpoint: Annotated[
        Path, typer.Argument(metavar="FILE", help="An .onnx file as AnimeGANv3_Hayao_36.onnx.")
    ],
    out: Look,
) -> None:
    """AnimeGANv3, from the authors' ONNX files."""
    _need()
    from rosetail.methods.doubletail.importer import import_animegan3

    print(import_animegan3(checkpoint, out))


@imports.command(epilog=LOOK_EXAMPLES.format("ugatit selfie2anime_params_1000000.pt"))
def ugatit(
    checkpoint: Annotated[
        Path, typer.Argument(metavar="FILE", help="A params file, full or light.")
    ],
    out: Look,
) -> None:
    """U-GAT-IT, from the authors' PyTorch program."""
    _need("torch", "safetensors")
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
        int, typer.Option(min=1, metavar="NUMBER", help="Optimisation steps for each photo.")
    ] = 300,
    coarse: Annotated[
        int,
        typer.Option(
            min=0, metavar="NUMBER", help="Layers fitted to the photo; the rest are the style."
        ),
    ] = 8,
    seed: Seed = 0,
) -> None:
    """StyleGAN2, from the public PyTorch port by rosinality. --seed chooses the style."""
    _need("torch", "safetensors")
    from rosetail.methods.stylegan2.importer import import_stylegan2

    print(import_stylegan2(checkpoint, out, steps=steps, coarse=coarse, seed=seed))


Weights = Annotated[
    Path, typer.Option("--out", "-o", metavar="OUT.safetensors", help="The file to write.")
]


@imports.command(epilog=VGG19_EXAMPLES)
def vgg19(
    source: Annotated[
        Path, typer.Argument(metavar="FILE", help="VGG-19 as .pth, .safetensors or Keras' .h5.")
    ],
    out: Weights,
) -> None:
    """VGG-19, whose features losses and measures use (--vgg)."""
    _need("torch", "safetensors")
    from rosetail.methods.backbones.importer import import_vgg19

    _told(import_vgg19(source, out))


@imports.command(epilog=INCEPTION_EXAMPLES)
def inception(
    source: Annotated[
        Path, typer.Argument(metavar="FILE", help="The network of 2015, ported to PyTorch.")
    ],
    out: Weights,
) -> None:
    """Inception v3, with which FID is published (--inception)."""
    _need("torch", "safetensors")
    from rosetail.methods.backbones.importer import import_inception

    _told(import_inception(source, out))


@imports.command(epilog=LPIPS_EXAMPLES)
def lpips(
    vgg16: Annotated[Path, typer.Argument(metavar="VGG16", help="torchvision's VGG-16.")],
    heads: Annotated[Path, typer.Argument(metavar="HEADS", help="vgg.pth of the package lpips.")],
    out: Weights,
) -> None:
    """LPIPS with VGG-16 (--lpips)."""
    _need("torch", "safetensors")
    from rosetail.methods.backbones.importer import import_lpips

    _told(import_lpips(vgg16, heads, out))


def _told(imported: Imported) -> None:
    print(f"{imported.path}: weights of {imported.source}")


@imports.command(epilog=MTCNN_EXAMPLES)
def mtcnn(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The folder to write.")],
) -> None:
    """The MTCNN face detector, from the installed package mtcnn."""
    _need("mtcnn", "joblib", "lz4")
    from rosetail.methods.mtcnn.importer import import_mtcnn

    for path in import_mtcnn(folder):
        print(path)


@imports.command(epilog=MEDIAPIPE_EXAMPLES)
def mediapipe(
    models: Annotated[
        Path,
        typer.Argument(
            metavar="MODELS", help="Folder with the .tflite files of the package mediapipe 0.10.14."
        ),
    ],
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The folder to write.")],
) -> None:
    """MediaPipe's face mesh, iris, BlazeFace and person models, as ONNX files."""
    _need("tflite")
    from rosetail.methods.mediapipe.importer import import_mediapipe

    for path in import_mediapipe(models, folder):
        print(path)

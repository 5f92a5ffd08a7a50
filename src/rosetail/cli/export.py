"""``rosetail export``: convert training runs to ONNX files, and related conversions."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated, Any, Literal

import typer

from rosetail import extras

RUN_EXAMPLES = """
**Examples**

- A look: `rosetail export run runs/mine -o mine.onnx --photos photos`, then
  `rosetail stylize me.jpg -o me-anime.png --style mine.onnx`

- The network as trained, for other programs: `rosetail export run runs/mine -o plain.onnx
  --form plain`

- A character model: `rosetail export run runs/roses -o model --larger 2 --steep 2 --outline 0.8`

- Detector or tagger: `rosetail export run runs/heads -o headfinder.onnx`

- A StyleGAN2 whose characters can be edited: `rosetail export run runs/stylegan2 -o
  stylegan2.safetensors`, then `rosetail directions fit --model stylegan2.safetensors
  --photos photos -o stylegan2.directions.safetensors`
"""
WEB_EXAMPLES = "**Example**\n\n- `rosetail export web site`"
LOOKS_EXAMPLES = "**Example**\n\n- `rosetail export web-looks web/public/assets/live`"
START_EXAMPLES = """
**Examples**

- `rosetail export start roses start`, then `rosetail train roses --run runs/more --set start=start`

- For pictures twice as large: `rosetail export start roses start --channels 32`

- A tagger: `rosetail export start tagger.onnx start.safetensors --painted data/painted`
"""
FACE_EXAMPLES = "**Example**\n\n- `rosetail export face-shape portraits mean_face.npy`"
FINISH_EXAMPLES = """
**Example**

- `rosetail export finish cel.onnx finished.onnx --dark 1.2 --light 1 --least 0.12 --crisp 0.8
  --chroma 1.15`
"""


export = typer.Typer(no_args_is_help=True, help="Write the files that the program runs.")


Out = Annotated[
    Path,
    typer.Option(
        "--out",
        "-o",
        metavar="OUT",
        help="An .onnx file; of a roses run, a folder; of a stylegan2 run, also .safetensors.",
    ),
]
Form = Annotated[
    Literal["fast", "plain"],
    typer.Option(help="Double-tail looks: with exact rewrites (`fast`) or as trained."),
]
CalibrationPhotos = Annotated[
    Path | None,
    typer.Option(
        metavar="FOLDER", help="Double-tail looks: a dozen photos to calibrate half precision."
    ),
]
Eyes = Annotated[
    tuple[float, float] | None,
    typer.Option(
        metavar="LEAST MOST",
        help="Looks: range of eye distances in pixels that the network draws well; pictures "
        "are scaled to it.",
    ),
]
Larger = Annotated[
    int | None, typer.Option(min=1, metavar="FACTOR", help="Roses: enlarge the output.")
]
Steep = Annotated[float | None, typer.Option(metavar="NUMBER", help="Roses: sharpen edges.")]
Ink = Annotated[float | None, typer.Option(metavar="NUMBER", help="Roses: darken lines.")]
Outline = Annotated[float | None, typer.Option(metavar="NUMBER", help="Roses: draw an outline.")]


@export.command(epilog=RUN_EXAMPLES)
def run(
    source: Annotated[
        Path,
        typer.Argument(metavar="RUN", help="A run's folder, or weights of a look: .safetensors."),
    ],
    out: Out,
    form: Form = "fast",
    photos: CalibrationPhotos = None,
    eyes: Eyes = None,
    larger: Larger = None,
    steep: Steep = None,
    ink: Ink = None,
    outline: Outline = None,
    licence: Annotated[
        str, typer.Option(metavar="NAME", help="Licence of the weights, written into the file.")
    ] = "Apache-2.0",
) -> None:
    """Export the weights of a run to ONNX and check that every engine gives the same result.

    A stylegan2 run is also exported to .safetensors, which `--model` takes: characters and edits.
    """
    _need_export()
    from rosetail.errors import SettingsError

    options = {"larger": larger, "steep": steep, "ink": ink, "outline": outline}
    outside = {name: value for name, value in options.items() if value is not None}
    recipe = _recipe(source)
    if outside and recipe != "roses":
        raise SettingsError(f"{source}: --{next(iter(outside))} is for runs of roses only")
    if recipe == "roses":
        _export_roses(source, out, outside, licence)
    elif recipe == "tagger":
        from rosetail.methods.tagger.export import export_tagger

        _print_file(export_tagger(source, out))
    elif recipe == "headfinder":
        from rosetail.methods.headfinder.export import export_headfinder

        _print_file(export_headfinder(source, out))
    elif recipe == "stylegan2" and out.suffix == ".safetensors":
        from rosetail.training import checkpoint

        _print_file(checkpoint.export_weights(source, out))
    else:
        _export_look(source, out, form, photos, eyes, licence)


def _need_export() -> None:
    extras.check("export", "train", "torch", "onnx", "safetensors")


def _recipe(source: Path) -> str:
    """The name of the recipe of a run; empty for a weights file."""
    from rosetail.training import checkpoint

    if not source.is_dir():
        return ""
    return str(checkpoint.load(source)["recipe"])


def _export_roses(source: Path, out: Path, post: Mapping[str, Any], licence: str) -> None:
    from rosetail.methods.roses.export import PostProcessing, export_run

    facts = {"licence": licence}
    for files in export_run(source, out, facts=facts, post=PostProcessing(**post)):
        print(f"differs from the network by at most {files.levels:.2f} levels")
        for path in files.paths.values():
            _print_file(path)


def _export_look(
    source: Path,
    out: Path,
    form: Form,
    photos: Path | None,
    eyes: tuple[float, float] | None,
    licence: str,
) -> None:
    from rosetail import images
    from rosetail.export.weights_file import eyes_fact
    from rosetail.methods.generators import export_any
    from rosetail.training import checkpoint

    images.check_output(out)
    shown = [images.read(path) for path in images.list_pictures(photos)[:12]] if photos else None
    facts = {"licence": licence}
    if eyes is not None:
        facts["eyes"] = eyes_fact(*eyes)
    with TemporaryDirectory() as scratch:
        if source.is_dir():
            source = checkpoint.export_weights(source, Path(scratch, "weights.safetensors"))
        exported = export_any(source, out, form=form, photos=shown, facts=facts)
    for agreement in exported.agreements:
        print(agreement)
    _print_file(out)


def _print_file(path: Path) -> None:
    print(f"{path}: {path.stat().st_size / 1e6:.1f} MB")


@export.command(epilog=WEB_EXAMPLES)
def web(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The folder to write.")],
) -> None:
    """Write the live page for a web host: webcam to anime in the visitor's browser."""
    extras.check("the live page", "studio", "fastapi")
    from rosetail.studio.static import write_live_page

    files = write_live_page(folder)
    size = sum(path.stat().st_size for path in files)
    print(f"{folder}: {len(files)} files, {size / 1e6:.1f} MB; put them on any web host")


@export.command(epilog=LOOKS_EXAMPLES)
def web_looks(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The folder to write.")],
) -> None:
    """Write the shipped looks in the form that browsers run, for `make page`."""
    _need_export()
    from rosetail.methods.doubletail.rebuild import write_web_looks

    for path in write_web_looks(folder):
        _print_file(path)


@export.command(epilog=START_EXAMPLES)
def start(
    model: Annotated[
        str,
        typer.Argument(metavar="MODEL", help="A roses model by name or folder, or a tagger.onnx."),
    ],
    out: Annotated[
        Path, typer.Argument(metavar="OUT", help="A folder; of a tagger, a .safetensors file.")
    ],
    channels: Annotated[
        int,
        typer.Option(
            min=0, metavar="NUMBER", help="Roses: add a layer of this width for twice the size."
        ),
    ] = 0,
    painted: Annotated[
        Path | None,
        typer.Option(metavar="FOLDER", help="Tagger: portraits from `rosetail data paint`."),
    ] = None,
) -> None:
    """Write an exported model as weights that training can start from."""
    _need_export()
    from rosetail.errors import SettingsError

    if not model.endswith(".onnx"):
        from rosetail.methods.roses.warm_start import write_start as write_roses

        for path in write_roses(model, out, channels):
            print(path)
        return
    from rosetail.methods.tagger.warm_start import write_start as write_tagger

    if painted is None:
        raise SettingsError("a tagger needs --painted FOLDER, to measure its batch norms on")
    write_tagger(model, painted, out)
    print(out)


@export.command(epilog=FINISH_EXAMPLES)
def finish(
    source: Annotated[Path, typer.Argument(metavar="IN.onnx", help="A double-tail look.")],
    out: Annotated[Path, typer.Argument(metavar="OUT.onnx", help="The look to write.")],
    dark: Annotated[float, typer.Option(help="Contrast added to dark strokes.")] = 0.0,
    light: Annotated[float, typer.Option(help="Contrast added to light strokes.")] = 0.0,
    least: Annotated[float, typer.Option(help="Least contrast of strokes that are changed.")] = 0.1,
    crisp: Annotated[float, typer.Option(help="Sharpness added to edges.")] = 2.0,
    chroma: Annotated[float, typer.Option(help="Multiplies the colourfulness.")] = 1.0,
) -> None:
    """Add operators to a look that strengthen its lines and flatten its regions."""
    _need_export()
    from rosetail.methods.doubletail.finish import Finish
    from rosetail.methods.doubletail.rebuild import change_finish

    _print_file(change_finish(source, out, Finish(dark, light, least, crisp, chroma)))


@export.command(epilog=FACE_EXAMPLES)
def face_shape(
    photos: Annotated[Path, typer.Argument(metavar="PHOTOS", help="A folder of portraits.")],
    out: Annotated[Path, typer.Argument(metavar="OUT.npy", help="The file to write.")],
) -> None:
    """Write the mean face shape of portraits, the reference for the pose of heads."""
    from rosetail.methods.mediapipe.mean_face import write_mean_face

    print(f"{out}: mean of {write_mean_face(photos, out)} faces")

"""``rosetail export``: a training run to the one file that the runtime needs."""

from __future__ import annotations

from enum import Enum
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Annotated

import typer

from rosetail.cli.console import need

EXAMPLES = """
**Examples**

- `rosetail export runs/mine -o mine.onnx --photos photos`, then
  `rosetail stylize me.jpg -o me-anime.png --style mine.onnx`

- The plain twin, for other programs: `rosetail export runs/mine -o plain.onnx --form plain`

- The live page, for a web host: `rosetail export web site`
"""
WEB = "web"  # what is exported where it is no run; a run of this name is ./web


class Form(str, Enum):
    """How the graph is written."""

    fast = "fast"
    plain = "plain"


def register(app: typer.Typer) -> None:
    """Add the verb to the program."""
    app.command(epilog=EXAMPLES, rich_help_panel="Train your own")(export)


def export(
    weights: Annotated[
        Path,
        typer.Argument(
            metavar="RUN|web",
            help="A run's folder, or weights as .safetensors; `web` for the live page.",
        ),
    ],
    folder: Annotated[
        Path | None, typer.Argument(metavar="[DIR]", help="With `web`: the folder to write.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", metavar="OUT.onnx", help="The file to write.")
    ] = None,
    form: Annotated[
        Form, typer.Option(help="`fast` has the exact rewrites; `plain` is the network as trained.")
    ] = Form.fast,
    photos: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER",
            help="A folder with a dozen photos like those it will see: more exact.",
        ),
    ] = None,
    eyes: Annotated[
        tuple[float, float] | None,
        typer.Option(
            metavar="LEAST MOST",
            help="Between which distances of the eyes, in pixels, the network draws faces well: "
            "pictures are shown to it at such a size.",
        ),
    ] = None,
    licence: Annotated[
        str, typer.Option(metavar="NAME", help="Licence of the weights, written into the file.")
    ] = "Apache-2.0",
) -> None:
    """Export trained weights to ONNX and check that every engine gives the same picture.

    `rosetail export web DIR` writes the live page instead: files for any web host, webcam to anime
    in the visitor's browser, with no server behind it.
    """
    if str(weights) == WEB:
        _live_page(folder)
        return
    if folder is not None:
        raise typer.BadParameter(f"only `{WEB}` takes a folder; name the file with -o")
    if out is None:
        raise typer.BadParameter("name the file to write with -o OUT.onnx")
    need("export", "train", "torch", "onnx", "safetensors")
    from rosetail import images
    from rosetail.export.weights_file import eyes_fact
    from rosetail.methods.generators import export_any
    from rosetail.training import checkpoint

    images.check_output(out)
    shown = [images.read(path) for path in images.list_pictures(photos)[:12]] if photos else None
    with TemporaryDirectory() as scratch:
        if weights.is_dir():
            weights = checkpoint.export_weights(weights, Path(scratch, "weights.safetensors"))
        facts = {"licence": licence}
        if eyes is not None:
            facts["eyes"] = eyes_fact(*eyes)
        made = export_any(weights, out, form=form.value, photos=shown, facts=facts)
    for agreement in made.agreements:
        print(agreement)
    print(f"{out}: {made.bytes / 1e6:.1f} MB")


def _live_page(folder: Path | None) -> None:
    if folder is None:
        raise typer.BadParameter("name the folder to write: rosetail export web DIR")
    need("the live page", "studio", "fastapi")
    from rosetail.studio.static import write_live_page

    files = write_live_page(folder)
    size = sum(path.stat().st_size for path in files)
    print(f"{folder}: {len(files)} files, {size / 1e6:.1f} MB; put them on any web host")

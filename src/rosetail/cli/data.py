"""``rosetail data``: make training folders, painted or from pictures."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Literal

import typer

from rosetail import extras
from rosetail.cli.console import complain, listed, progress_bar
from rosetail.cli.options import Seed, Size

data = typer.Typer(no_args_is_help=True, help="Make training folders.")

PAINT_EXAMPLES = """
**Examples**

- A thousand portraits: `rosetail data paint data/painted --count 1000`

- Different ones: `rosetail data paint data/painted --count 1000 --seed 1000`

- Characters after photos: `rosetail data paint data/after --after data/photos --each 4`

- Only the pose of a photo: `rosetail data paint data/free --after me.jpg --each 9 --keep pose`

- A sheet of what the painter can vary: `rosetail data paint --sheet sheet.png`
"""
PREPARE_EXAMPLES = """
**Examples**

- Photos of people: `rosetail data prepare photos data/photos`

- The same photos with their surroundings: `rosetail data prepare photos data/whole --frame whole
  --size 512`

- Drawings: `rosetail data prepare drawings data/anime --kind anime`

- Another source of drawings, in the colours of the first:
  `rosetail data prepare more data/more --kind anime --palette data/anime`
"""
DRAW_EXAMPLES = """
**Examples**

- Training pairs of the cel look: `rosetail data draw data/photos data/cel --look cel`

- With the look `anime`: `rosetail data draw data/photos data/anime-look --look anime`
"""
FRAMES_EXAMPLES = """
**Examples**

- `rosetail data frames film.mkv --every 2s`

- From a film to training crops: `rosetail data frames film.mkv frames`, then
  `rosetail data prepare frames data/anime --kind anime`
"""
INSPECT_EXAMPLES = """
**Examples**

- `rosetail data inspect selfie2anime`

- A zip file: `rosetail data inspect faces.zip --sheet faces.jpg`
"""
Keep = Annotated[
    list[str] | None,
    typer.Option(
        metavar="pose|expression|colours|hair|person",
        help="With --after: what is taken from the photo besides the pose. Repeatable. Default: "
        "everything; `pose` alone leaves the rest to the seed.",
    ),
]
Workers = Annotated[int, typer.Option(min=1, metavar="NUMBER", help="Worker processes.")]
Destination = Annotated[Path, typer.Argument(metavar="DST", help="The folder to make.")]


@data.command(epilog=PAINT_EXAMPLES)
def paint(
    dst: Annotated[
        Path | None, typer.Argument(metavar="DST", help="The folder to make.", show_default=False)
    ] = None,
    count: Annotated[
        int, typer.Option("--count", "-n", min=1, metavar="NUMBER", help="Number of portraits.")
    ] = 100,
    size: Size = 256,
    seed: Seed = 0,
    workers: Workers = 1,
    edits: Annotated[
        str,
        typer.Option(
            metavar="NAME,NAME,...", help="Apply one of these edits, or none, to each portrait."
        ),
    ] = "",
    after: Annotated[
        Path | None,
        typer.Option(
            metavar="PHOTOS", help="Paint after a photo, a folder of them, or a prepared folder."
        ),
    ] = None,
    each: Annotated[
        int, typer.Option(min=1, metavar="NUMBER", help="With --after: characters for each photo.")
    ] = 1,
    keep: Keep = None,
    flat: Annotated[
        bool, typer.Option("--flat", help="With --after: backgrounds of a single colour.")
    ] = False,
    sheet: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Also draw a labelled sheet of all parameters."),
    ] = None,
) -> None:
    """Paint anime portraits by rule, each with its tags and landmarks."""
    extras.check("painting", "paint", "skia")
    from rosetail import painter
    from rosetail.data.painted_writer import write_painted
    from rosetail.errors import SettingsError

    if dst is None and sheet is None:
        raise SettingsError("nothing to paint; give a folder, --sheet FILE or both")
    if sheet is not None:
        painter.sheet(sheet)
        print(sheet)
    if dst is not None and after is not None:
        _paint_after(after, dst, each, size, seed, workers, keep, flat)
    elif dst is not None:
        with progress_bar("painting", count, "pictures") as update:
            painted = write_painted(dst, count, size, seed, workers, update, listed(edits))
        print(f"{painted} painted, {count - painted} were there: {dst}")


def _paint_after(
    photos: Path,
    dst: Path,
    each: int,
    size: int,
    seed: int,
    workers: int,
    keep: Sequence[str] | None,
    flat: bool,
) -> None:
    from rosetail.data.painted_after import paint_after_photos
    from rosetail.painter.after import KEEPS

    with progress_bar("painting", None, "photos") as update:
        report = paint_after_photos(
            photos,
            dst,
            each=each,
            size=size,
            seed=seed,
            keep={*keep} - {"pose"} if keep else KEEPS,
            flat=flat,
            workers=workers,
            progress=update,
        )
    print(f"{report.painted} painted, {report.pairs - report.painted} were there: {dst}")
    for cause in report.skipped:
        complain(cause)
    if report.skipped:
        raise typer.Exit(1 if report.pairs else 2)


@data.command(epilog=PREPARE_EXAMPLES)
def prepare(
    src: Annotated[Path, typer.Argument(metavar="SRC", help="A folder or zip of pictures.")],
    dst: Destination,
    kind: Annotated[
        Literal["photo", "anime"], typer.Option(help="Type of the pictures in SRC.")
    ] = "photo",
    frame: Annotated[
        Literal["head", "whole"],
        typer.Option(help="Of photos: upright crops of heads, or the whole photo."),
    ] = "head",
    background: Annotated[
        Literal["keep", "remove", "blur", "colour"],
        typer.Option(help="Of photos: keep the background, make it white, blurred or one colour."),
    ] = "keep",
    size: Size = 256,
    seed: Seed = 0,
    equalise: Annotated[
        bool, typer.Option("--equalise", help="Equalise the lightness of each crop (Y of YUV).")
    ] = False,
    palette: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER",
            help="Move the colours of SRC towards those of a prepared folder: mean and spread in "
            "Lab.",
        ),
    ] = None,
) -> None:
    """Cut aligned square crops out of pictures and cache what training needs with them.

    Unusable files are listed in DST/skipped.txt and the exit status is 1. A stopped run continues.
    """
    from rosetail.data.prepare import prepare as make

    with progress_bar("preparing", None, "files") as update:
        report = make(
            src, dst, size=size, kind=kind, frame=frame, background=background, seed=seed,
            equalise=equalise, palette=palette, progress=update,
        )  # fmt: skip
    print(f"{report.done} crops in {dst}")
    if report.skipped:
        file, why = report.skipped[0]
        complain(
            f"{len(report.skipped)} files skipped, listed with the cause in {dst}/skipped.txt; "
            f"the first: {file}: {why}"
        )
        raise typer.Exit(1 if report.done else 2)


@data.command(epilog=DRAW_EXAMPLES)
def draw(
    prepared: Annotated[
        Path, typer.Argument(metavar="PREPARED", help="Photos from `rosetail data prepare`.")
    ],
    dst: Destination,
    look: Annotated[Literal["cel", "anime", "ink"], typer.Option(help="The look to draw.")] = "cel",
    seed: Seed = 0,
) -> None:
    """Redraw prepared photos by rule (flat tones, traced lines, features by contours) as pairs.

    A stopped run continues.
    """
    from rosetail.data.pairs import draw_pairs

    with progress_bar("drawing", None, "pictures") as update:
        pairs = draw_pairs(prepared, dst, look, seed=seed, progress=update)
    print(f"{pairs} pairs in {dst}")


@data.command(epilog=FRAMES_EXAMPLES)
def frames(
    film: Annotated[Path, typer.Argument(metavar="FILM", help="A video file.")],
    dst: Annotated[
        Path | None,
        typer.Argument(
            metavar="DST", help="The folder to make. Default: FILM-frames.", show_default=False
        ),
    ] = None,
    every: Annotated[
        str, typer.Option(metavar="TIME", help="At most one frame per 2s, 500ms, 1m, ...")
    ] = "2s",
) -> None:
    """Extract sharp, distinct stills from a film, without black bars or cross-fades."""
    from rosetail.data.film_stills import extract_stills, parse_time

    folder = dst or Path(f"{film.stem}-frames")
    with progress_bar("reading", None, "frames") as update:
        report = extract_stills(film, folder, every=parse_time(every), progress=update)
    top, bottom, left, right = report.box
    print(f"{len(report.written)} frames of {report.shots} shots in {folder}")
    print(f"picture: {right - left}x{bottom - top} within any bars")
    for why, count in report.left_out.items():
        print(f"left out, {why}: {count}")


@data.command(epilog=INSPECT_EXAMPLES)
def inspect(
    source: Annotated[Path, typer.Argument(metavar="DIR", help="A folder or zip of pictures.")],
    sheet: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="The contact sheet. Default: DIR-sheet.jpg."),
    ] = None,
    workers: Annotated[int, typer.Option(min=1, metavar="NUMBER", help="Reading threads.")] = 2,
) -> None:
    """Print the counts, sizes, unreadable files and duplicates of a folder; write a contact sheet.

    The exit status is 1 if a file could not be read.
    """
    from rosetail import images
    from rosetail.data import inspection

    target = images.check_output(sheet or Path(f"{source.resolve().stem}-sheet.jpg"))
    with progress_bar("reading", None, "pictures") as update:
        found = inspection.inspect(source, workers=workers, progress=update)
    print("\n".join(inspection.summary_lines(found)))
    images.save(found.sheet(), target)
    print(f"contact sheet: {target}")
    if found.unreadable:
        raise typer.Exit(1)

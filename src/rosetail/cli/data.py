"""``rosetail data``: make training folders, painted or from pictures."""

from __future__ import annotations

from enum import Enum
from pathlib import Path
from typing import Annotated

import typer

from rosetail.cli.console import complain, listed, need, progress_bar

data = typer.Typer(no_args_is_help=True, help="Make training folders.")

PAINT_EXAMPLES = """
**Examples**

- A thousand portraits: `rosetail data paint data/painted --count 1000`

- Other ones: `rosetail data paint data/painted --count 1000 --seed 1000`

- Characters after photos: `rosetail data paint data/after --after data/photos --each 4`

- The pose of a photo, all else free: `rosetail data paint data/free --after me.jpg --each 9
  --keep pose`

- What the painter can vary: `rosetail data paint --sheet sheet.png`
"""
PREPARE_EXAMPLES = """
**Examples**

- Photos of people: `rosetail data prepare photos data/photos`

- The same photos with their surroundings: `rosetail data prepare photos data/whole --frame whole
  --size 512`

- Drawings: `rosetail data prepare drawings data/anime --kind anime`
"""


DRAW_EXAMPLES = """
**Examples**

- What the cel look learnt from: `rosetail data draw data/photos data/cel --look cel`

- The soft one: `rosetail data draw data/photos data/soft --look soft`
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

- A zip, as it is: `rosetail data inspect faces.zip --sheet faces.jpg`
"""


class Look(str, Enum):
    """The rules that can redraw a photo."""

    cel = "cel"
    soft = "soft"


class Kind(str, Enum):
    """What a source folder holds."""

    photo = "photo"
    anime = "anime"


class Keep(str, Enum):
    """What of a photo a painting after it keeps."""

    pose = "pose"
    expression = "expression"
    colours = "colours"
    hair = "hair"
    person = "person"


class Frame(str, Enum):
    """What is cut out of a photo."""

    head = "head"
    whole = "whole"


Size = Annotated[
    int, typer.Option(min=128, max=2048, metavar="PIXELS", help="Side of the square pictures.")
]
Seed = Annotated[
    int, typer.Option(min=0, metavar="NUMBER", help="The same seed gives the same pictures.")
]


def register(app: typer.Typer) -> None:
    """Add the verbs to the program."""
    app.add_typer(data, name="data", rich_help_panel="Train your own")


@data.command(epilog=PAINT_EXAMPLES)
def paint(
    dst: Annotated[
        Path | None, typer.Argument(metavar="DST", help="The folder to make.", show_default=False)
    ] = None,
    count: Annotated[
        int, typer.Option("--count", "-n", min=1, metavar="NUMBER", help="How many.")
    ] = 100,
    size: Size = 256,
    seed: Seed = 0,
    workers: Annotated[
        int, typer.Option(min=1, metavar="NUMBER", help="Processes that paint.")
    ] = 1,
    edits: Annotated[
        str,
        typer.Option(
            metavar="NAME,NAME,...",
            help="Each portrait with one of these edits, or none, at even chances.",
        ),
    ] = "",
    after: Annotated[
        Path | None,
        typer.Option(
            metavar="PHOTOS", help="Paint after a photo, a folder of them, or a prepared folder."
        ),
    ] = None,
    each: Annotated[
        int, typer.Option(min=1, metavar="NUMBER", help="With --after: characters per photo.")
    ] = 1,
    keep: Annotated[
        list[Keep] | None,
        typer.Option(
            help="With --after: what is taken from the photo besides the pose; repeatable. All of "
            "it unless told; `pose` alone leaves the rest to the seed."
        ),
    ] = None,
    flat: Annotated[
        bool, typer.Option("--flat", help="With --after: grounds of a single colour.")
    ] = False,
    sheet: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Draw a labelled sheet of all parameters as well."),
    ] = None,
) -> None:
    """Paint anime portraits, each with its tags and landmarks; nobody's drawings are copied."""
    need("painting", "paint", "skia")
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
        with progress_bar("painting", count, "pictures") as move:
            painted = write_painted(dst, count, size, seed, workers, move, listed(edits))
        print(f"{painted} painted, {count - painted} were there: {dst}")


def _paint_after(
    photos: Path,
    dst: Path,
    each: int,
    size: int,
    seed: int,
    workers: int,
    keep: list[Keep] | None,
    flat: bool,
) -> None:
    from rosetail.data.painted_after import paint_after_photos

    kept = {one.value for one in keep or Keep} - {"pose"}
    with progress_bar("painting", None, "photos") as move:
        report = paint_after_photos(
            photos,
            dst,
            each=each,
            size=size,
            seed=seed,
            keep=kept,
            flat=flat,
            workers=workers,
            progress=move,
        )
    print(f"{report.painted} painted, {report.pairs - report.painted} were there: {dst}")
    for cause in report.skipped:
        complain(cause)
    if report.skipped:
        raise typer.Exit(1)


@data.command(epilog=PREPARE_EXAMPLES)
def prepare(
    src: Annotated[Path, typer.Argument(metavar="SRC", help="A folder or zip of pictures.")],
    dst: Annotated[Path, typer.Argument(metavar="DST", help="The training folder to make.")],
    kind: Annotated[Kind, typer.Option(help="What SRC holds.")] = Kind.photo,
    frame: Annotated[
        Frame, typer.Option(help="Of photos: upright `head` crops, or the `whole` as it is.")
    ] = Frame.head,
    size: Size = 256,
    seed: Seed = 0,
) -> None:
    """Cut aligned square crops out of pictures and cache what training needs beside them.

    Unusable files are listed in DST/skipped.txt and the exit status is 1. A run that was stopped
    goes on where it was.
    """
    from rosetail.data.prepare import prepare as make

    with progress_bar("preparing", None, "files") as move:
        report = make(
            src, dst, size=size, kind=kind.value, frame=frame.value, seed=seed, progress=move
        )
    print(f"{report.done} crops in {dst}")
    if report.skipped:
        print(f"{len(report.skipped)} files left out, listed with the cause in {dst}/skipped.txt")
        raise typer.Exit(1 if report.done else 2)


@data.command(epilog=DRAW_EXAMPLES)
def draw(
    prepared: Annotated[
        Path, typer.Argument(metavar="PREPARED", help="Photos from `rosetail data prepare`.")
    ],
    dst: Annotated[Path, typer.Argument(metavar="DST", help="The folder of pairs to make.")],
    look: Annotated[Look, typer.Option(help="How to draw.")] = Look.cel,
    seed: Seed = 0,
) -> None:
    """Redraw prepared photos by rule: flat tones, ink lines, painted eyes; pairs to learn from.

    A run that was stopped goes on where it was.
    """
    need("drawing", "paint", "skia")
    from rosetail.data.pairs import draw_pairs

    with progress_bar("drawing", None, "pictures") as move:
        pairs = draw_pairs(prepared, dst, look.value, seed=seed, progress=move)
    print(f"{pairs} pairs in {dst}")


@data.command(epilog=FRAMES_EXAMPLES)
def frames(
    film: Annotated[Path, typer.Argument(metavar="FILM", help="A video file.")],
    dst: Annotated[
        Path | None,
        typer.Argument(
            metavar="DST", help="The folder to make; FILM-frames unless told.", show_default=False
        ),
    ] = None,
    every: Annotated[
        str, typer.Option(metavar="TIME", help="At most one frame in this time: 2s, 500ms, 1m.")
    ] = "2s",
) -> None:
    """Take stills out of a film: sharp, all different, without black bars, none across a cut."""
    from rosetail.data.film_stills import extract_stills, parse_time

    folder = dst or Path(f"{film.stem}-frames")
    with progress_bar("looking", None, "frames") as move:
        report = extract_stills(film, folder, every=parse_time(every), progress=move)
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
        typer.Option(
            metavar="FILE", help="Where the contact sheet goes; DIR-sheet.jpg here unless told."
        ),
    ] = None,
    workers: Annotated[int, typer.Option(min=1, metavar="NUMBER", help="Threads that read.")] = 2,
) -> None:
    """Say what a folder or zip holds: counts, sizes, unreadable files, duplicates; and show it.

    The exit status is 1 when a file could not be read.
    """
    from rosetail import images
    from rosetail.data.inspection import inspect as look
    from rosetail.data.inspection import summary_lines

    target = images.check_output(sheet or Path(f"{source.resolve().stem}-sheet.jpg"))
    with progress_bar("reading", None, "pictures") as move:
        found = look(source, workers=workers, progress=move)
    print("\n".join(summary_lines(found)))
    images.save(found.sheet(), target)
    print(f"contact sheet: {target}")
    if found.unreadable:
        raise typer.Exit(1)

"""``rosetail stylize``: pictures and folders to anime."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rosetail.cli.console import (
    DEFAULT_STYLE,
    Anime,
    Backend,
    Cluster,
    Compare,
    Detail,
    Strength,
    Style,
    complain,
    progress_bar,
)

if TYPE_CHECKING:
    from PIL.Image import Image

    from rosetail.cli.jobs import Plan
    from rosetail.distributed.segments import StylizeOptions
    from rosetail.errors import RosetailError

EXAMPLES = """
**Examples**

- One photo: `rosetail stylize me.jpg -o me-anime.png`

- A folder, half as strong: `rosetail stylize photos -o anime --strength 0.5`

- Anime proportions, before and after in one picture:
  `rosetail stylize me.jpg -o both.png --anime 0.7 --compare`

Bad files in a folder do not stop the others: they are listed at the end and the exit status is 1.
"""


def register(app: typer.Typer) -> None:
    """Add the verb to the program."""
    app.command(epilog=EXAMPLES, rich_help_panel="Make anime")(stylize)


def stylize(
    inputs: Annotated[
        list[Path],
        typer.Argument(
            metavar="INPUT...",
            help="Pictures (JPEG, PNG, WebP, BMP, GIF, TIFF) or folders of them.",
        ),
    ],
    out: Annotated[
        Path,
        typer.Option("--out", "-o", metavar="OUT", help="A file for one picture, else a folder."),
    ],
    style: Style = DEFAULT_STYLE,
    strength: Strength = 1.0,
    anime: Anime = 0.0,
    faces_only: Annotated[
        bool, typer.Option("--faces-only", help="Change only the faces, leave the rest a photo.")
    ] = False,
    detail: Detail = "auto",
    compare: Compare = False,
    backend: Backend = "auto",
    cluster: Cluster = None,
) -> None:
    """Turn pictures into anime. Any size, shape and rotation; transparency is kept."""
    import rosetail
    from rosetail.cli.jobs import plan
    from rosetail.cli.looks import find_look, open_look, whole_path

    find_look(style)  # before a folder is made for pictures that will not come
    planned = plan(inputs, out)
    if cluster is not None:
        from rosetail.distributed.segments import StylizeOptions

        how = StylizeOptions(
            whole_path(style, cluster), backend, strength, anime, faces_only, detail, compare
        )
        _on_cluster(planned, out, how, cluster)
        return
    stylizer = open_look(style, backend)
    draw = partial(stylizer, strength=strength, anime=anime, faces_only=faces_only, detail=detail)
    failures = list(planned.failures)
    with progress_bar("stylizing", len(planned.jobs), "pictures") as move:
        for done, (source, target) in enumerate(planned.jobs, start=1):
            try:
                _one(draw, source, target, compare)
            except rosetail.RosetailError as error:
                failures.append(error)
            move(done, None)
    report(len(planned.jobs) + len(planned.failures), failures, out)


def _on_cluster(planned: Plan, out: Path, how: StylizeOptions, address: str) -> None:
    from rosetail.distributed.cluster import stylize_pictures
    from rosetail.distributed.ray_pool import RayPool

    folder = out if out.is_dir() else out.parent
    with RayPool(address) as pool, progress_bar("stylizing", None, "pictures") as move:
        failures = stylize_pictures(planned.jobs, folder, how, pool, progress=move)
    total = len(planned.jobs) + len(planned.failures)
    report(total, [*planned.failures, *failures], out)


def _one(draw: Callable[[Path], Image], source: Path, target: Path, compare: bool) -> None:
    from rosetail import images

    target.parent.mkdir(parents=True, exist_ok=True)
    result = draw(source)
    images.save(
        images.side_by_side(images.read(source), images.read(result)) if compare else result, target
    )


def report(total: int, failures: list[RosetailError], out: Path) -> None:
    """Say what was made and what was not; end with status 1 or 2 if something failed."""
    made = total - len(failures)
    if total == 1 and made:
        print(out)
    elif made:
        print(f"{made} pictures in {out}")
    if total > 1 and failures:
        complain(f"{len(failures)} of {total} inputs failed:")
    for error in failures:
        complain(str(error))
    if failures:
        raise typer.Exit(1 if made else 2)

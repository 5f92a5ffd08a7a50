"""``rosetail stylize``: turn pictures and folders into anime."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rosetail.cli.console import progress_bar
from rosetail.cli.looks import find_look, open_look, whole_path
from rosetail.cli.options import (
    DEFAULT_STYLE,
    Anime,
    Backend,
    Cluster,
    Compare,
    Detail,
    OutAny,
    Strength,
    Style,
)

if TYPE_CHECKING:
    from rosetail.cli.jobs import Plan
    from rosetail.distributed.segments import StylizeOptions

EXAMPLES = """
**Examples**

- One photo: `rosetail stylize me.jpg -o me-anime.png`

- A folder, half as strong: `rosetail stylize photos -o anime --strength 0.5`

- From and to a pipe, as PNG: `cat me.jpg | rosetail stylize - -o - > me-anime.png`

- Anime proportions, before and after in one picture:
  `rosetail stylize me.jpg -o both.png --anime 0.7 --compare`

Unusable files in a folder are listed at the end and the exit status is 1; the others are drawn.
"""


def stylize(
    inputs: Annotated[
        list[Path],
        typer.Argument(
            metavar="INPUT...",
            help="Pictures (JPEG, PNG, WebP, BMP, GIF, TIFF, AVIF), folders of them, or - for "
            "standard input.",
        ),
    ],
    out: OutAny,
    style: Style = DEFAULT_STYLE,
    strength: Strength = 1.0,
    anime: Anime = 0.0,
    faces_only: Annotated[
        bool, typer.Option("--faces-only", help="Draw only the faces; the rest stays a photo.")
    ] = False,
    detail: Detail = "auto",
    compare: Compare = False,
    backend: Backend = "auto",
    cluster: Cluster = None,
) -> None:
    """Turn pictures into anime. Any size, shape and rotation; transparency is kept."""
    from rosetail.cli.jobs import PIPE, draw_all, draw_piped, plan
    from rosetail.errors import SettingsError

    find_look(style)  # before the output folder is created
    if PIPE in (*inputs, out):
        if len(inputs) != 1 or compare or cluster is not None:
            raise SettingsError("- is for one picture, without --compare and --cluster")
        stylizer = open_look(style, backend)
        draw_piped(
            partial(stylizer, strength=strength, anime=anime, faces_only=faces_only, detail=detail),
            inputs[0],
            out,
        )
        return
    planned = plan(inputs, out)
    if cluster is not None:
        from rosetail.distributed.segments import StylizeOptions

        how = StylizeOptions(
            whole_path(style, cluster), backend, strength, anime, faces_only, detail, compare
        )
        _on_cluster(planned, out, how, cluster)
        return
    draw = partial(
        open_look(style, backend),
        strength=strength,
        anime=anime,
        faces_only=faces_only,
        detail=detail,
    )
    draw_all(planned, draw, out, "stylizing", compare)


def _on_cluster(planned: Plan, out: Path, how: StylizeOptions, address: str) -> None:
    from rosetail.cli.jobs import report
    from rosetail.distributed.cluster import stylize_pictures
    from rosetail.distributed.ray_pool import RayPool

    folder = out if out.is_dir() else out.parent
    with RayPool(address) as pool, progress_bar("stylizing", None, "pictures") as update:
        failures = stylize_pictures(planned.jobs, folder, how, pool, progress=update)
    report(planned, failures, out)

"""``rosetail stylize``: turn pictures and folders into anime."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

import rosetail
from rosetail.cli.console import progress_bar
from rosetail.cli.look_options import Anime, Cluster, Compare, Detail, Strength
from rosetail.cli.looks import check_look, open_look, whole_path
from rosetail.cli.options import (
    DEFAULT_STYLE,
    Backend,
    OutAny,
    Style,
    refuse,
)

if TYPE_CHECKING:
    from rosetail.stylizer.stylizer import Stylizer

EXAMPLES = """
**Examples**

- One photo: `rosetail stylize me.jpg -o me-anime.png`

- A folder, half as strong: `rosetail stylize photos -o anime --strength 0.5`. Run again, it draws
  what is new; `--again` draws all.

- From and to a pipe, as PNG: `cat me.jpg | rosetail stylize - -o - > me-anime.png`

- Drawn by rule, better and slower, in black and white:
  `rosetail stylize me.jpg -o me-ink.png --quality best --style ink`

- Anime proportions, before and after in one picture:
  `rosetail stylize me.jpg -o both.png --anime 0.7 --compare`

Unusable files in a folder are listed at the end and the exit status is 1; the others are drawn.
"""


Inputs = Annotated[
    list[Path],
    typer.Argument(
        metavar="INPUT...",
        help="Pictures (JPEG, PNG, WebP, BMP, GIF, TIFF, AVIF, HEIC), folders of them, or - "
        "for standard input.",
    ),
]
Quality = Annotated[
    Literal["fast", "best"],
    typer.Option(
        help="`fast` draws with a network; `best` by rule, in a few seconds a picture, in the "
        "styles cel, anime and ink."
    ),
]
FacesOnly = Annotated[
    bool, typer.Option("--faces-only", help="Draw only the faces; the rest stays a photo.")
]
Again = Annotated[
    bool,
    typer.Option("--again", help="Draw the pictures of a folder that an earlier run drew, too."),
]


def stylize(
    inputs: Inputs,
    out: OutAny,
    style: Style = DEFAULT_STYLE,
    quality: Quality = "fast",
    strength: Strength = 1.0,
    anime: Anime = 0.0,
    faces_only: FacesOnly = False,
    detail: Detail = "auto",
    compare: Compare = False,
    again: Again = False,
    backend: Backend = "auto",
    cluster: Cluster = None,
) -> None:
    """Turn pictures into anime. Any size, shape and rotation; transparency is kept.

    Animated GIF, WebP and PNG pictures stay animated.
    """
    from rosetail.cli.jobs import draw_all, draw_piped, plan
    from rosetail.errors import SettingsError
    from rosetail.image_decoding import PIPE

    by_rule, on_cluster = quality == "best", cluster is not None
    if by_rule:
        refuse({"--cluster": on_cluster, "--backend": backend != "auto"}, "with --quality best")
    check_look(style, quality)  # before the output folder is created
    options = {
        "strength": strength, "anime": anime, "faces_only": faces_only, "detail": detail,
    }  # fmt: skip
    if PIPE in (*inputs, out):
        if len(inputs) != 1 or compare or on_cluster:
            raise SettingsError("- is for one picture, without --compare and --cluster")
        look = rosetail.RuleStylizer(style) if by_rule else open_look(style, backend)
        draw_piped(partial(look, **options), inputs[0], out)
    elif cluster is not None:
        refuse({"--again": again}, "with --cluster")
        _on_cluster(inputs, out, style, backend, options, compare, cluster)
    elif by_rule:
        planned, rule = plan(inputs, out, again=again), rosetail.RuleStylizer(style)
        watch = partial(setattr, rule, "progress")
        draw_all(planned, partial(rule, **options), out, "stylizing", compare, watch)
    else:
        planned = plan(inputs, out, animated=not faces_only, again=again)
        network = open_look(style, backend)
        animate = None if faces_only else partial(_animate, network, compare, options)
        draw_all(planned, partial(network, **options), out, "stylizing", compare, animate=animate)


def _animate(
    look: Stylizer, compare: bool, options: Mapping[str, Any], source: Path, target: Path
) -> None:
    from rosetail.video.clip import stylize_video

    how = {name: value for name, value in options.items() if name != "faces_only"}
    stylize_video(source, target, look, compare=compare, **how)


def _on_cluster(
    inputs: Sequence[Path],
    out: Path,
    style: str,
    backend: str,
    options: Mapping[str, Any],
    compare: bool,
    address: str,
) -> None:
    from rosetail.cli.jobs import plan, report
    from rosetail.distributed.cluster import stylize_pictures
    from rosetail.distributed.ray_pool import RayPool
    from rosetail.distributed.segments import StylizeOptions

    how = StylizeOptions(whole_path(style, address), backend, **options, compare=compare)
    planned = plan(inputs, out)
    folder = out if out.is_dir() else out.parent
    with RayPool(address) as pool, progress_bar("stylizing", None, "pictures") as update:
        failures = stylize_pictures(planned.jobs, folder, how, pool, progress=update)
    report(planned, failures, out)

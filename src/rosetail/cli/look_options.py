"""Options shared by ``rosetail stylize`` and ``video``."""

from __future__ import annotations

from typing import Annotated, Any

import typer

Strength = Annotated[
    float,
    typer.Option(
        min=0.0, max=1.0, metavar="0..1", help="Blend with the photo: 0 is the photo, 1 the look."
    ),
]
Anime = Annotated[
    float,
    typer.Option(
        min=0.0,
        max=1.0,
        metavar="0..1",
        help="Warp faces towards anime proportions: larger eyes, smaller nose and mouth, slimmer "
        "chin.",
    ),
]


def _detail(text: str) -> float | str:
    if text == "auto":
        return text
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value <= 4:
        raise typer.BadParameter("give auto or a number above 0 and at most 4")
    return value


Detail = Annotated[
    Any,  # typer needs one type; the parser returns "auto" or a number
    typer.Option(
        parser=_detail,
        metavar="auto|NUMBER",
        help="Scale at which the network sees the image; smaller is bolder, larger is finer. "
        "`auto` chooses it by the largest face.",
    ),
]
Compare = Annotated[bool, typer.Option("--compare", help="Write photo and anime side by side.")]
Cluster = Annotated[
    str | None,
    typer.Option(
        metavar="ADDRESS",
        help="Run on a Ray cluster, `ray://HOST:10001`, or `auto` for a local one (extra "
        "cluster). Paths must be the same on all machines. A stopped job continues.",
    ),
]

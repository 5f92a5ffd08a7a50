"""``rosetail demo``: draw the sample portrait and clip as anime and characters, on a page."""

from __future__ import annotations

import html
import shutil
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING

from rosetail.cli.console import progress_bar
from rosetail.cli.options import DEFAULT_STYLE, OutFolder

if TYPE_CHECKING:
    from rosetail.stylizer.stylizer import Stylizer

SAMPLES = Path(__file__).parent.parent / "samples"
PAGE = Path(__file__).with_name("demo.html")
PHOTO, CLIP, HEAD = "astronaut.jpg", "astronaut.mp4", "head.jpg"
HEAD_ROWS, HEAD_COLUMNS = slice(0, 272), slice(88, 360)  # crop of the portrait
PROPORTIONS = (0.0, 0.5, 1.0)

EXAMPLE = """
**Example**

- `rosetail demo --out ~/rosetail-demo`
"""
SLIDER = Template("""
<figure>
  <div class="pair" style="--seen: 30%">
    <img src="$photo" alt="The photo" width="512" height="512">
    <img class="after" src="$drawn" alt="The photo in the style $style" width="512" height="512">
    <input type="range" min="0" max="100" value="30" aria-label="How much of the photo is shown">
  </div>
  <figcaption><b>$style</b> $title<code>$command</code></figcaption>
</figure>""")
PLAIN = Template("""
<figure>
  <img src="$drawn" alt="Anime proportions $amount of 1" width="272" height="272">
  <figcaption><b>$amount</b><code>$command</code></figcaption>
</figure>""")


def demo(
    out: OutFolder = Path("demo"),
) -> None:
    """Turn the bundled portrait and a short clip into anime and characters; prints the page."""
    import rosetail
    from rosetail import images
    from rosetail.cli.demo_cast import show_cast
    from rosetail.cli.jobs import output_folder
    from rosetail.video.clip import stylize_video

    output_folder(out)
    for sample in (PHOTO, CLIP):
        shutil.copyfile(SAMPLES / sample, out / sample)
    images.save(images.read(SAMPLES / PHOTO)[HEAD_ROWS, HEAD_COLUMNS], out / HEAD)
    looks = {name: rosetail.load(name) for name in rosetail.styles() or [DEFAULT_STYLE]}
    first = next(iter(looks.values()))
    sliders = "".join(_look(stylizer, out) for stylizer in looks.values())
    proportions = "".join(_proportion(first, amount, out) for amount in PROPORTIONS)
    made = f"astronaut-{first.style}.mp4"
    with progress_bar("the clip", None, "frames") as move:
        stylize_video(SAMPLES / CLIP, out / made, first, compare=True, progress=move)
    characters = show_cast(out / PHOTO, out / CLIP, first, out)
    page = Template(PAGE.read_text(encoding="utf-8")).substitute(
        sliders=sliders,
        proportions=proportions,
        clip=made,
        command=html.escape(f"rosetail video {CLIP} -o {made} --style {first.style} --compare"),
        **characters,
    )
    with images.writing(out / "index.html") as part:
        part.write_text(page, encoding="utf-8")
    print((out / "index.html").resolve())


def _look(stylizer: Stylizer, out: Path) -> str:
    """The portrait in one style, and its part of the page."""
    from rosetail import images
    from rosetail.weights import load_catalog

    drawn = f"astronaut-{stylizer.style}.png"
    images.save(stylizer(SAMPLES / PHOTO), out / drawn)
    return SLIDER.substitute(
        photo=PHOTO,
        drawn=drawn,
        style=stylizer.style,
        title=html.escape(load_catalog()[stylizer.style].title),
        command=html.escape(f"rosetail stylize {PHOTO} -o {drawn} --style {stylizer.style}"),
    )


def _proportion(stylizer: Stylizer, amount: float, out: Path) -> str:
    from rosetail import images

    drawn = f"head-{amount:g}.png"
    images.save(stylizer(out / HEAD, anime=amount), out / drawn)
    command = f"rosetail stylize {HEAD} -o {drawn} --style {stylizer.style} --anime {amount:g}"
    return PLAIN.substitute(drawn=drawn, amount=f"{amount:g}", command=html.escape(command))

"""One report in two forms: Markdown with pictures beside it, and one HTML file with all in it.

A report is a row of blocks. Text may hold Markdown's strong words (two stars) and code (backticks);
nothing else of it is needed, and what is written is escaped in HTML.
"""

from __future__ import annotations

import base64
import html
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from rosetail import images
from rosetail.images import make_folder, writing

Bytes = NDArray[np.uint8]

INTERVAL = re.compile(r"^(\S+) (\(.+ to .+\))$")
STYLE = """
:root { color-scheme: light dark; --line: #8884; --soft: #8882; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 72rem; margin: 2rem auto; padding: 0 1rem; }
h1, h2, h3 { line-height: 1.2; margin: 2rem 0 .6rem; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: .9rem; }
th, td { padding: .35rem .7rem; border-bottom: 1px solid var(--line); text-align: right; }
th:first-child, td:first-child { text-align: left; }
thead th { border-bottom-width: 2px; vertical-align: bottom; }
small { opacity: .7; white-space: nowrap; }
tr:hover td { background: var(--soft); }
figure { margin: 1rem 0; }
img { max-width: 100%; height: auto; }
figcaption, .note { font-size: .9rem; opacity: .8; }
code { background: var(--soft); padding: .1rem .3rem; border-radius: .2rem; }
"""


@dataclass(frozen=True)
class Heading:
    text: str
    level: int = 2


@dataclass(frozen=True)
class Text:
    """A paragraph."""

    text: str


@dataclass(frozen=True)
class Listing:
    """A list of short lines."""

    lines: Sequence[str]


@dataclass(frozen=True)
class Table:
    """``rows`` of cells, one a column; the first column names the row. ``note`` stands below."""

    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    note: str = ""

    def __post_init__(self) -> None:
        for row in self.rows:
            if len(row) != len(self.columns):
                raise ValueError(f"{len(row)} cells in a table of {len(self.columns)} columns")


@dataclass(frozen=True)
class Picture:
    """uint8 [H, W, 3]; ``name`` is its file's, without suffix."""

    name: str
    rgb: Bytes
    caption: str = ""


Block = Heading | Text | Listing | Table | Picture


class Report:
    """``add`` blocks, then ``save``."""

    def __init__(self, title: str) -> None:
        self.title = title
        self.blocks: list[Block] = []

    def add(self, *blocks: Block) -> None:
        self.blocks += blocks

    def save(self, folder: str | Path) -> tuple[Path, Path]:
        """Write report.md with pictures/, and report.html by itself. Raises OutputError."""
        root = Path(folder)
        shown = [block for block in self.blocks if isinstance(block, Picture)]
        make_folder(root / "pictures")
        for picture in shown:
            images.save(picture.rgb, root / "pictures" / f"{picture.name}.png")
        paths = root / "report.md", root / "report.html"
        for path, text in zip(paths, (self.markdown(), self.page()), strict=True):
            with writing(path) as part:
                part.write_text(text, encoding="utf-8")
        return paths

    def markdown(self) -> str:
        parts = [f"# {self.title}", *(_markdown(block) for block in self.blocks)]
        return "\n\n".join(parts) + "\n"

    def page(self) -> str:
        """The HTML file's text: no scripts, nothing fetched."""
        body = "\n".join(_html(block) for block in self.blocks)
        title = html.escape(self.title)
        return (
            '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">\n'
            '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
            f"<title>{title}</title>\n<style>{STYLE}</style></head>\n"
            f"<body><h1>{title}</h1>\n{body}\n</body></html>\n"
        )


def _markdown(block: Block) -> str:
    if isinstance(block, Heading):
        return f"{'#' * block.level} {block.text}"
    if isinstance(block, Text):
        return block.text
    if isinstance(block, Listing):
        return "\n".join(f"- {line}" for line in block.lines)
    if isinstance(block, Picture):
        shown = f"![{block.caption or block.name}](pictures/{block.name}.png)"
        return f"{shown}\n\n*{block.caption}*" if block.caption else shown
    rule = ["---", *["---:"] * (len(block.columns) - 1)]
    rows = [block.columns, rule, *block.rows]
    cells = ("| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows)
    return "\n".join(cells) + (f"\n\n{block.note}" if block.note else "")


def _html(block: Block) -> str:
    if isinstance(block, Heading):
        return f"<h{block.level}>{_inline(block.text)}</h{block.level}>"
    if isinstance(block, Text):
        return f"<p>{_inline(block.text)}</p>"
    if isinstance(block, Listing):
        return "<ul>" + "".join(f"<li>{_inline(line)}</li>" for line in block.lines) + "</ul>"
    if isinstance(block, Picture):
        caption = f"<figcaption>{_inline(block.caption)}</figcaption>" if block.caption else ""
        alt = html.escape(block.caption or block.name, quote=True)
        return f'<figure><img alt="{alt}" src="{_data(block.rgb)}">{caption}</figure>'
    head = "".join(f"<th>{_inline(cell)}</th>" for cell in block.columns)
    rows = ("".join(f"<td>{_cell(cell)}</td>" for cell in row) for row in block.rows)
    body = "\n".join(f"<tr>{row}</tr>" for row in rows)
    note = f'<p class="note">{_inline(block.note)}</p>' if block.note else ""
    table = f"<table><thead><tr>{head}</tr></thead>\n<tbody>{body}</tbody></table>"
    return f'<div class="wide">{table}</div>{note}'


def _cell(text: str) -> str:
    """An interval in brackets stands below its number."""
    return INTERVAL.sub(r"\1<br><small>\2</small>", _inline(text))


def _inline(text: str) -> str:
    safe = html.escape(text)
    safe = re.sub(r"\*\*(.+?)\*\*", r"<strong>\1</strong>", safe)
    return re.sub(r"`(.+?)`", r"<code>\1</code>", safe)


def _data(rgb: Bytes) -> str:
    from PIL import Image

    kept = io.BytesIO()
    Image.fromarray(rgb).save(kept, "WEBP", quality=88)
    return "data:image/webp;base64," + base64.b64encode(kept.getvalue()).decode("ascii")

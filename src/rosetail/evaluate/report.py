"""Write reports as Markdown with picture files, and as one self-contained HTML file."""

from __future__ import annotations

import base64
import html
import io
import re
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote, unquote

from markdown_it import MarkdownIt

from rosetail import images
from rosetail.arrays import Bytes
from rosetail.images import make_folder, writing

# A cell with an interval, written by Estimate.format.
INTERVAL = re.compile(r"(<td[^>]*>)(\S+) (\([^<>]+ to [^<>]+\))</td>")
PICTURE = re.compile(r'src="pictures/([^"]+)\.png"')
STYLE = Path(__file__).with_name("report.css")


class MarkdownReport:
    """Collects blocks of CommonMark and pictures; :meth:`save` writes both files."""

    def __init__(self, title: str) -> None:
        self.title = title
        self.blocks = [heading(title, 1)]
        self.pictures: dict[str, Bytes] = {}

    def add(self, *blocks: str) -> None:
        self.blocks += blocks

    def add_picture(self, name: str, rgb: Bytes, caption: str = "") -> None:
        """Add uint8 RGB [H, W, 3]; ``name`` becomes the file name."""
        self.pictures[name] = rgb
        self.add(f"![{caption or name}](pictures/{quote(name)}.png)")
        if caption:
            self.add(f"*{caption}*")

    def save(self, folder: str | Path) -> tuple[Path, Path]:
        """Write report.md with pictures/ and report.html to ``folder``. Raises OutputError."""
        root = Path(folder)
        make_folder(root / "pictures")
        for name, rgb in self.pictures.items():
            images.save(rgb, root / "pictures" / f"{name}.png")
        paths = root / "report.md", root / "report.html"
        for path, text in zip(paths, (self.markdown(), self.html()), strict=True):
            with writing(path) as part:
                part.write_text(text, encoding="utf-8")
        return paths

    def markdown(self) -> str:
        return "\n\n".join(self.blocks) + "\n"

    def html(self) -> str:
        """A page without scripts or external resources; HTML in the blocks is escaped."""
        body = MarkdownIt("commonmark", {"html": False}).enable("table").render(self.markdown())
        body = body.replace("<table>", '<div class="wide"><table>')
        body = body.replace("</table>", "</table></div>")
        body = INTERVAL.sub(r"\1\2<br><small>\3</small></td>", body)
        body = PICTURE.sub(lambda found: f'src="{_webp(self.pictures[unquote(found[1])])}"', body)
        return (
            '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">\n'
            '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
            f"<title>{html.escape(self.title)}</title>\n<style>{STYLE.read_text('utf-8')}</style></head>\n"
            f"<body>{body}</body></html>\n"
        )


def heading(text: str, level: int = 2) -> str:
    return f"{'#' * level} {text}"


def bullets(lines: Sequence[str]) -> str:
    return "\n".join(f"- {line}" for line in lines)


def table(columns: Sequence[str], rows: Sequence[Sequence[str]], note: str = "") -> str:
    """A table whose first column is aligned left and the others right; ``note`` follows it.

    Raises ValueError for a row of another length.
    """
    for row in rows:
        if len(row) != len(columns):
            raise ValueError(f"{len(row)} cells in a table of {len(columns)} columns")
    rule = [":---", *["---:"] * (len(columns) - 1)]
    cells = ([cell.replace("|", "\\|") for cell in row] for row in (columns, rule, *rows))
    lines = "\n".join(f"| {' | '.join(row)} |" for row in cells)
    return f"{lines}\n\n{note}" if note else lines


def _webp(rgb: Bytes) -> str:
    """The picture as a data URI."""
    from PIL import Image

    buffer = io.BytesIO()
    Image.fromarray(rgb).save(buffer, "WEBP", quality=88)
    return "data:image/webp;base64," + base64.b64encode(buffer.getvalue()).decode("ascii")

"""One report in two forms: what is in them, and that words cannot become markup."""

from __future__ import annotations

import base64
import io
import re
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from rosetail.errors import OutputError
from rosetail.evaluate.report import MarkdownReport, bullets, heading, table


class Tags(HTMLParser):
    """Counts tags and refuses what is not closed."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: dict[str, int] = {}

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.seen[tag] = self.seen.get(tag, 0) + 1
        if tag not in ("meta", "br"):
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: object) -> None:
        self.seen[tag] = self.seen.get(tag, 0) + 1

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


@pytest.fixture
def report() -> MarkdownReport:
    made = MarkdownReport("A & B")
    made.add(heading("First"), "a **strong** `code` <script>alert(1)</script>")
    made.add(bullets(["one", "two"]), heading("Deeper", 3))
    made.add(table(["name", "x|y"], [["a|b", "1"], ["<c>", "2"]], "a note"))
    rgb = np.zeros((8, 12, 3), np.uint8)
    rgb[:4] = 200, 40, 40
    made.add_picture("red", rgb, 'half "red"')
    return made


def test_markdown(report: MarkdownReport, tmp_path: Path) -> None:
    markdown, page = report.save(tmp_path / "out")
    text = markdown.read_text()
    assert text.startswith("# A & B\n\n## First\n\n")
    assert "| name | x\\|y |\n| :--- | ---: |\n| a\\|b | 1 |\n| <c> | 2 |\n\na note" in text
    assert '![half "red"](pictures/red.png)' in text
    assert "- one\n- two" in text
    assert page.read_text() == report.html()
    assert np.asarray(Image.open(tmp_path / "out" / "pictures" / "red.png")).shape == (8, 12, 3)


def test_the_page_is_whole_and_alone(report: MarkdownReport) -> None:
    page = report.html()
    tags = Tags()
    tags.feed(page)
    assert tags.open == []
    assert "script" not in tags.seen
    assert tags.seen["td"] == 4
    assert "<strong>strong</strong> <code>code</code>" in page
    assert "&lt;script&gt;" in page
    (data,) = re.findall(r'src="data:image/webp;base64,([^"]+)"', page)
    picture = np.asarray(Image.open(io.BytesIO(base64.b64decode(data))).convert("RGB")).astype(int)
    assert picture.shape == (8, 12, 3)
    assert picture[1, 5, 0] > 150 > picture[6, 5, 0]


def test_what_cannot_be(report: MarkdownReport, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="3 cells in a table of 2 columns"):
        table(["a", "b"], [["1", "2", "3"]])
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="Not a directory; choose another place"):
        report.save(tmp_path / "file")


def test_an_interval_stands_below_its_number() -> None:
    made = MarkdownReport("t")
    made.add(table(["m", "v"], [["a (b) c", "0.12 (0.10 to 0.15)"]]))
    assert ">a (b) c</td>" in made.html()
    assert ">0.12<br><small>(0.10 to 0.15)</small></td>" in made.html()
    assert "0.12 (0.10 to 0.15)" in made.markdown()

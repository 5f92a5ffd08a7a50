"""The options of ``rosetail video`` that change characters over time."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, NamedTuple

import typer

from rosetail.cli.looks import directions_of

if TYPE_CHECKING:
    from rosetail.characters.keyframes import EditCurve
    from rosetail.characters.model import Character, CharacterModel
    from rosetail.video.style_paths import CodePath

SEEDED = ("blend", "beat", "wall")  # modes with extra characters
Mode = Annotated[
    Literal["fixed", "blend", "beat", "eig", "wall"],
    typer.Option(
        help="With characters: keep them (`fixed`), move between them slowly (`blend`), change on "
        "the beat of the music (`beat`, extra beat), move along the main directions of the model "
        "(`eig`), or show eight around the source (`wall`)."
    ),
]
Bake = Annotated[
    bool,
    typer.Option(
        help="With fixed characters: fold each into the network's weights once, for faster frames."
    ),
]
Keyframes = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE", help="With characters: edits that change over time, as TOML or JSON."
    ),
]


class Motion(NamedTuple):
    """How the characters of a clip change over time."""

    mode: Mode
    bake: bool
    keyframes: Path | None
    directions: Path | None
    method: str | None
    seed: int

    def given(self) -> dict[str, bool]:
        """Options that need characters, and whether each differs from its default."""
        mode = {f"--mode {self.mode}": self.mode != "fixed"}
        return mode | self.edits() | {"--no-bake": not self.bake}

    def edits(self) -> dict[str, bool]:
        """Options that need keyframes, and whether each is given."""
        return {
            "--directions": self.directions is not None,
            "--method": self.method is not None,
        }

    def paths(
        self, clip: Path, model: CharacterModel, given: Sequence[Character]
    ) -> list[CodePath]:
        """The path of each character's code; keyframes replace its own edit of that name."""
        from rosetail.characters.capabilities import main_axes
        from rosetail.characters.edits import apply_edits
        from rosetail.video.beats import find_beats
        from rosetail.video.style_paths import AXES, WALL, paths_for_mode, with_curves

        curves = self._curves(model)
        beats = find_beats(clip) if self.mode == "beat" else []
        others = model.random_w(WALL, self.seed)
        codes = [
            apply_edits(each.w, [edit for edit in each.edits if edit.name not in curves])
            for each in given
        ]
        axes = list(main_axes(model, AXES)) if self.mode == "eig" else []
        paths = paths_for_mode(self.mode, codes, list(others), beats, axes)
        return [with_curves(path, curves) for path in paths] if curves else paths

    def _curves(self, model: CharacterModel) -> dict[str, EditCurve]:
        from rosetail.characters.keyframes import edit_curves, read_keyframes

        if self.keyframes is None:
            return {}
        directions = directions_of(model, self.directions)
        return edit_curves(read_keyframes(self.keyframes), directions, self.method)

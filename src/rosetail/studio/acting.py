"""A character's code through a clip: edits that stay, and keyframes that change them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rosetail.characters.keyframes import Keyframe, edit_curves
from rosetail.characters.model import CharacterModel
from rosetail.video.style_paths import CodePath, Fixed, with_curves


def code_path(
    model: CharacterModel,
    character: str,
    edits: Mapping[str, float],
    keyframes: Sequence[Mapping[str, Any]],
) -> CodePath:
    """The code of the character file ``character`` over time, in seconds of the clip.

    It has exactly ``edits``. Where keyframes name an edit, they replace it.
    """
    person = model.read(character)
    rows = sorted((Keyframe(**each) for each in keyframes), key=lambda each: each.time)
    animated = {name for row in rows for name in row.edits}
    fixed = {name: value for name, value in edits.items() if name not in animated}
    for edit in person.edits:
        fixed.setdefault(edit.name, 0.0)
    path: CodePath = Fixed((person.edit(fixed) if fixed else person).code)
    return with_curves(path, edit_curves(rows, model.directions)) if rows else path

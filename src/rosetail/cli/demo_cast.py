"""The characters of the demo: a cast, one edited character, and the clip drawn as it."""

from __future__ import annotations

import html
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING

from rosetail.cli.console import progress_bar

if TYPE_CHECKING:
    from rosetail.characters.content import Content
    from rosetail.characters.model import Character, CharacterModel
    from rosetail.stylizer.stylizer import Stylizer

COUNT, SEED, CHOSEN = 8, 3, 3
EDITS = ("long_hair=1", "hair=blue", "eyes=green", "open_mouth=1", "closed_eyes=1", "glasses=1",
         "cat_ears=1")  # fmt: skip
FOLDER, FILM = "cast", "astronaut-character.mp4"
TILE = Template("""
<figure>
  <img src="$drawn" alt="$what" width="$side" height="$side">
  <figcaption><b>$what</b></figcaption>
</figure>""")


def show_cast(photo: Path, clip: Path, stylizer: Stylizer, out: Path) -> dict[str, str]:
    """Draw everything into the folder ``out`` with the default model. Returns the page's values:
    the tiles ``cast`` and ``directed``, ``film``, and the command for each."""
    from rosetail import images
    from rosetail.characters.load import load_model
    from rosetail.weights import default_model

    roses = load_model(default_model())
    images.make_folder(out / FOLDER)
    content = roses.encode(photo)
    cast = roses.cast(content, COUNT, seed=SEED)
    tiles = [_kept(each, out) for each in cast]
    directed = _directed(roses, cast[CHOSEN], content, stylizer, out)
    _film(roses, cast[CHOSEN], clip, stylizer, out)
    character = f"--character {FOLDER}/{_file(cast[CHOSEN])}.json"
    commands = {
        "cast": f"cast {photo.name} -o sheet.png -n {COUNT} --seed {SEED} --save {FOLDER}",
        "directed": f"edit {photo.name} {character} --set {EDITS[0]} --set {EDITS[1]} -o aiko.png",
        "film": f"video {clip.name} -o {FILM} {character}",
    }
    commands_html = {
        f"{name}_command": html.escape(f"rosetail {each}") for name, each in commands.items()
    }
    return {"cast": "".join(tiles), "directed": "".join(directed), "film": FILM, **commands_html}


def _file(who: Character) -> str:
    return who.name.replace(" ", "-")


def _kept(who: Character, out: Path) -> str:
    """Write the character's file and picture; returns its tile."""
    from rosetail import images

    drawn = f"{FOLDER}/{_file(who)}.png"
    who.save((out / drawn).with_suffix(".json"))
    assert who.picture is not None  # cast() draws every character
    images.save(who.picture, out / drawn)
    return _tile(drawn, who.name, len(who.picture))


def _directed(
    roses: CharacterModel, who: Character, content: Content, stylizer: Stylizer, out: Path
) -> list[str]:
    """Tiles of the character without edits and with each of EDITS."""
    from rosetail.characters.edits import parse_edit

    tiles = []
    for edit in ("", *EDITS):
        edited = who.edit(dict([parse_edit(edit)])) if edit else who
        picture = roses.apply(content, edited, stylizer=stylizer)
        drawn = f"{FOLDER}/{edit.partition('=')[0] or 'as-it-is'}.png"
        picture.save(out / drawn)
        tiles.append(_tile(drawn, edit or "as it is", picture.width))
    return tiles


def _film(roses: CharacterModel, who: Character, clip: Path, stylizer: Stylizer, out: Path) -> None:
    from rosetail.video.characters_in_clip import character_video
    from rosetail.video.style_paths import Fixed

    with progress_bar("the clip as a character", None, "frames") as move:
        character_video(clip, out / FILM, roses, [Fixed(who.code)], stylizer, progress=move)


def _tile(drawn: str, what: str, side: int) -> str:
    return TILE.substitute(drawn=drawn, what=html.escape(what), side=side)

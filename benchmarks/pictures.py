"""Redraw the docs' pictures of the painter: ``python -m benchmarks.pictures``

Run it when the painter's drawings change, and look at the pictures before committing them.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from rosetail import images
from rosetail.characters.capabilities import character_layers
from rosetail.characters.content import Content
from rosetail.characters.edits import parse_edit
from rosetail.characters.load import load_model
from rosetail.characters.model import Character, CharacterModel
from rosetail.characters.openraster import merge_layers
from rosetail.faces import faces
from rosetail.faces.warp import resize_square
from rosetail.painter import paint, palette, params_from_photo, sample
from rosetail.painter.after import squared
from rosetail.painter.mouth import MOUTHS, VISEMES
from rosetail.painter.options import OPTIONS
from rosetail.painter.sheet import plain

Bytes = NDArray[np.uint8]

DOCS = Path(__file__).parents[1] / "docs"
PHOTO = Path(images.__file__).parent / "samples" / "astronaut.jpg"
SAMPLED, ALIKE, FREE = 18, 3, 4  # random portraits; of the photo: all traits; expression only
CAST, SEED, CHOSEN = 7, 5, 5  # characters of the photo, and the one that is edited
LAYER_SIDE, CHECK = 640, 16  # pixels of layers, and of the squares of the checkerboard
SHOWN_ON = (3, 4)  # seed and number of the character that options are shown on
TURNS: dict[str, object] = {
    "hair_back": "wavy", "hair_fringe": "between_eyes", "clothes": "blazer",
    "hair": palette.HAIR["pink"], "eyes": palette.EYES["purple"],
}  # fmt: skip
ACTS: dict[str, object] = {"sex": "male", "hair_back": "messy", "hair_fringe": "messy",
                           "hair": palette.HAIR["black"], "clothes": "hoodie", "eye_height": 0.8,
                           "yaw": -10.0, "roll": 4.0, "hair_part": 0.5}  # fmt: skip
EDITS = ("long_hair", "hair=blue", "eyes=blue", "closed_mouth", "closed_eyes", "glasses",
         "cat_ears")  # fmt: skip


def main() -> None:
    roses = load_model("painter")
    content = roses.encode(PHOTO)
    keep("painter", 192, 6, [paint(sample(seed)).image for seed in range(SAMPLED)])
    keep("painter_acting", 160, 7, acting())
    photo, landmarks = squared(content.rgb, faces.find(content.rgb)[0].landmarks, 256)
    keep("painter_after", 192, 4, after(photo, landmarks))
    keep("cast", 176, CAST + 1, *cast(roses, content, photo))
    keep("options", 140, 11, *options(roses, content))
    keep("layers", 140, 11, *layers(roses, content))


def keep(
    name: str,
    side: int,
    columns: int,
    pictures: Sequence[Bytes],
    labels: Sequence[str] | None = None,
) -> None:
    """Write a sheet of ``pictures``, each ``side`` pixels wide."""
    sheet = images.contact_sheet([resize_square(each, side) for each in pictures], columns, labels)
    path = DOCS / f"{name}.webp"
    Image.fromarray(sheet).save(path, quality=85, method=6)
    print(path)


def acting() -> list[Bytes]:
    """A character that turns, and one that acts and speaks."""
    first, second = plain().changed(TURNS), plain().changed(ACTS)
    turns = [first.changed({"yaw": yaw, "body_yaw": 0.4 * yaw}) for yaw in range(-45, 46, 15)]
    moods: list[dict[str, object]] = [
        {**MOUTHS["laugh"], "eye_open": 0.0, "smile_lids": 1.0},
        {**MOUTHS["grin"], "wink_left": 1.0},
        {**MOUTHS["frown"], "brow_angle": -14.0, "brow_height": -0.5},
        {**MOUTHS["surprised"], "eye_open": 1.18, "brow_height": 0.8},
        {**MOUTHS["pout"], "brow_angle": 13.0, "gaze_x": -0.5, "gaze_y": 0.4, "eye_open": 0.8},
        {**MOUTHS["neutral"], "eye_open": 0.45, "brow_height": 0.3},
        {**MOUTHS["smile"], "gaze_x": 0.7, "brow_skew": 0.5},
    ]
    vowels = [second.changed({**lips, "eye_open": 0.95}) for lips in VISEMES.values()]
    acts = [second.changed({"wink_left": 0.0, "wink_right": 0.0, **mood}) for mood in moods]
    return [paint(each).image for each in (*turns, *acts, *vowels)]


def after(photo: Bytes, landmarks: NDArray[np.float64]) -> list[Bytes]:
    """The photo and paintings of it: some keep all traits, some only its expression."""
    alike = [params_from_photo(photo, landmarks, seed) for seed in range(ALIKE)]
    free = [params_from_photo(photo, landmarks, seed, ("expression",)) for seed in range(FREE)]
    return [photo, *(paint(each).image for each in (*alike, *free))]


def cast(roses: CharacterModel, content: Content, photo: Bytes) -> tuple[list[Bytes], list[str]]:
    """The photo as CAST characters; below, one of them without edits and with each of EDITS."""
    who = roses.cast(content, CAST, seed=SEED)
    edits = (parse_edit(each if "=" in each else f"{each}=1") for each in EDITS)
    edited = [who[CHOSEN].edit(dict([edit])) for edit in edits]
    people = [drawn(roses, content, each) for each in (*who, who[CHOSEN], *edited)]
    return [photo, *people], ["the photo", *[""] * (CAST + 1), *EDITS]


def drawn(roses: CharacterModel, content: Content, who: Character) -> Bytes:
    return np.asarray(roses.apply(content, who, frame="face"))


def options(roses: CharacterModel, content: Content) -> tuple[list[Bytes], list[str]]:
    """One character with each of OPTIONS that changes it."""
    seed, number = SHOWN_ON
    who = roses.cast(content, number + 1, seed=seed)[number]
    before = drawn(roses, content, who)
    pictures, names = [], []
    for name in OPTIONS:
        picture = drawn(roses, content, who.edit({name: 1.0}))
        if not np.array_equal(picture, before):
            pictures.append(picture)
            names.append(name)
    return pictures, names


def layers(roses: CharacterModel, content: Content) -> tuple[list[Bytes], list[str]]:
    """One character, then each of its layers on a checkerboard, from back to front."""
    seed, number = SHOWN_ON
    who = roses.cast(content, number + 1, seed=seed)[number].edit(glasses=1, cat_ears=1)
    found = character_layers(roses, content, who, LAYER_SIDE)
    pictures, names = [merge_layers(found)], ["all of them"]
    for each in found:
        for layer in getattr(each, "layers", [each]):
            pictures.append(layer.picture)
            names.append(each.name if layer is each else f"{each.name}: {layer.name}")
    low, high = round(0.2 * LAYER_SIDE), round(0.8 * LAYER_SIDE)
    return [on_checks(each)[low:high, low:high] for each in pictures], names


def on_checks(picture: Bytes) -> Bytes:
    y, x = np.mgrid[: picture.shape[0], : picture.shape[1]] // CHECK
    ground = np.where((x + y) % 2, 235, 214)[..., None]
    return images.flatten(picture[..., :3], picture[..., 3], ground)


if __name__ == "__main__":
    main()

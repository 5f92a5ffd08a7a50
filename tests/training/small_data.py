"""Small prepared folders and a VGG-19 with random weights, for recipes to train on."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import torch
from lightning_fabric import Fabric
from safetensors.torch import save_file

import rosetail
from rosetail import images
from rosetail.data.folders import Crop
from rosetail.data.painted_writer import UNMOVED
from rosetail.data.targets import average_superpixels, smooth_edges
from rosetail.faces import faces
from rosetail.layers.vgg import LAYOUT
from rosetail.painter.after import squared
from rosetail.training.context import Context
from rosetail.training.loop import Recipe

RecipeType = TypeVar("RecipeType", bound=Recipe)

FACE = [[17, 20], [31, 20], [24, 27], [19, 33], [29, 33]]


def started(make: Callable[[Any], RecipeType], settings: Any) -> tuple[RecipeType, Context]:
    """A recipe and its context on the CPU, with the networks of seed 0."""
    torch.manual_seed(0)
    recipe = make(settings)
    networks = recipe.networks()
    fabric = Fabric(accelerator="cpu", devices=1)
    return recipe, Context(fabric, networks, recipe.optimizers(networks))


def prepared(folder: Path, seed: int, landmarks: list[list[float]] | None = None) -> Path:
    """Eight pictures of soft colour with a few sharp shapes, laid out as ``data prepare`` does."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[:48, :48]
    lines = []
    for number in range(8):
        slope = rng.uniform(-2, 2, (2, 3))
        picture = 128 + (x[..., None] - 24) * slope[0] + (y[..., None] - 24) * slope[1]
        for _ in range(3):
            middle, radius = rng.uniform(8, 40, 2), rng.uniform(4, 12)
            inside = (x - middle[0]) ** 2 + (y - middle[1]) ** 2 < radius**2
            picture[inside] = rng.uniform(0, 255, 3)
        crop = np.clip(picture + rng.normal(0, 4, picture.shape), 0, 255).astype(np.uint8)
        made = {
            "crops": crop,
            "edges": smooth_edges(crop),
            "superpixels": average_superpixels(crop),
        }
        for kind, each in made.items():
            (folder / kind).mkdir(parents=True, exist_ok=True)
            images.save(each, folder / kind / f"p{number}.png")
        crop_line = {
            "name": f"p{number}", "source": f"p{number}.png", "group": f"p{number}",
            "kind": "photo", "frame": "head", "size": 48, "matrix": [[1, 0, 0], [0, 1, 0]],
            "landmarks": landmarks, "flipped": False,
        }  # fmt: skip
        lines.append(json.dumps(crop_line))
    (folder / "manifest.jsonl").write_text("\n".join(lines) + "\n")
    return folder


def portraits(folder: Path) -> Path:
    """The sample photo's head and its mirror image, prepared."""
    photo = images.read(Path(rosetail.__file__).parent / "samples" / "astronaut.jpg")
    (folder / "crops").mkdir()
    lines = []
    for name, seen in (("one", photo), ("other", np.ascontiguousarray(photo[:, ::-1]))):
        head, places = squared(seen, faces.find(seen)[0].landmarks, 160)
        images.save(head, folder / "crops" / f"{name}.png")
        line = Crop(
            name, f"{name}.png", name, "photo", "head", 160, UNMOVED, places.tolist(), False
        )
        lines.append(json.dumps(line._asdict()))
    (folder / "manifest.jsonl").write_text("\n".join(lines) + "\n")
    return folder


def random_vgg(path: Path) -> Path:
    """The first eight convolutions, He-scaled."""
    generator = torch.Generator().manual_seed(0)
    vgg = {}
    for _, place, inside, outside in LAYOUT[:8]:
        drawn = torch.randn(outside, inside, 3, 3, generator=generator)
        vgg[f"features.{place}.weight"] = drawn * (2 / (9 * inside)) ** 0.5
        vgg[f"features.{place}.bias"] = torch.zeros(outside)
    save_file(vgg, path)
    return path

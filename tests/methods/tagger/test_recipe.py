"""The recipe of the tagger: what a batch holds, a short run, and how it is evaluate_tagger."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from rich.console import Console
from safetensors.torch import save_file
from torch import Tensor, nn

from rosetail import images
from rosetail.data.painted import common_tags, read_painted
from rosetail.errors import InputError
from rosetail.methods.tagger.network import Read, TaggerNetwork
from rosetail.methods.tagger.recipe import TagData, TaggerRecipe, TagSettings, evaluate
from rosetail.training.loop import RunSettings, train


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Thirty dark pictures with a white dot for each landmark; half are `red` all over."""
    folder = tmp_path_factory.mktemp("painted")
    rng = np.random.default_rng(0)
    (folder / "crops").mkdir()
    lines = []
    for number in range(30):
        picture = np.zeros((64, 64, 3), np.uint8)
        red = number % 2 == 0
        picture[..., 0] = 160 * red
        points = np.array([(20, 20), (44, 20), (32, 32), (24, 46), (40, 46)]) + rng.integers(-3, 4)
        for x, y in points:
            picture[y - 1 : y + 1, x - 1 : x + 1] = 255
        images.save(picture, folder / "crops" / f"p{number:02}.png")
        tags = ["solo", "red"] if red else ["solo"]
        lines.append(
            {"name": f"p{number:02}", "size": 64, "tags": tags, "landmarks": points.tolist()}
        )
    (folder / "labels.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    return folder


@pytest.fixture
def config(folder: Path) -> TagSettings:
    return TagSettings(
        run=RunSettings(steps=3, sheet_every=3, accelerator="cpu"),
        data=TagData(painted=str(folder), holdout=10, size=64, batch=8),
        width=4,
    )


def test_tags_that_tell_something(folder: Path) -> None:
    painted = read_painted(folder, 32)
    assert common_tags(painted.tags, 0.1) == ["red"]
    assert painted.pictures.shape == (30, 32, 32, 3)
    np.testing.assert_array_equal(painted.table(["red"])[:4, 0], [1, 0, 1, 0])


def test_landmarks_follow_their_dots(config: TagSettings) -> None:
    """Shifted, scaled or mirrored: the place said is where the white dot lies."""
    batch = TaggerRecipe(config).batch(0, 0)
    for picture, points, tag in zip(
        batch["picture"].numpy(), batch["landmarks"].numpy(), batch["tags"][:, 0], strict=True
    ):
        assert (picture[..., 0].mean() > 80) == bool(tag)
        assert points[0, 0] < points[1, 0]  # the left eye stays left, mirrored or not
        light = picture[..., 1].astype(float)
        for x, y in points * 64 - 0.5:
            row, column = round(float(y)), round(float(x))
            near = light[row - 3 : row + 4, column - 3 : column + 4]
            down, across = np.mgrid[-3:4, -3:4]
            assert abs((near * across).sum() / near.sum() + column - x) < 0.5
            assert abs((near * down).sum() / near.sum() + row - y) < 0.5


def test_a_batch_repeats_and_its_terms_teach(config: TagSettings) -> None:
    recipe = TaggerRecipe(config)
    batch = recipe.batch(1, 0)
    assert all(torch.equal(batch[name], each) for name, each in recipe.batch(1, 0).items())
    torch.manual_seed(0)
    tagger = TaggerNetwork(1, 4)
    optimizer = torch.optim.Adam(tagger.parameters(), 0.01)
    totals = []
    for _ in range(40):
        terms = recipe.terms(tagger, batch)
        assert terms.keys() == {"tags", "landmarks"}
        total = torch.stack(list(terms.values())).sum()
        optimizer.zero_grad()
        total.backward()
        optimizer.step()
        totals.append(total.item())
    assert totals[-1] < 0.3 * totals[0]


class Knowing(nn.Module):
    """Says `red` where the picture is, and the middle for every landmark."""

    def __init__(self) -> None:
        super().__init__()
        self.sure = nn.Parameter(torch.ones(1))

    def forward(self, x: Tensor) -> Read:
        return Read(
            x[:, :1].mean((2, 3)) - x[:, 1:2].mean((2, 3)) - 0.1, torch.full((len(x), 5, 2), 0.5)
        )


def test_the_evaluate(config: TagSettings) -> None:
    recipe = TaggerRecipe(config)
    verdict = evaluate(Knowing(), ["red", "never"], recipe.holdout, 64)
    assert verdict.accuracy == verdict.precision == verdict.recall == {"red": 1.0}
    assert verdict.support == {"red": 5}
    assert verdict.table().splitlines()[-1] == "| red | 5 | 1.00 | 1.00 |"
    eyes = 24 / 64
    wanted = np.linalg.norm(0.5 - recipe.holdout.landmarks, axis=2).mean(1) / eyes
    np.testing.assert_allclose(verdict.errors, wanted, rtol=1e-5)


class Hasty(Knowing):
    """Says `a` of the first three pictures and `b` of all."""

    def forward(self, x: Tensor) -> Read:
        a = (torch.arange(len(x)) < 3).float() - 0.5
        return Read(torch.stack([a, a.abs()], 1), torch.full((len(x), 5, 2), 0.5))


def test_precision_and_recall_of_every_tag(config: TagSettings) -> None:
    held = TaggerRecipe(config).holdout
    tags = [frozenset({"a"} if n in (0, 1, 5, 6) else {"b"}) for n in range(len(held))]
    verdict = evaluate(Hasty(), ["a", "b"], replace(held, tags=tags), 64)
    assert verdict.precision == pytest.approx({"a": 2 / 3, "b": 0.6})
    assert verdict.recall == pytest.approx({"a": 0.5, "b": 1.0})
    assert verdict.support == {"a": 4, "b": 6}


def test_a_run_makes_weights_and_a_sheet(config: TagSettings, tmp_path: Path) -> None:
    outcome = train(TaggerRecipe(config), tmp_path / "run", console=Console(quiet=True))
    assert (outcome.step, outcome.reason) == (3, "finished")
    (sheet,) = (tmp_path / "run" / "sheets").iterdir()
    assert images.read(sheet).shape[1] > 6 * 32


def test_a_run_is_exported_and_evaluate_tagger(config: TagSettings, tmp_path: Path) -> None:
    from rosetail.methods.tagger.export import evaluate_tagger, export_tagger
    from rosetail.weights import read_header

    train(TaggerRecipe(config), tmp_path / "run", console=Console(quiet=True))
    header = read_header(export_tagger(tmp_path / "run", tmp_path / "r.onnx"))
    assert (header["network"], header["tags"]) == ("tagger", "red")
    verdict = evaluate_tagger(tmp_path / "run", Path(config.data.painted))
    assert verdict.support == {"red": 15}


def test_what_does_not_fit_is_refused(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="multiple of 64"):
        TagData(size=72)
    with pytest.raises(InputError, match=r"30 paintings, 30 of them for testing"):
        TaggerRecipe(TagSettings(data=TagData(painted=str(folder), holdout=30)))
    with pytest.raises(InputError, match=r"labels\.jsonl: missing or empty"):
        read_painted(tmp_path, 32)


def test_a_start_is_where_it_begins(config: TagSettings, tmp_path: Path) -> None:
    torch.manual_seed(7)
    wanted = TaggerNetwork(1, config.width).state_dict()
    save_file(wanted, tmp_path / "start.safetensors")
    config = replace(config, start=str(tmp_path / "start.safetensors"))
    given = TaggerRecipe(config).networks()["tagger"].state_dict()
    assert all(torch.equal(given[name], value) for name, value in wanted.items())

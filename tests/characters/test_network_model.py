"""Casting and applying, with a tiny exported model of random weights."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
from skimage import data

from rosetail import Stylizer, load
from rosetail.characters.capabilities import character_layers, main_axes
from rosetail.characters.content import Content, ModelId
from rosetail.characters.model import Character
from rosetail.characters.network_model import NetworkModel
from rosetail.characters.variations import character_sheet
from rosetail.errors import InputError, NoFaceFound, SettingsError, UnknownStyle, WeightsMissing
from rosetail.faces.faces import align, find
from rosetail.faces.mesh import find_mesh
from rosetail.faces.warp import inverse, transform
from rosetail.painter import paint, sample

PHOTO = data.astronaut()


@pytest.fixture(scope="module")
def roses(tiny_roses: Path) -> NetworkModel:
    return NetworkModel(tiny_roses)


@pytest.fixture(scope="module")
def content(roses: NetworkModel) -> Content:
    return roses.encode(PHOTO)


def test_a_cast_is_its_seeds(roses: NetworkModel, content: Content) -> None:
    eight = roses.cast(content, 8, seed=3)
    three = roses.cast(PHOTO, 3, seed=3)
    for one, other in zip(three, eight, strict=False):
        assert np.array_equal(one.w, other.w)
        assert np.abs(one.picture.astype(int) - other.picture).max() <= 2  # bf16, other batch
    assert not np.allclose(roses.cast(content, 1, seed=4)[0].w, eight[0].w)
    assert len({each.name for each in eight}) == 8
    assert {each.model for each in eight} == {roses.id}


def test_truncation_draws_to_the_mean(roses: NetworkModel, content: Content) -> None:
    whole, half, none = (
        np.stack([each.w for each in roses.cast(content, 4, truncation=part)])
        for part in (1.0, 0.5, 0.0)
    )
    assert np.allclose(none, roses.mean)
    assert np.allclose(half, (whole + roses.mean) / 2, atol=1e-6)


def test_a_likeness_is_in_the_photos_own_style(roses: NetworkModel, content: Content) -> None:
    who = roses.likeness(content)
    np.testing.assert_array_equal(who.w, roses.to_w(content.style[None])[0])
    np.testing.assert_array_equal(who.picture, roses.decode(content, who.w)[0])
    other = roses.likeness(PHOTO[:, ::-1].copy())
    assert not np.allclose(other.w, who.w)


def test_axes_are_as_long_as_characters_stray(roses: NetworkModel) -> None:
    axes = main_axes(roses, 3)
    assert axes.shape == (3, roses.latent)
    lengths = np.linalg.norm(axes, axis=1)
    units = axes / lengths[:, None]
    np.testing.assert_allclose(units @ units.T, np.eye(3), atol=1e-5)
    strays = (roses.random_w(2000, 5) @ units.T).std(0)
    np.testing.assert_allclose(lengths, 2 * strays, rtol=0.1)


def test_characters_come_from_the_models_styles(tiny_roses: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(tiny_roses, tmp_path / "model")
    codes = np.random.default_rng(0).standard_normal((4, 3)).astype(np.float16)
    np.save(folder / "to_anime" / "styles.npy", codes)
    roses = NetworkModel(folder)
    four = roses.random_w(4, seed=2)
    wanted = roses.to_w(codes.astype(np.float32))
    order = [int(np.abs(wanted - w).sum(1).argmin()) for w in four]
    assert sorted(order) == [0, 1, 2, 3]
    np.testing.assert_allclose(four, wanted[order], atol=1e-5)
    assert np.array_equal(roses.random_w(2, seed=2), four[:2])
    assert len(roses.random_w(9, seed=2)) == 9
    (folder / "to_anime" / "styles.npy").write_bytes(b"junk")
    with pytest.raises(WeightsMissing, match=r"styles\.npy: not style codes"):
        NetworkModel(folder).random_w(1, 0)


def test_the_face_alone_is_what_the_decoder_drew(roses: NetworkModel, content: Content) -> None:
    who = roses.cast(content, 2)[1]
    assert np.array_equal(roses.apply(content, who, frame="face"), roses.decode(content, who.w)[0])


def test_a_model_without_a_ground_cuts_nothing_out(roses: NetworkModel, content: Content) -> None:
    who = roses.cast(content, 1)[0]
    figure = np.asarray(roses.apply(content, who, frame="figure"))
    assert np.array_equal(figure[..., :3], roses.decode(content, who.w)[0])
    assert (figure[..., 3] == 255).all()


def test_the_head_lies_where_the_photo_has_it(
    roses: NetworkModel, content: Content, negative: Path
) -> None:
    who = roses.cast(content, 1)[0]
    full = np.asarray(roses.apply(PHOTO, who, frame="full", stylizer=Stylizer(negative)))
    assert full.shape == PHOTO.shape
    assert np.array_equal(full[-60:], 255 - PHOTO[-60:])  # far from the head: the stylizer's
    head = roses.decode(content, who.w)[0]
    middle = transform([[15.5, 15.5]], inverse(content.matrix))[0].round().astype(int)
    assert np.abs(full[middle[1], middle[0]] - head[15:17, 15:17].mean((0, 1))).max() < 40

    portrait = np.asarray(roses.apply(PHOTO, who, frame="portrait", stylizer=Stylizer(negative)))
    assert portrait.shape[0] < PHOTO.shape[0]
    # The same picture, cut: it is found in the whole at one place.
    places = [
        (y, x)
        for y in range(full.shape[0] - portrait.shape[0] + 1)
        for x in range(full.shape[1] - portrait.shape[1] + 1)
        if np.abs(full[y, x].astype(int) - portrait[0, 0]).max() <= 1
        and np.abs(full[y + portrait.shape[0] - 1, x].astype(int) - portrait[-1, 0]).max() <= 1
    ]
    best = min(
        np.abs(
            full[y : y + portrait.shape[0], x : x + portrait.shape[1]].astype(int) - portrait
        ).max()
        for y, x in places[:400]
    )
    assert best <= 2


def test_the_crop_is_the_canonical_head(roses: NetworkModel, content: Content) -> None:
    landmarks = find_mesh(PHOTO, find(PHOTO)[0].landmarks).landmarks
    head, matrix = align(PHOTO, landmarks, roses.size, keep_roll=15)
    assert np.allclose(content.matrix, matrix)
    assert head.shape == (32, 32, 3)


def test_a_drawings_style_is_read(roses: NetworkModel, content: Content) -> None:
    drawing = paint(sample(3), 512).image
    who = roses.like(drawing, "as drawn")
    assert who.name == "as drawn"
    assert who.w.shape == (roses.latent,)
    again = roses.like(drawing[:, ::-1].copy())
    assert not np.allclose(again.w, roses.mean)
    roses.apply(content, who, frame="face")


def test_a_network_has_no_layers_of_a_drawing(roses: NetworkModel, content: Content) -> None:
    with pytest.raises(SettingsError, match="draws in one piece"):
        character_layers(roses, content, roses.character(roses.mean, "x"))


def test_what_cannot_be(roses: NetworkModel, content: Content, tmp_path: Path) -> None:
    blank = np.full((64, 64, 3), 127, np.uint8)
    with pytest.raises(NoFaceFound, match="no face"):
        roses.encode(blank)
    with pytest.raises(NoFaceFound, match="no drawn head"):
        roses.like(blank)
    with pytest.raises(InputError, match="none"):
        roses.encode(tmp_path / "none.jpg")
    who = roses.cast(content, 1)[0]
    with pytest.raises(SettingsError, match="frame"):
        roses.apply(content, who, frame="wide")  # type: ignore[arg-type]
    stranger = Character("Ren", ModelId("other", "00" * 32), who.w)
    with pytest.raises(SettingsError, match="Ren belongs to other"):
        roses.apply(content, stranger)
    for wrong in ({"n": 0}, {"seed": -1}, {"truncation": 1.5}):
        with pytest.raises(SettingsError):
            roses.cast(content, **wrong)


def test_codes_may_differ_from_group_to_group(roses: NetworkModel, content: Content) -> None:
    assert roses.style_layers().groups.names == ("1/4", "1/2", "1/1")
    one, other = roses.random_w(2, seed=5)
    flat = roses.decode(content, np.stack([one, other]))
    same = roses.decode(content, np.stack([np.stack([one] * 3), np.stack([other] * 3)]))
    assert np.array_equal(flat, same)
    fine = roses.decode(content, np.stack([one, one, other])[None])[0]
    coarse = roses.decode(content, np.stack([other, one, one])[None])[0]
    assert not np.array_equal(fine, flat[0])
    # What the fine layers draw has detail, what the coarse ones do lies further apart.
    spread = [np.abs(each.astype(int) - flat[0]).mean() for each in (fine, coarse)]
    assert min(spread) > 0.2


def test_modulation_is_the_networks(roses: NetworkModel, tiny_roses: Path) -> None:
    from rosetail.methods.roses.export import load_roses
    from rosetail.methods.roses.graphs import layers

    net, _ = load_roses(tiny_roses.parent / "to_anime.safetensors")
    rows = [
        (layer.modulation.weight * layer.modulation.scale).numpy()
        for _, layer in layers(net.decoder)
    ]
    layers = roses.style_layers()
    assert np.allclose(layers.modulation(), np.concatenate(rows), atol=1e-5)
    parts = [layers.modulation(group) for group in range(3)]
    assert sum(map(len, parts)) == len(layers.modulation())
    last = np.concatenate([rows[-3], rows[-2], rows[-1]])
    assert np.allclose(parts[-1], last, atol=1e-5)


def test_learned_edits_come_with_the_model(
    roses: NetworkModel, content: Content, tiny_roses: Path
) -> None:
    from rosetail.methods.roses.export import load_roses

    net, _ = load_roses(tiny_roses.parent / "to_anime.safetensors")
    assert roses.directions.methods == ["learned"]
    moves = [roses.directions.move(tag)[2] for tag in ("open_mouth", "long_hair", "blue_hair")]
    assert np.allclose(np.stack(moves), net.directions().detach().numpy(), atol=1e-6)
    who = roses.cast(content, 1)[0]
    changed = who.edit(long_hair=2, hair="blue")
    assert np.allclose(changed.code, who.w + 2 * moves[1] + moves[2], atol=1e-5)
    assert np.array_equal(changed.unset("blue_hair").unset("long_hair").code, who.code)
    shown = np.asarray(changed.apply(PHOTO, frame="face"))
    assert np.array_equal(shown, roses.decode(content, changed.code)[0])
    assert not np.array_equal(shown, roses.decode(content, who.w)[0])


def test_directions_may_lie_beside_the_model(
    roses: NetworkModel, tiny_roses: Path, tmp_path: Path
) -> None:
    from dataclasses import replace

    own = replace(roses.directions, by_method={"joint": roses.directions.by_method["learned"]})
    beside = shutil.copytree(tiny_roses, tmp_path / "tiny") / "directions.safetensors"
    own.save(beside)
    assert NetworkModel(beside.parent).directions.methods == ["joint", "learned"]
    replace(own, digest="00" * 32).save(beside)  # of weights that were replaced
    assert set(NetworkModel(beside.parent).learned.by_method) == {"learned"}
    with pytest.raises(SettingsError, match="fit them for this model"):
        _ = NetworkModel(beside.parent).directions


def test_an_edited_character_is_kept(roses: NetworkModel, content: Content, tmp_path: Path) -> None:
    who = roses.cast(content, 1)[0].edit(open_mouth=0.5)
    grouped = who.edits[0]._replace(name="x", move=np.ones((3, roses.latent), np.float32))
    who = Character(who.name, who.model, who.w, None, (*who.edits, grouped), roses)
    again = roses.read(who.save(tmp_path / "a.json"))
    assert [each[:3] for each in again.edits] == [each[:3] for each in who.edits]
    assert np.array_equal(again.code, who.code)
    assert again.code.shape == (3, roses.latent)
    assert roses.draw(content, again, roses.cast(content, 1)[0]).shape == (2, 32, 32, 3)


def test_edits_need_a_model_and_its_directions(
    roses: NetworkModel, content: Content, tmp_path: Path
) -> None:
    from dataclasses import replace

    from rosetail import read_character

    who = roses.cast(content, 1)[0]
    stray = read_character(who.save(tmp_path / "a.json"))
    with pytest.raises(SettingsError, match="not loaded"):
        stray.edit(open_mouth=1)
    assert stray.edit(directions=roses.directions, open_mouth=1).edits[0].name == "open_mouth"
    strange = replace(roses.directions, digest="00" * 32)
    with pytest.raises(SettingsError, match="directions belong"):
        stray.edit(directions=strange, open_mouth=1)
    with pytest.raises(SettingsError, match="fit them"):
        strange.for_model(roses.id)
    with pytest.raises(SettingsError, match="no direction is called"):
        who.edit(cat_ears=1)


def test_models_that_are_none(tmp_path: Path, tiny_roses: Path) -> None:
    with pytest.raises(UnknownStyle):
        NetworkModel("nobody")
    (tmp_path / "to_anime").mkdir()
    with pytest.raises(WeightsMissing, match=r"encode\.onnx"):
        NetworkModel(tmp_path)
    assert isinstance(load(tiny_roses), NetworkModel)


def test_the_wall_has_everybody(roses: NetworkModel, content: Content) -> None:
    wall = character_sheet(roses.cast(content, 5), columns=3)
    assert wall.shape[0] > 2 * roses.size
    assert wall.shape[1] > 3 * roses.size


def test_layers_that_draw_colours_can_be_left_out(tiny_roses: Path) -> None:
    """Of GANs N' Roses' layers those are not demodulated: they have no sizes."""
    layers = NetworkModel(tiny_roses).style_layers()
    groups = layers.groups
    whole, without = layers.modulation(), layers.modulation(colours=False)
    sized = {int(group) for group in groups.group[~groups.is_style]}
    assert sized <= set(range(len(groups.names)))
    assert len(without) == int((groups.is_style & groups.demodulated).sum()) < len(whole)

"""The generator and its critics against the plain transcription, and their sizes."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from benchmarks import plain_roses
from rosetail.layers.modulated import ToRgb
from rosetail.methods.roses.close_up import face_state
from rosetail.methods.roses.critics import (
    FULL_CRITIC,
    SMALL_CRITIC,
    TRAIN_CRITIC,
    CriticShape,
    RosesCritic,
    batch_std,
    critic_from_published,
    latent_critic_from_published,
    published_critic_names,
    published_critic_shape,
)
from rosetail.methods.roses.importer import published_names, roses_from_published
from rosetail.methods.roses.network import FULL, SMALL, Roses, RosesShape, moments
from rosetail.methods.roses.palette import edges, strokes

TINY = RosesShape(widths=(4, 6, 8), deep=5, style=3, latent=9, mapping=2, side=32)
TINY_CRITIC = CriticShape((4, 6, 8), 5, 4, 32)
MAIN, TRAIN = ((4, 6, 8, 8), 5, 4, 32, 2, 1), ((4, 6, 8, 8, 8), 5, 4, 32, 2, 0, True)
TINY_CRITICS = {  # with the branches of both of the authors' versions, and as our models have them
    "ours": TINY_CRITIC,
    "main": CriticShape(*MAIN),
    "train": CriticShape(*TRAIN),
}


def count(network: nn.Module) -> int:
    return sum(each.numel() for each in network.parameters())


def test_sizes() -> None:
    small = Roses(SMALL)
    with torch.device("meta"):
        full, train = Roses(FULL), Roses(replace(FULL, content_kernel=3))
        critic, train_critic = RosesCritic(FULL_CRITIC), RosesCritic(TRAIN_CRITIC)
        small_critic = RosesCritic(SMALL_CRITIC)
    assert count(full) == 39_581_207  # the published 39.6 M ...
    assert count(full.encoder) == 21_641_288  # ... of which 21.6 M encode
    assert count(full.encoder) + count(full.mapping) + count(full.decoder) == count(full)
    assert count(train) - count(full) == 2 * 512 * 512 * 8
    assert count(small) == 11_994_495 < 12_000_000
    assert count(critic) == 18_365_315
    assert count(train_critic) == 25_968_643
    assert count(small_critic) == 1_105_651


def test_names_and_shapes_are_the_published_ones() -> None:
    with torch.device("meta"):
        ours = {name: each.numel() for name, each in Roses(FULL).state_dict().items()}
    theirs = {
        name: int(torch.Size(shape).numel())
        for name, shape in plain_roses.generator_shapes(FULL).items()
        if not name.endswith("kernel")
    }
    names = dict(published_names(FULL))
    assert names.keys() == ours.keys()
    assert sorted(names.values()) == sorted(theirs)
    assert all(ours[name] == theirs[other] for name, other in names.items())


def test_generator_against_plain_transcription() -> None:
    state = plain_roses.random_state(plain_roses.generator_shapes(TINY), seed=1)
    ours = roses_from_published(state)
    torch.manual_seed(0)
    x, z = torch.randn(2, 3, 32, 32), torch.randn(2, 3)
    content, style = plain_roses.encode(state, x, TINY)
    parts = ours.encode(x)
    torch.testing.assert_close(parts.content, content, atol=1e-4, rtol=1e-4)
    torch.testing.assert_close(parts.style, style, atol=1e-4, rtol=1e-4)
    picture = plain_roses.decode(state, content, z, TINY)
    assert picture.shape == (2, 3, 32, 32)
    torch.testing.assert_close(ours.decode(content, z), picture, atol=1e-4, rtol=1e-4)
    torch.testing.assert_close(ours(x, z), picture, atol=1e-3, rtol=1e-3)
    w = ours.mapping(z)
    torch.testing.assert_close(ours.draw(content, w), ours.decode(content, z))


def test_style_is_read_off_means_and_deviations() -> None:
    torch.manual_seed(0)
    x = torch.randn(2, 3, 5, 7)
    flat = x.reshape(2, 3, 35).numpy().astype(np.float64)
    wanted = np.concatenate([flat.mean(2), flat.std(2)], 1)
    np.testing.assert_allclose(moments(x).numpy(), wanted, atol=1e-5)


def test_folded_pictures_are_strided_and_sub_pixel() -> None:
    """The stem sees each pixel once; each place of the last layer is a block of pixels."""
    torch.manual_seed(0)
    network = Roses(replace(TINY, side=0, fold=2))
    x, z = torch.randn(1, 3, 32, 64), torch.randn(1, 3)
    parts = network.encode(x)
    assert parts.content.shape == (1, 8, 4, 8)
    assert network.decode(parts.content, z).shape == x.shape
    other = x.clone()
    other[..., 5, 9] += 1  # row, column
    moved = (network.encoder.stem(other) - network.encoder.stem(x)).abs().sum(1)[0]
    assert moved.nonzero().tolist() == [[2, 4]]
    rgb, features, w = ToRgb(4, 9, fold=2), torch.randn(1, 4, 3, 3), torch.randn(1, 9)
    plain = ToRgb(4, 9)
    plain.modulation = rgb.modulation
    picture = rgb(features, w)
    for row, column in product(range(2), repeat=2):
        number = 2 * row + column  # of this pixel in each colour's four
        plain.weight.data, plain.bias.data = rgb.weight[number::4], rgb.bias[number::4]
        torch.testing.assert_close(picture[..., row::2, column::2], plain(features, w))


def test_palette_pictures_are_mixtures_of_the_styles_colours() -> None:
    torch.manual_seed(0)
    network = Roses(replace(TINY, side=0, palette=5))
    decoder, content, w = network.decoder, torch.randn(2, 8, 4, 4), torch.randn(2, 9)
    first = network.draw(content, w)
    torch.testing.assert_close(first, network.draw(content, w[[1, 0]]))  # no effect yet
    assert first.std() > 0.01
    with torch.no_grad():
        for name, value in decoder.named_parameters():
            value += 0.5 * torch.randn_like(value) if "bias" not in name else 0
        shares: list[Tensor] = []
        decoder.shares.register_forward_hook(lambda _, __, out: shares.append(out))
        picture = network.draw(content, w)
    shown = np.exp(shares[0].double().numpy())
    shown /= shown.sum(1, keepdims=True)
    layer = decoder.palette
    colours = w.double() @ layer.weight.double().t() / 3 + layer.bias  # 9 numbers go in
    wanted = (shown[:, :, None] * colours.reshape(2, 5, 3, 1, 1).detach().numpy()).sum(1)
    np.testing.assert_allclose(picture.numpy(), wanted, atol=1e-4)
    assert (network.draw(content, w[[1, 0]]) - picture).abs().max() > 0.1


def test_a_template_joins_the_maps_of_three_sizes() -> None:
    torch.manual_seed(0)
    network = Roses(replace(TINY, side=0, palette=5, template=7))
    content, w = torch.randn(2, 8, 4, 6), torch.randn(2, 9)
    decoder = network.decoder
    points = decoder.template.points(content)
    added = decoder.template(content, w, points)
    assert [each.shape for each in added] == [(2, 8, 4, 6), (2, 6, 8, 12), (2, 4, 16, 24)]
    x = content + added[0]
    x = decoder.first(decoder.block(x, w), w)
    for rise, more in zip(decoder.rise, added[1:], strict=True):
        x = rise.same(rise.up(x, w) + more, w)
    torch.testing.assert_close(decoder.features(content, w, points), x)
    with pytest.raises(ValueError, match="palette"):
        replace(TINY, template=7)


def test_close_ups_join_the_finest_map() -> None:
    torch.manual_seed(0)
    network = Roses(replace(TINY, side=0, palette=5, template=7, close_up=4))
    content, w = torch.randn(2, 8, 4, 6), torch.randn(2, 9)
    decoder = network.decoder
    points = decoder.template.points(content)
    before = decoder.features(content, w, points)
    for each in decoder.close_ups:
        torch.nn.init.normal_(each.out.weight)
    added = decoder.template(content, w, points)
    x = content + added[0]
    x = decoder.first(decoder.block(x, w), w)
    x = decoder.rise[0](x, w, added[1])
    told, size = face_state(content, points), torch.Size([16, 24])
    face, head = (each(w, points, told, size) for each in decoder.close_ups)
    x = decoder.rise[1](x, w, added[2] + face + head)
    torch.testing.assert_close(decoder.features(content, w, points), x)
    assert (x - before).abs().max() > 0.1
    with pytest.raises(ValueError, match="template"):
        replace(TINY, side=0, palette=5, close_up=4)


def test_places_are_exact_in_half_precision() -> None:
    """A shift of what is drawn by a part of a place in bfloat16 would blur it."""
    torch.manual_seed(0)
    network = Roses(replace(TINY, side=0, palette=5, template=7, close_up=4))
    decoder = network.decoder
    face = decoder.close_ups[0]
    torch.nn.init.normal_(face.out.weight)
    content, w = torch.randn(2, 8, 16, 16), torch.randn(2, 9)
    seen = []
    points = decoder.template.points(content)
    face.out.register_forward_hook(lambda *call: seen.append(call[-1].float()))
    face(w, points, face_state(content, points), torch.Size([64, 64]))
    with torch.autocast("cpu", torch.bfloat16):
        network.draw(content, w)
    apart = (seen[0] - seen[1]).abs().mean() / seen[0].abs().mean()
    assert float(apart.detach()) < 0.02


def test_larger_pictures_have_borders_as_sharp() -> None:
    torch.manual_seed(0)
    network = Roses(replace(TINY, side=0, palette=3))
    twice = Roses(replace(TINY, side=0, palette=3, larger=2))
    twice.load_state_dict(network.state_dict())
    x, w = torch.randn(1, 3, 16, 16), torch.randn(1, 9)
    content = network.encode(x).content
    again = twice.encode(x.repeat_interleave(2, 2).repeat_interleave(2, 3)).content
    torch.testing.assert_close(content, again)  # shrunk to the same
    with torch.no_grad():
        ramp = torch.linspace(-6, 6, 16).expand(1, 1, 16, 16)
        slopes = torch.cat([ramp, -ramp, torch.full_like(ramp, -99)], 1)
        for each in (network, twice):
            each.decoder.shares.register_forward_hook(lambda *_: slopes)
            each.decoder.palette.bias.copy_(torch.tensor([-1.0] * 3 + [1.0] * 3 + [0.0] * 3))
        one, other = (each.draw(content, w) for each in (network, twice))
    assert other.shape == (1, 3, 32, 32)
    steepest = [each[0, 0, 8].diff().abs().max() for each in (one, other)]
    # The cubic filter ripples a little; without the factor it would be half as steep.
    assert float(steepest[1]) == pytest.approx(float(steepest[0]), rel=0.2)


def test_ink_strengthens_what_is_narrow() -> None:
    picture = torch.full((1, 3, 24, 24), 0.2)
    picture[..., 4:7] = -0.3  # a dark line, a light one, a faint one and a broad band
    picture[..., 10:12] = 0.5
    picture[..., 15] = 0.17
    picture[..., 18:24] = -0.6
    made = strokes(picture)[0, 0, 12]
    wanted = torch.zeros(24)
    wanted[4:7] = -(0.5 - 0.06)
    wanted[10:12] = 0.8 * (0.3 - 0.06)
    torch.testing.assert_close(made, wanted, atol=1e-6, rtol=0)
    plain, inked = (Roses(replace(TINY, side=0, palette=3, ink=ink)) for ink in (0.0, 0.5))
    inked.load_state_dict(plain.state_dict())
    content, w = torch.randn(1, 8, 5, 7), torch.randn(1, 9)
    drawn = plain.draw(content, w)
    torch.testing.assert_close(inked.draw(content, w), drawn + 0.5 * strokes(drawn))


def test_outlines_lie_where_colours_meet() -> None:
    picture = torch.full((1, 3, 20, 20), 0.8)
    picture[..., 10:] = -0.2  # a step of 1 in each of three channels: 1.73 in all
    picture[..., :4, :5] += 0.15  # 0.26: no step
    picture[:, 0, 12:, :5] -= 0.45  # half-way between where lines begin and are whole
    lines = edges(picture)[0, 0]
    wanted = torch.zeros(20, 20)
    wanted[:, 9:11] = 1
    torch.testing.assert_close(lines[:, 6:], wanted[:, 6:])
    assert lines[:6, :6].max() == 0
    torch.testing.assert_close(lines[11:13, 2], torch.full((2,), 0.5))
    plain, outlined = (Roses(replace(TINY, side=0, palette=3, outline=k)) for k in (0.0, 0.5))
    outlined.load_state_dict(plain.state_dict())
    content, w = torch.randn(1, 8, 5, 7), torch.randn(1, 9)
    drawn, share = plain.figure(content, w)
    dark = 1 - 0.5 * edges(torch.cat([drawn, 2 * share - 1], 1))
    torch.testing.assert_close(outlined.draw(content, w), (drawn + 1) * dark - 1)
    with pytest.raises(ValueError, match="outline from 0 to 1"):
        replace(TINY, outline=2.0)


def test_steep_shares_are_surer() -> None:
    torch.manual_seed(0)
    network = Roses(replace(TINY, side=0, palette=3, steep=3.0))
    slopes = torch.randn(1, 3, 20, 28)
    network.decoder.shares.register_forward_hook(lambda *_: slopes)
    figure = network.figure(torch.randn(1, 8, 5, 7), torch.randn(1, 9))[1]
    torch.testing.assert_close(figure, 1 - (3 * slopes).softmax(1)[:, :1])
    with pytest.raises(ValueError, match="steep must be above 0"):
        replace(TINY, steep=0.0)


def test_any_size_when_the_mean_is_taken() -> None:
    torch.manual_seed(0)
    network = Roses(replace(TINY, side=0))
    for height, width in ((16, 16), (32, 48)):
        parts = network.encode(torch.randn(1, 3, height, width))
        assert parts.content.shape == (1, 8, height // 4, width // 4)
        assert parts.style.shape == (1, 3)
        drawn = network.decode(parts.content, parts.style)
        assert drawn.shape == (1, 3, height, width)


@pytest.mark.parametrize(("side", "size"), [(0, (24, 32)), (32, (16, 16)), (32, (64, 64))])
def test_sizes_that_cannot_be_are_named(side: int, size: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match=f"picture of {size[1]}x{size[0]}"):
        Roses(replace(TINY, side=side)).encode(torch.zeros(1, 3, *size))


def test_shapes_that_cannot_be() -> None:
    for odd in ({"widths": (4,)}, {"style": 0}, {"mapping": 0}, {"side": 20}, {"side": -16}):
        with pytest.raises(ValueError, match=r"must|at least"):
            replace(TINY, **odd)
    for odd in ({"widths": (4, 4)}, {"features": 0}, {"side": 12}):
        with pytest.raises(ValueError, match=r"must|at least"):
            replace(TINY_CRITIC, **odd)


@pytest.mark.parametrize("name", TINY_CRITICS)
def test_critic_against_plain_transcription(name: str) -> None:
    shape = TINY_CRITICS[name]
    state = plain_roses.random_state(plain_roses.critic_shapes(shape), seed=2)
    assert published_critic_shape(state) == (
        shape if shape.feature_halvings else replace(shape, deep=shape.widths[-1])
    )
    critic = critic_from_published(state)
    lacking = {key: each for key, each in state.items() if key != "g_final.bias"}
    with pytest.raises(ValueError, match=r"g_final\.bias is missing"):
        critic_from_published(lacking)
    torch.manual_seed(0)
    x = torch.randn(3, 3, 32, 32)
    expected = plain_roses.judge(state, x, shape)
    sizes = {
        "ours": [(3, 1, 16, 16), (3, 1, 8, 8), (3, 1)],
        "main": [(3, 1, 16, 16), (3, 1, 4, 4), (3, 1)],
        "train": [(3, 1, 8, 8), (3, 1), (3, 1)],
    }
    assert [each.shape for each in expected] == sizes[name]
    for ours, plain in zip(critic(x), expected, strict=True):
        torch.testing.assert_close(ours, plain, atol=1e-4, rtol=1e-4)


@pytest.mark.parametrize("shape", [FULL_CRITIC, TRAIN_CRITIC], ids=["main", "train"])
def test_critic_names_and_shapes_are_the_published_ones(shape: CriticShape) -> None:
    with torch.device("meta"):
        ours = {name: each.shape for name, each in RosesCritic(shape).state_dict().items()}
    theirs = {n: s for n, s in plain_roses.critic_shapes(shape).items() if "kernel" not in n}
    names = published_critic_names(shape)
    assert {names[name]: tuple(each) for name, each in ours.items()} == theirs


def test_latent_critic_against_plain_transcription() -> None:
    state = plain_roses.random_state(plain_roses.style_critic_shapes(4), seed=3)
    critic = latent_critic_from_published(state)
    z = torch.randn(5, 4, generator=torch.Generator().manual_seed(0))
    torch.testing.assert_close(critic(z), plain_roses.judge_style(state, z), atol=1e-4, rtol=1e-4)


def test_spread_over_the_batch() -> None:
    features = torch.tensor([[1.0, 5.0], [3.0, 5.0]])
    torch.testing.assert_close(batch_std(features), torch.tensor([[1.0, 1e-4], [1.0, 1e-4]]))
    # One picture eight times has no diversity: its logit is that of no spread at all.
    torch.manual_seed(0)
    critic = RosesCritic(replace(TINY_CRITIC, side=0))
    one = torch.randn(1, 3, 32, 32)
    alike = critic(one.expand(8, -1, -1, -1)).diversity
    still = critic.diversity_out(torch.full((8, 4), 1e-4))
    torch.testing.assert_close(alike, still, atol=1e-3, rtol=1e-3)
    assert not torch.allclose(critic(torch.randn(8, 3, 32, 32)).diversity, still, atol=1e-3)

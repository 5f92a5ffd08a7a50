"""Weights to begin with: the same generator for pictures twice as large."""

from __future__ import annotations

from dataclasses import replace

import torch

from rosetail.methods.roses.network import Roses, RosesShape
from rosetail.methods.roses.warm_start import finer

SHAPE = RosesShape(
    widths=(6, 8, 10),
    deep=5,
    style=3,
    latent=9,
    mapping=1,
    fold=2,
    palette=4,
    template=7,
    close_up=5,
    edits=2,
)


def test_finer_layers_are_new_and_all_others_as_they_were() -> None:
    torch.manual_seed(0)
    before = Roses(SHAPE)
    after = finer(before, 4)
    assert isinstance(after, Roses)
    assert after.shape == replace(SHAPE, widths=(4, 6, 8, 10))
    x, w = torch.randn(2, 3, 64, 64), torch.randn(2, 9)
    assert after.encode(x).content.shape == before.encode(x[..., ::2, ::2]).content.shape
    content = torch.randn(2, 10, 4, 4)
    torch.testing.assert_close(after.mapping(torch.ones(1, 3)), before.mapping(torch.ones(1, 3)))
    points = before.decoder.template.points(content)
    torch.testing.assert_close(after.decoder.template.points(content), points)
    for part in ("template", "close_ups.0", "close_ups.1"):
        grown, was = (each.decoder.get_submodule(part).state_dict() for each in (after, before))
        for name, value in was.items():
            if name != "out.weight":  # a close-up's, to the finest map
                torch.testing.assert_close(grown[name], value)
    maps = after.decoder.block(content, w)
    torch.testing.assert_close(maps, before.decoder.block(content, w))
    for rise, old in zip(after.decoder.rise[:2], before.decoder.rise, strict=True):
        maps, wanted = rise(maps, w), old(maps, w)
        torch.testing.assert_close(maps, wanted)
    assert after.draw(content, w).shape[-1] == 2 * before.draw(content, w).shape[-1]
    torch.testing.assert_close(after.edits, before.edits)


def test_finer_encoders_read_styles_off_the_maps_that_were_there() -> None:
    torch.manual_seed(0)
    before = Roses(SHAPE).encoder
    after = finer(before, 4)
    maps = before.maps(torch.randn(2, 3, 32, 32))
    with_new = [torch.randn(2, 4, 32, 32), *maps]
    torch.testing.assert_close(after.style(with_new), before.style(maps))
    for old, new in zip(before.down, after.down[1:], strict=True):
        torch.testing.assert_close(new(maps[0]), old(maps[0]))
        maps = maps[1:]

"""A template: drawn by w, in place, and looked at where the content says."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from rosetail.nets.template import PLANES, WIDTHS, Template, own_places


@pytest.fixture
def template() -> Template:
    torch.manual_seed(0)
    return Template(numbers=5, latent=7, widths=(6, 4, 3))


def test_begins_where_it_is(template: Template) -> None:
    """Nothing is bent at first: a content of 16 x 16 places gives the maps as they are drawn."""
    content, w = torch.randn(2, 6, 16, 16), torch.randn(2, 7)
    drawn = template.drawn(template.numbers(w))
    assert drawn.shape == (2, WIDTHS[-1], 64, 64)
    torch.testing.assert_close(template.bent(drawn, template.bend(content)), drawn)
    assert float((drawn[0] - drawn[1]).abs().mean().detach()) > 0.1  # by style
    assert float(drawn.std((2, 3)).min()) > 0.01  # by place
    made = template(content, w)
    torch.testing.assert_close(made[2], template.out[2](drawn))
    assert [each.shape[1:] for each in made] == [(6, 16, 16), (4, 32, 32), (3, 64, 64)]


def test_each_plane_looks_where_it_is_told() -> None:
    """Half a picture is 32 places: a plane that looks 0.25 to the right moves 8 to the left."""
    maps = torch.randn(1, 2 * PLANES, 64, 64)
    bend = torch.zeros(1, PLANES, 2, 16, 16)
    bend[:, 1, 0] = 0.25
    bend[:, 2, 1] = -0.5
    seen = Template.bent(maps, bend.flatten(1, 2))
    planes, before = (each.unflatten(1, (PLANES, 2)) for each in (seen, maps))
    for still in (0, 3):
        torch.testing.assert_close(planes[:, still], before[:, still], atol=1e-4, rtol=0)
    torch.testing.assert_close(planes[:, 1, ..., :-8], before[:, 1, ..., 8:], atol=1e-4, rtol=0)
    torch.testing.assert_close(planes[:, 2, :, 16:], before[:, 2, :, :-16], atol=1e-4, rtol=0)


def test_places_of_other_sizes(template: Template) -> None:
    """Larger contents look at the same maps, more finely."""
    places = own_places(3, 5)
    torch.testing.assert_close(places[0, :, 0], torch.tensor([-0.8, -0.4, 0.0, 0.4, 0.8]))
    torch.testing.assert_close(places[:, 4, 1], torch.tensor([-2 / 3, 0.0, 2 / 3]))
    w = torch.randn(1, 7)

    def seen(side: int) -> Tensor:
        drawn = template.drawn(template.numbers(w))
        return Template.bent(drawn, torch.zeros(1, 2 * PLANES, side, side))

    small, large = seen(16), seen(32)
    again = torch.nn.functional.avg_pool2d(large, 2)
    assert float((again - small).abs().mean() / small.abs().mean()) < 0.05

"""A template: drawn by w, in place, and looked at where the content says."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from rosetail.methods.roses.template import (
    LANDMARKS,
    PLANES,
    POINTS,
    WIDTHS,
    Template,
    position_grid,
)


@pytest.fixture
def template() -> Template:
    torch.manual_seed(0)
    return Template(numbers=5, latent=7, widths=(6, 4, 3))


def seen_in(template: Template, maps: Tensor, content: Tensor) -> Tensor:
    places = template.grid(content, template.points(content))
    return Template.warped(maps, places, PLANES, "border")


@torch.no_grad()
def find(template: Template, point: int, channel: int) -> None:
    """Let it find one point where a channel of the content has its peak, and no other."""
    template.point.weight.zero_()
    template.point.weight[point, channel] = 200


def test_begins_where_it_is(template: Template) -> None:
    """Nothing is bent at first: a content of 16 x 16 places gives the maps as they are drawn."""
    content, w = torch.randn(2, 6, 16, 16), torch.randn(2, 7)
    drawn = template.drawn(template.numbers(w))
    assert drawn.shape == (2, WIDTHS[-1], 64, 64)
    seen = seen_in(template, drawn, content)
    torch.testing.assert_close(seen, drawn, atol=1e-4, rtol=0)
    assert float((drawn[0] - drawn[1]).abs().mean().detach()) > 0.1  # by style
    assert float(drawn.std((2, 3)).min().detach()) > 0.01  # by place
    made = template(content, w, template.points(content))
    torch.testing.assert_close(made[2], template.out[2](seen))
    assert [each.shape[1:] for each in made] == [(6, 16, 16), (4, 32, 32), (3, 64, 64)]


def test_points_are_where_the_content_has_its_peaks(template: Template) -> None:
    content = torch.zeros(1, 6, 8, 16)
    content[0, 2, 5, 3] = 1
    find(template, 1, 2)
    points = template.points(content)[0]
    torch.testing.assert_close(points[1], torch.tensor([-9 / 16, 3 / 8]))
    torch.testing.assert_close(points[0], torch.zeros(2))  # anywhere: the middle of all
    assert points.shape == (POINTS, 2)


def test_what_the_content_shows_at_a_point_says_how_far_off_it_is(template: Template) -> None:
    content = torch.zeros(1, 6, 8, 16)
    content[0, 2, 5, 3] = 1
    content[0, 4, 5, 3] = 0.5
    content[0, 4, 0, 0] = 9  # elsewhere
    find(template, 1, 2)
    before = template.points(content)[0]
    with torch.no_grad():
        template.nearer.weight[:, 4, 0, 0] = torch.tensor([0.2, -0.4]) / template.nearer.scale
    after = template.points(content)[0]
    torch.testing.assert_close(after[1] - before[1], torch.tensor([0.1, -0.2]))
    torch.testing.assert_close(after[0], before[0])


def test_landmarks_that_are_known_are_not_found(template: Template) -> None:
    content = torch.randn(2, 6, 8, 16)
    found = template.points(content)
    known = torch.rand(2, LANDMARKS, 2)
    known[1, 3] = torch.nan
    points = template.points(content, known)
    torch.testing.assert_close(points[0, :LANDMARKS], known[0])
    torch.testing.assert_close(points[1, 3], found[1, 3])
    torch.testing.assert_close(points[:, LANDMARKS:], found[:, LANDMARKS:])


def test_points_place_each_plane_as_a_whole(template: Template) -> None:
    """Told so by one number: half a picture is 32 places, 0.25 of it 8."""
    content = torch.zeros(1, 6, 16, 16)
    content[0, 0, 4, 12] = 1
    find(template, 0, 0)
    with torch.no_grad():
        x = float(template.points(content)[0, 0, 0])
        shift = template.place.weight.unflatten(0, (PLANES, 2, 3))[1, 0, 2]
        shift[0] = 0.25 / (x * template.place.scale)
        maps = torch.randn(1, 2 * PLANES, 64, 64)
        seen = seen_in(template, maps, content)
    planes, before = (each.unflatten(1, (PLANES, 2)) for each in (seen, maps))
    for still in (0, 2, 3):
        torch.testing.assert_close(planes[:, still], before[:, still], atol=1e-4, rtol=0)
    torch.testing.assert_close(planes[:, 1, ..., :-8], before[:, 1, ..., 8:], atol=1e-3, rtol=0)


def test_each_place_looks_a_little_beside(template: Template) -> None:
    content = torch.zeros(1, 6, 16, 16)
    content[:, 3] = 1
    with torch.no_grad():
        down = template.bend.weight.unflatten(0, (PLANES, 2))[2, 1]
        down[3, 1, 1] = -0.5 / template.bend.scale
    own = position_grid(64, 64)
    places = template.grid(content, template.points(content))[0]
    torch.testing.assert_close(places[2], own - torch.tensor([0.0, 0.5]))
    torch.testing.assert_close(places[1], own)


def test_places_of_other_sizes(template: Template) -> None:
    """Larger contents look at the same maps, more finely."""
    places = position_grid(3, 5)
    torch.testing.assert_close(places[0, :, 0], torch.tensor([-0.8, -0.4, 0.0, 0.4, 0.8]))
    torch.testing.assert_close(places[:, 4, 1], torch.tensor([-2 / 3, 0.0, 2 / 3]))
    drawn = template.drawn(template.numbers(torch.randn(1, 7)))

    def seen(side: int) -> Tensor:
        return seen_in(template, drawn, torch.zeros(1, 6, side, side))

    again = torch.nn.functional.avg_pool2d(seen(32), 2)
    off = (again - seen(16)).abs().mean() / again.abs().mean()
    assert float(off.detach()) < 0.05

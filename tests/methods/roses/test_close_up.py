"""Close-ups: eyes and mouth drawn apart, put where the landmarks are."""

from __future__ import annotations

import copy
import math

import pytest
import torch
from torch import Tensor

from rosetail.methods.roses.close_up import (
    FACE,
    FADE,
    HEAD,
    PART,
    CloseUp,
    Zones,
    eye_frames,
    face_mask,
    face_state,
    zone_grid,
)
from rosetail.methods.roses.template import Template

LEVEL = [[-0.2, 0.0], [0.2, 0.0], [0.0, 0.2], [-0.15, 0.4], [0.15, 0.4]]  # level, 0.4 across
SIZE = torch.Size([40, 40])


def close_up(zones: Zones) -> CloseUp:
    torch.manual_seed(0)
    made = CloseUp(numbers=5, latent=7, channels=6, width=3, zones=zones)
    torch.nn.init.normal_(made.out.weight)
    return made


@pytest.fixture
def closer() -> CloseUp:
    return close_up(FACE)


def face(turn: float = 0, scale: float = 1, shift: tuple[float, float] = (0, 0)) -> Tensor:
    """LEVEL turned by degrees, larger, elsewhere: (1, 5, 2)."""
    angle = math.radians(turn)
    turned = torch.tensor([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
    return (scale * torch.tensor(LEVEL) @ turned.T + torch.tensor(shift))[None]


@pytest.mark.parametrize("zones", [FACE, HEAD])
@pytest.mark.parametrize("how", [(0, 1, (0, 0)), (30, 1.2, (0.1, -0.2)), (-100, 0.6, (0, 0.3))])
def test_a_zone_is_level_and_as_large_whatever_the_face_does(
    how: tuple[float, float, tuple[float, float]], zones: Zones
) -> None:
    """What a zone's map has at its middle is drawn at the landmark; at its right edge, its reach in
    distances between the eyes further along the line through them."""
    points = face(*how)
    across = points[0, 1] - points[0, 0]
    eyes = points[0, :2]
    middles = [eyes.mean(0)] if zones == HEAD else [*eyes, points[0, 3:].mean(0)]
    # What is at a place is linear in the place: three of them say all.
    places = zone_grid(points, zones, SIZE)[0]
    assert len(places) == zones.maps
    own = torch.stack(torch.meshgrid(*(torch.arange(40) + 0.5,) * 2, indexing="xy"), -1) / 20 - 1
    design = torch.cat([own, torch.ones(40, 40, 1)], -1).flatten(0, 1)
    for zone, middle in enumerate(middles):
        linear = torch.linalg.lstsq(design, places[zone].flatten(0, 1)).solution

        def looked(place: Tensor, linear: Tensor = linear) -> Tensor:
            return torch.cat([place, torch.ones(1)]) @ linear

        down = torch.stack([-across[1], across[0]])
        for place, wanted in (
            (middle, (0.0, 0.0)),
            (middle + zones.reach * across, (1.0, 0.0)),
            (middle - 0.5 * zones.reach * down, (0.0, -0.5)),
        ):
            torch.testing.assert_close(looked(place), torch.tensor(wanted), atol=1e-4, rtol=0)


def test_nothing_is_drawn_outside_of_the_zones(closer: CloseUp) -> None:
    content, w = torch.randn(1, 6, 8, 8), torch.randn(1, 7)
    points = face(scale=0.5)
    made = closer(w, points, face_state(content, points), SIZE)[0].abs().amax(0)
    x = (torch.arange(40) + 0.5).div(20).sub(1).expand(40, 40)
    far = torch.full((40, 40), torch.inf)
    for across, down in ((-0.1, 0.0), (0.1, 0.0), (0.0, 0.2)):
        far = far.minimum((x - across).abs().maximum((x.T - down).abs()))
    reach = 0.2 * FACE.reach
    assert (made[far > reach + 0.01] == 0).all()  # a map's last place fades out
    assert (made[far < reach - 0.01] > 0).all()


def test_what_is_drawn_is_the_style_s_and_how_the_face_is_held(closer: CloseUp) -> None:
    content, w = torch.randn(2, 6, 8, 8), torch.randn(2, 7)
    points = face().expand(2, -1, -1)

    def drawn(content: Tensor, w: Tensor, points: Tensor) -> Tensor:
        state = closer.state(face_state(content, points))
        return closer.drawn(torch.cat([closer.numbers(w), state], 1))

    maps = drawn(content, w, points)
    assert maps.shape == (2, FACE.widths[-1], 64, 64)
    same_w, same_content = (
        drawn(content, w[:1].expand(2, -1), points),
        drawn(content[:1].expand(2, -1, -1, -1), w, points),
    )
    for pair in (same_w, same_content):
        assert (pair[0] - pair[1]).abs().mean() > 0.05 * pair.abs().mean()
    seen = Template.warped(maps, zone_grid(points, FACE, SIZE), FACE.maps, "zeros")
    made = closer(w, points, face_state(content, points), SIZE)
    torch.testing.assert_close(made, closer.out(seen))


def test_held_is_what_is_at_the_landmarks_and_how_the_head_turns() -> None:
    """The same for a face that is elsewhere, larger and rolled; another when the nose is aside."""
    content = torch.zeros(1, 6, 40, 40)
    content[0, 2] = torch.arange(40).div(20).sub(0.975).expand(40, 40)  # x itself
    told = face_state(content, face())[0]
    torch.testing.assert_close(told[10:15], torch.tensor([-0.2, 0.2, 0, -0.15, 0.15]))
    frame = told[-10:]
    torch.testing.assert_close(frame[:4], torch.tensor([-0.5, 0, 0.5, 0]))
    moved = face_state(content, face(25, 1.3, (0.05, 0.1)))[0, -10:]
    torch.testing.assert_close(moved, frame, atol=1e-5, rtol=0)
    aside = face()
    aside[0, 2, 0] += 0.1
    assert (face_state(content, aside)[0, -10:] - frame).abs().max() > 0.2


def test_eyes_that_fall_together_do_not_divide_by_zero() -> None:
    assert torch.isfinite(eye_frames(torch.zeros(1, 5, 2))).all()


@pytest.mark.parametrize("zones", [FACE, HEAD])
def test_a_copy_draws_the_same(zones: Zones) -> None:
    """As averages of weights are copies."""
    closer = close_up(zones)
    content, w = torch.randn(2, 6, 8, 8), torch.randn(2, 7)
    points = face().expand(2, -1, -1)
    told = face_state(content, points)
    again = copy.deepcopy(closer)(w, points, told, SIZE)
    torch.testing.assert_close(again, closer(w, points, told, SIZE))


def test_parts_of_the_face_are_round_about_its_landmarks() -> None:
    parts = face_mask(face(scale=0.5), SIZE)[0, 0]
    x = (torch.arange(40) + 0.5).div(20).sub(1).expand(40, 40)
    far = torch.full((40, 40), torch.inf)
    for across, down in ((-0.1, 0.0), (0.1, 0.0), (0.0, 0.2)):
        far = far.minimum(torch.hypot(x - across, x.T - down))
    reach = 0.2 * FACE.reach
    wanted = 1 - ((far / reach - PART) / FADE).clamp(0, 1)
    torch.testing.assert_close(parts, wanted, atol=1e-4, rtol=0)

"""Likenesses: what they take from a photo, against photos and paintings whose truth is known."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

import rosetail
from rosetail.faces.faces import align, find
from rosetail.faces.hair import measure_hair
from rosetail.faces.mesh import Mesh, find_mesh
from rosetail.faces.pose import head_pose
from rosetail.faces.regions import head_regions
from rosetail.faces.warp import transform
from rosetail.images import read
from rosetail.painter import reading
from rosetail.painter.after import params_from_photo, squared
from rosetail.painter.colour import distance, from_rgb
from rosetail.painter.face_proportions import (
    AVERAGE,
    LAYOUT_STEPS,
    MOST,
    STYLE_STEPS,
    FaceProportions,
    face_proportions,
    laid_out,
    shaped,
)
from rosetail.painter.garment import read_garment
from rosetail.painter.likeness import LIKENESSES, likenesses_of
from rosetail.painter.params import RANGES, PaintParams
from rosetail.painter.person import Person, read_person
from rosetail.painter.reading import Reading
from rosetail.painter.sample import sample

SAMPLE = Path(rosetail.__file__).parent / "samples" / "astronaut.jpg"


@pytest.fixture(scope="module")
def photo() -> tuple[np.ndarray, np.ndarray]:
    rgb = read(SAMPLE)
    return rgb, find(rgb)[0].landmarks


@pytest.fixture(scope="module")
def person(photo: tuple[np.ndarray, np.ndarray]) -> Person:
    return read_person(*photo)


def drawn(person: Person, photo: tuple[np.ndarray, np.ndarray], **traits: float) -> PaintParams:
    """The closest likeness of somebody with other traits."""
    changed = replace(person.reading, traits=person.reading.traits._replace(**traits))
    return all_of(replace(person, reading=changed), photo)["closest"]


KINDS = {"straight": (0, 0, 0, 0), "wavy": (1, 0, 0, 0), "curly": (1, 1, 0, 0),
         "coily": (1, 1, 1, 0), "braided": (0, 0, 0, 1)}  # fmt: skip


def of_kind(reading: Reading, kind: str) -> Reading:
    """The reading of somebody with bare hair of another kind."""
    bare = reading.hair_traits._replace(headwear=0.0)
    return replace(reading, hair_traits=type(bare)(*bare[:5], *KINDS[kind]))


def all_of(person: Person, photo: tuple[np.ndarray, np.ndarray]) -> dict[str, PaintParams]:
    head, matrix = align(*photo, 256)
    return likenesses_of(person, head, transform(photo[1], matrix))


def test_three_that_differ_and_are_the_same_each_time(
    person: Person, photo: tuple[np.ndarray, np.ndarray]
) -> None:
    one, other = all_of(person, photo), all_of(person, photo)
    assert tuple(one) == LIKENESSES
    assert one == other
    assert len({str(each.to_dict()) for each in one.values()}) == 3
    same = {(each.hair_back, each.glasses, each.clothes, each.sex) for each in one.values()}
    assert len(same) == 1


def test_the_astronaut_is_drawn_as_she_looks(
    person: Person, photo: tuple[np.ndarray, np.ndarray]
) -> None:
    """A smiling woman with brown hair, without glasses or a hat."""
    closest = drawn(person, photo)
    assert closest.sex == "female"
    assert (closest.beard, closest.glasses, closest.ornament) == ("none", "none", "none")
    assert closest.hair_back in ("pixie", "bob", "short")
    assert 0.35 < closest.hair[0] < 0.65
    assert closest.smile > 0.5


@pytest.mark.parametrize(
    ("kind", "cuts"), [("coily", ("afro",)), ("curly", ("curly",)), ("braided", ("braids", "locs"))]
)
def test_the_kind_of_hair_is_drawn(
    person: Person, photo: tuple[np.ndarray, np.ndarray], kind: str, cuts: tuple[str, ...]
) -> None:
    dark = of_kind(replace(person.reading, skin=(0.5, 0.07, 50.0)), kind)
    somebody = replace(person, hair=person.hair._replace(longest=3.2), reading=dark)
    assert drawn(somebody, photo, long=0.9, medium=0.9).hair_back in cuts
    assert drawn(somebody, photo, male=0.99, bald=0.99).hair_back == "bald"
    told = replace(dark, traits=dark.traits._replace(long=0.9))
    assert params_from_photo(*squared(*photo, 256), reading=told).hair_back in cuts


def test_a_face_is_found_once(
    photo: tuple[np.ndarray, np.ndarray], monkeypatch: pytest.MonkeyPatch
) -> None:
    """And once more in the mirror image."""
    calls = []

    def counted(*seen: np.ndarray) -> Mesh:
        calls.append(seen)
        return find_mesh(*seen)

    monkeypatch.setattr(reading, "find_mesh", counted)
    person = read_person(*photo)
    assert len(calls) == 2
    assert person.hair == measure_hair(head_regions(photo[0], find_mesh(*photo)))


def test_length_fringe_and_parting_are_drawn(
    person: Person, photo: tuple[np.ndarray, np.ndarray]
) -> None:
    straight = replace(person, reading=of_kind(person.reading, "straight"), part=0.8)
    long = replace(straight, hair=person.hair._replace(longest=3.5))
    short = replace(straight, hair=person.hair._replace(longest=0.5))
    assert drawn(long, photo, long=0.9).hair_back == "straight"
    assert drawn(short, photo, long=0.1, medium=0.1).hair_back == "pixie"
    aside = drawn(long, photo, fringe=0.1)
    assert (aside.hair_fringe, aside.hair_part) == ("side_swept", pytest.approx(0.8))
    other = drawn(replace(long, part=-0.8), photo, fringe=0.1)
    assert other.hair_part == pytest.approx(-0.8)
    assert drawn(replace(long, part=0.0), photo, fringe=0.99).hair_fringe == "blunt"


def test_an_average_face_keeps_the_drawings_proportions() -> None:
    params = sample(3)
    assert laid_out(FaceProportions(), 1.0) == dict.fromkeys(LAYOUT_STEPS, 1.0)
    assert shaped(params, FaceProportions(), 1.0) == {n: getattr(params, n) for n in STYLE_STEPS}


def test_faces_are_followed_by_degrees_and_within_limits() -> None:
    long = FaceProportions(length=MOST, jaw=MOST, spacing=-MOST)
    half, whole = laid_out(long, 0.5), laid_out(long, 1.0)
    assert half["face_length"] - 1 == pytest.approx((whole["face_length"] - 1) / 2)
    assert whole["face_length"] > 1 > whole["face_width"]
    assert whole["eye_spacing"] < 1
    assert laid_out(long, 0.0) == dict.fromkeys(LAYOUT_STEPS, 1.0)
    for params in map(sample, range(20)):
        for name, value in shaped(params, long, 1.4).items():
            low, high = RANGES[name]
            assert low <= value <= high


def test_a_stretched_photo_shows_a_longer_face(photo: tuple[np.ndarray, np.ndarray]) -> None:
    def shape(rgb: np.ndarray) -> FaceProportions:
        mesh = find_mesh(rgb, find(rgb)[0].landmarks)
        return face_proportions(mesh.points, head_pose(mesh.points))

    rgb = photo[0]
    longer = cv2.resize(rgb, None, fx=1.0, fy=1.12, interpolation=cv2.INTER_AREA)
    assert shape(longer).length > shape(rgb).length + 0.8
    assert all(abs(value) <= MOST for value in shape(longer))
    assert tuple(AVERAGE) == FaceProportions._fields


@pytest.mark.parametrize(
    ("beside", "middle", "kind"),
    [
        ((20, 90, 60), (20, 90, 60), ("t_shirt", "shirt", "turtleneck")),
        ((25, 28, 40), (245, 245, 250), ("suit",)),
        ((30, 60, 160), (230, 200, 60), ("jacket",)),
    ],
)
def test_clothes_are_read_in_their_colours(
    photo: tuple[np.ndarray, np.ndarray],
    beside: tuple[int, int, int],
    middle: tuple[int, int, int],
    kind: tuple[str, ...],
) -> None:
    """The sample portrait, dyed below the chin: sides in one colour, the middle in another."""
    rgb, landmarks = photo
    regions = head_regions(rgb, find_mesh(rgb, landmarks))
    image = regions.image.copy()
    y, x = np.mgrid[: len(image), : len(image)]
    chin, centre = regions.points[152, 1], regions.points[[152, 10], 0].mean()
    apart = np.abs(x - centre) / (0.16 * len(image))
    image[(y > chin) & (apart > 0.6)] = beside
    image[(y > chin) & (apart <= 0.6)] = middle
    cloth = (y > chin + 4) & (regions.person > 0.5)
    dyed = replace(regions, image=image, cloth=cloth)
    garment = read_garment(dyed, from_rgb((0.9, 0.72, 0.6)))
    assert garment is not None
    assert garment.kind in kind
    assert distance(garment.cloth, from_rgb(tuple(np.array(beside) / 255))) < 0.03
    if beside != middle:
        assert distance(garment.second, from_rgb(tuple(np.array(middle) / 255))) < 0.03


def test_a_photo_cut_off_below_the_chin_shows_no_clothes(
    photo: tuple[np.ndarray, np.ndarray],
) -> None:
    rgb, landmarks = photo
    regions = head_regions(rgb, find_mesh(rgb, landmarks))
    bare = replace(regions, cloth=np.zeros_like(regions.cloth))
    assert read_garment(bare, from_rgb((0.9, 0.72, 0.6))) is None

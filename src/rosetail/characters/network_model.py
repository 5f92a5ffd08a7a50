"""One face, many characters: photos drawn in style codes, in exported Roses graphs.

The heavy half runs once: :meth:`Roses.encode` gives a photo's :class:`Content`; drawing it in
another character costs the decoder alone. See :mod:`rosetail.methods.roses.graphs` for the graphs.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from rosetail import weights
from rosetail.characters.character import Character, Model, check_model, read_character
from rosetail.characters.framing import LAYERED
from rosetail.characters.layer_groups import LayerGroups, read_layer_groups
from rosetail.characters.scenes import Scenes, read_scenes
from rosetail.engines.backend import Arrays, open_backend
from rosetail.errors import NoFaceFound, SettingsError, WeightsMissing
from rosetail.images import read

if TYPE_CHECKING:
    from PIL import Image

    from rosetail.characters.directions_file import Directions
    from rosetail.faces.warp import Matrix
    from rosetail.images import Picture
    from rosetail.painter.layered import Group, Layer
    from rosetail.stylizer.stylizer import Stylizer

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]
Frame = Literal["face", "figure", "portrait", "full"]

FRAMES: tuple[Frame, ...] = ("face", "figure", "portrait", "full")
MEAN_OF = 4096  # random styles whose mean w truncation draws towards


@dataclass(frozen=True, eq=False)
class Content:
    """What stays of a photo in every character: ``maps`` [1, C, h, w].

    ``rgb`` is the photo, ``matrix`` [2, 3] takes it to the head that was encoded. ``style`` [codes]
    is what does not stay: the photo's own style code, where the model reads it with the rest.
    ``shape`` uint8 [size, size] is where the person is in the head, where that is known already.
    ``landmarks`` [5, 2] are of the head, x and y from -1 to 1, NaN where nobody has found them.
    """

    maps: Floats
    rgb: Bytes
    matrix: Matrix
    style: Floats | None = None
    shape: Bytes | None = None
    landmarks: Floats = field(default_factory=lambda: np.full((5, 2), np.nan, np.float32))


Follow = Callable[[Bytes, NDArray[np.floating], float], Content]


class Drawing(NamedTuple):
    """A drawing taken apart: its ``head`` uint8 [S, S, 3], ``content``, and ``w`` (latent,)."""

    head: Bytes
    content: Content
    w: Floats


class Roses:
    """A trained model: photos to anime heads, in characters. Load once; threads may share it.

    ``model`` is a name of the catalog or the folder of an exported run; ``backend`` one of
    :data:`rosetail.engines.backend.NAMES`; ``directions`` a file from `rosetail directions fit`
    that edits are made with, the model's own if None.

    Raises UnknownStyle, WeightsMissing, BackendMissing.
    """

    layered = True  # w acts through layers

    def __init__(
        self,
        model: str | os.PathLike[str] = "roses",
        backend: str = "auto",
        directions: str | os.PathLike[str] | None = None,
    ) -> None:
        paths = weights.find_parts(os.fspath(model))
        if directions is not None:
            paths["directions"] = Path(directions)
        facts = weights.read_header(paths["decode"])
        if facts.get("network") != "roses.decode":
            raise WeightsMissing(f"{paths['decode']}: not a Roses decoder; export the model again")
        self.name = Path(model).name
        # The side it was trained at; published weights take no other.
        self.size = int(facts["size"] if "size" in facts else facts["side"])
        self.latent = int(facts["latent"])
        self.codes = int(facts["style"])  # numbers in z
        exact = {"map", "scales"}  # cheap, and bf16 would move every colour a little
        self._backends = {
            part: open_backend(path, backend, precision="f32" if part in exact else "auto")
            for part, path in paths.items()
            if path.suffix == ".onnx"
        }
        self._paths = paths

    @cached_property
    def model(self) -> Model:
        """Name and digest of the weights; characters carry it."""
        return Model(self.name, model_digest(self._paths))

    @cached_property
    def groups(self) -> LayerGroups:
        """The decoder's layers by resolution. Raises WeightsMissing for an export without them."""
        found = read_layer_groups(weights.read_header(self._paths["scales"]))
        if found is None:
            raise WeightsMissing(
                f"{self._paths['scales']}: does not tell its layers; export the model again"
            )
        return found

    @cached_property
    def directions(self) -> Directions:
        """What edits by name are made of: those that were fitted, from the file that was given or
        lies beside the model, and those that the network learned.

        Raises SettingsError where there are none or they are another model's, InputError for a
        damaged file.
        """
        from rosetail.characters.directions_file import read_directions

        learned = self.learned
        if "directions" not in self._paths:
            if learned is None:
                raise SettingsError(
                    f"{self.name}: has no directions yet; run: rosetail directions fit --model "
                    f"{self.name} --photos FOLDER"
                )
            return learned
        fitted = self.checked(read_directions(self._paths["directions"]))
        return fitted if learned is None else learned.joined(fitted)

    @cached_property
    def learned(self) -> Directions | None:
        """The edits that the network learned with its training, if any. Raises as directions."""
        from rosetail.characters.directions_file import read_directions

        path = self._paths.get("learned")
        return None if path is None else self.checked(read_directions(path))

    def checked(self, directions: Directions) -> Directions:
        """``directions``, if they are of this model. Raises SettingsError."""
        if directions.digest != self.model.digest:
            raise SettingsError(
                f"the directions belong to {directions.name} {directions.digest[:8]}, not to "
                f"{self.name} {self.model.digest[:8]}; fit them for this model"
            )
        return directions

    def modulation(self, group: int | None = None) -> NDArray[np.float64]:
        """The modulation weights of all layers, or of one group: rows of A (rows, latent).

        A style is an affine map of w, so the graph tells A: the styles of every unit vector less
        those of none.
        """
        codes = np.concatenate([np.zeros((1, self.latent)), np.eye(self.latent)])
        scales = self._scales(codes.astype(np.float32)).astype(np.float64)
        wanted = self.groups.style.copy()
        if group is not None:
            wanted &= self.groups.group == group
        return np.ascontiguousarray((scales[1:] - scales[0]).T[wanted])

    def axes(self, count: int) -> Floats:
        """The model's main directions of change (count, latent): SeFa's eigenvectors, each as long
        as random codes stray along it, twice their deviation."""
        from rosetail.characters.sefa import sefa_axes

        found = sefa_axes(self.modulation(), count)[0]
        strays = (self.random_w(MEAN_OF, 0) @ found.T).std(0)
        return np.asarray(2 * strays[:, None] * found, np.float32)

    @cached_property
    def styles(self) -> Floats | None:
        """Style codes (N, codes) that characters are drawn from; None where any code will do.

        Raises WeightsMissing for a damaged file.
        """
        path = self._paths.get("styles")
        if path is None:
            return None
        try:
            return np.load(path, allow_pickle=False).astype(np.float32).reshape(-1, self.codes)
        except (OSError, ValueError) as error:
            raise WeightsMissing(f"{path}: damaged ({error}); export the model again") from error

    @cached_property
    def scenes(self) -> Scenes | None:
        """What stands behind characters; None where they have plain grounds. Raises WeightsMissing
        for a damaged file."""
        path = self._paths.get("scenes")
        return None if path is None else read_scenes(path)

    @cached_property
    def mean(self) -> Floats:
        """The mean w (latent,) over random styles."""
        return self.random_w(MEAN_OF, 0).mean(0)

    def to_w(self, z: Floats) -> Floats:
        """Style codes z (N, codes) to w (N, latent)."""
        w: Floats = self._backends["map"].run({"z": np.asarray(z, np.float32)})["w"]
        return w

    def random_w(self, count: int, seed: int) -> Floats:
        """Codes (count, latent) of random styles; the first are the same whatever the count."""
        rng = np.random.default_rng(seed)
        if self.styles is None:
            return self.to_w(rng.standard_normal((count, self.codes), np.float32))
        order = rng.permutation(len(self.styles))  # nobody twice, as long as there are others
        return self.to_w(self.styles[np.resize(order, count)])

    def encode(self, photo: Picture) -> Content:
        """The largest face in ``photo``, brought to its place and taken apart.

        Raises InputError for what is no picture, NoFaceFound where there is no face.
        """
        from rosetail.faces.faces import find

        rgb = read(photo)
        found = find(rgb)
        if not found:
            named = photo if isinstance(photo, str | os.PathLike) else "picture"
            raise NoFaceFound(
                f"{os.fspath(named)}: no face found; give a picture with a larger, clearer face"
            )
        return self.encode_at(rgb, found[0].landmarks)

    def encode_at(self, rgb: Bytes, landmarks: NDArray[np.floating]) -> Content:
        """The face with ``landmarks`` [5, 2] in ``rgb`` uint8 [H, W, 3], taken apart."""
        from rosetail.faces.faces import KEPT_ROLL, align

        head, matrix = align(rgb, landmarks, self.size, keep_roll=KEPT_ROLL)
        content = self.encode_head(head)
        return replace(content, rgb=rgb, matrix=matrix, landmarks=self._in_head(landmarks, matrix))

    def _in_head(self, landmarks: NDArray[np.floating], matrix: Matrix) -> Floats:
        """Landmarks in pixels of a picture as places in the head, -1 to 1."""
        pixels = np.asarray(landmarks) @ matrix[:, :2].T + matrix[:, 2]
        places: Floats = ((pixels + 0.5) * (2 / self.size) - 1).astype(np.float32)
        return places

    def follow(self) -> Follow:
        """A reader of one face through a clip: called once a frame with the frame, the landmarks
        and the time in seconds, as :meth:`encode_at`."""
        return lambda rgb, landmarks, seconds: self.encode_at(rgb, landmarks)

    def encode_head(self, head: Bytes) -> Content:
        """A head that is in its place already, uint8 [size, size, 3], taken apart."""
        parts = self._backends["encode"].run({"image": np.ascontiguousarray(head)[None]})
        return Content(parts["content"], head, np.eye(2, 3), parts["style"][0])

    def decode(self, content: Content, w: Floats) -> Bytes:
        """The head in every w: uint8 [N, size, size, 3], before a scene if the model has some.

        ``w`` is (N, latent), or (N, groups, latent) where every group of layers has its own.
        """
        scales = self._scales(w)
        made = self._drawn(content, scales)
        if self.scenes is None:
            return made["anime"]
        # The palette is the last of the scales, and the ground's colour the first of it.
        first = np.flatnonzero(self.groups.group == len(self.groups.names) - 1)[0]
        return self.scenes.behind(made["figure"], 127.5 * (scales[:, first : first + 3] + 1))

    def figures(self, content: Content, w: Floats) -> Bytes:
        """:meth:`decode` without the ground: RGBA, uint8 [N, size, size, 4]. All of the picture
        where the model does not know what is ground (published weights)."""
        return _figure(self._drawn(content, self._scales(w)))

    def heads(self, content: Content, w: Floats) -> Bytes:
        """:meth:`figures` to be laid on the photo, in squares of any size: where the model can tell
        them apart without clothes, since the person wears some."""
        return self.figures(content, w)

    def bust(self, content: Content, w: Floats) -> tuple[Bytes, Matrix]:
        """The figure of one w (latent,) or (groups, latent) with as much of the shoulders as there
        is, uint8 [S, S, 4], and the matrix [2, 3] from the photo to it."""
        return self.figures(content, np.asarray(w)[None])[0], content.matrix

    def _drawn(self, content: Content, scales: Floats) -> Arrays:
        return self._backends["decode"].run({**self._layout(content), "scales": scales})

    def _layout(self, content: Content) -> Arrays:
        """What the decoder asks of a content."""
        layout = {"content": content.maps}
        if "landmarks" in self._backends["decode"].inputs:
            layout["landmarks"] = content.landmarks[None]
        return layout

    def baked(self, w: Floats) -> Callable[[Content], Bytes]:
        """:meth:`heads` for one w (latent,) or (groups, latent), its scales folded into the
        network's weights where the engine can: uint8 [S, S, 4], each for less work."""
        bound = self._backends["decode"].bound({"scales": self._scales(np.asarray(w)[None])})

        def draw(content: Content) -> Bytes:
            figure: Bytes = _figure(bound.run(self._layout(content)))[0]
            return figure

        return draw

    def draw(self, content: Content, *characters: Character) -> Bytes:
        """The head as every one of ``characters``, edits and all: uint8 [N, size, size, 3].

        Raises SettingsError for a character of another model.
        """
        from rosetail.characters.edits import stacked

        for each in characters:
            check_model(each, self.model)
        return self.decode(content, stacked([each.code for each in characters]))

    def _scales(self, w: Floats) -> Floats:
        """The scales (N, S) of w (N, latent) or (N, groups, latent)."""
        codes = np.atleast_2d(np.asarray(w, np.float32))
        rows: Floats = self._backends["scales"].run({"w": codes.reshape(-1, self.latent)})["scales"]
        if codes.ndim == 2:
            return rows
        return self.groups.picked(rows.reshape(*codes.shape[:2], -1))

    def cast(
        self, photo: Picture | Content, n: int = 8, *, seed: int = 0, truncation: float = 1.0
    ) -> list[Character]:
        """``n`` different characters, each with its picture of ``photo``.

        The same seed gives the same characters on any photo, and the first ones are the same
        however many are drawn. ``truncation`` 0..1 draws them towards the mean character.
        """
        if n < 1 or seed < 0:
            raise SettingsError(f"n {n}, seed {seed}: give at least 1 character and a seed from 0")
        if not 0 <= truncation <= 1:
            raise SettingsError(f"truncation {truncation}: give a number from 0 to 1")
        content = photo if isinstance(photo, Content) else self.encode(photo)
        w = self.random_w(n, seed)
        if truncation < 1:
            w = self.mean + np.float32(truncation) * (w - self.mean)
        return [
            self.character(each, f"character {seed}.{number}", picture)
            for number, (each, picture) in enumerate(zip(w, self.decode(content, w), strict=True))
        ]

    def character(self, w: Floats, name: str, picture: Bytes | None = None) -> Character:
        """The character of this model with code ``w`` (latent,)."""
        return Character(name, self.model, w, picture, home=self)

    def read(self, path: str | os.PathLike[str]) -> Character:
        """The character in the file at ``path``, ready to be edited and applied.

        Raises InputError for no character file, SettingsError for another model's.
        """
        found = read_character(path)
        check_model(found, self.model)
        return replace(found, home=self)

    def likeness(self, photo: Picture | Content, name: str = "likeness") -> Character:
        """The character in the photo's own style, hair and colours. Raises as :meth:`encode`."""
        content = photo if isinstance(photo, Content) else self.encode(photo)
        w = self.own_w(content)
        return self.character(w, name, self.decode(content, w)[0])

    def own_w(self, content: Content) -> Floats:
        """The w (latent,) of the photo's own style."""
        if content.style is None:
            raise ValueError("content of another model")
        return self.to_w(content.style[None])[0]

    def own_shape(self, content: Content) -> Bytes | None:
        """Where the photographed person is, uint8 [size, size]: the figure in their own style. None
        where the model does not know what is ground."""
        if "figure" not in self._backends["decode"].outputs:
            return None  # a head is not drawn for nothing
        shape: Bytes = self.figures(content, self.own_w(content)[None])[0][..., 3]
        return None if shape.min() == 255 else shape

    def like(self, drawing: Picture, name: str = "like") -> Character:
        """The character whose style is read from a drawing.

        Raises InputError, and NoFaceFound for a drawing without a head.
        """
        read = self.take_apart(drawing)
        return self.character(read.w, name, read.head)

    def take_apart(self, drawing: Picture) -> Drawing:
        """The largest head of a drawing, its content and its style. Raises as :meth:`like`."""
        from rosetail.faces.drawn_heads import find_heads
        from rosetail.faces.faces import KEPT_ROLL, align

        if "read" not in self._backends:
            raise WeightsMissing(f"{self.name}: has no reader of drawings; export it again")
        rgb = read(drawing)
        heads = find_heads(rgb)
        if not heads:
            named = drawing if isinstance(drawing, str | os.PathLike) else "picture"
            raise NoFaceFound(
                f"{os.fspath(named)}: no drawn head found; crop the drawing to the head"
            )
        head, matrix = align(rgb, heads[0].landmarks, self.size, keep_roll=KEPT_ROLL)
        parts = self._backends["read"].run({"image": head[None]})
        landmarks = self._in_head(heads[0].landmarks, matrix)
        content = Content(parts["content"], rgb, matrix, parts["style"][0], landmarks=landmarks)
        return Drawing(head, content, self.to_w(parts["style"])[0])

    def layers(
        self,
        photo: Picture | Content,
        character: Character,
        size: int = LAYERED,
        *,
        ground: bool = False,
    ) -> list[Layer | Group]:
        """The character's parts, of a model that draws it in parts. Raises SettingsError."""
        raise SettingsError(
            f"{self.model.name} draws in one piece; characters of the painter come in layers"
        )

    def apply(
        self,
        photo: Picture | Content,
        character: Character,
        *,
        frame: Frame = "portrait",
        stylizer: Stylizer | None = None,
    ) -> Image.Image:
        """``photo`` with the head of ``character``.

        ``frame``: ``face`` is the drawn square alone, ``figure`` what is in it before a clear
        ground; ``full`` the whole picture, the rest drawn by ``stylizer`` (the default style if
        None); ``portrait`` a square of it about the head.

        Raises SettingsError for a character of another model or an unknown frame.
        """
        from PIL import Image

        from rosetail.characters.framing import in_picture
        from rosetail.faces.warp import to_side
        from rosetail.stylizer.stylizer import Stylizer

        if frame not in FRAMES:
            raise SettingsError(f"frame {frame!r}: choose one of {', '.join(FRAMES)}")
        content = photo if isinstance(photo, Content) else self.encode(photo)
        if frame == "face":
            return Image.fromarray(self.draw(content, character)[0])
        check_model(character, self.model)
        if frame == "figure":
            return Image.fromarray(self.figures(content, character.code[None])[0])
        head = self.heads(content, character.code[None])[0]
        matrix = to_side(content.matrix, self.size, len(head))
        around = stylizer or Stylizer(weights.styles()[0])
        own, whole = self.own_shape(content), frame == "full"
        return Image.fromarray(in_picture(content.rgb, head, matrix, around, whole=whole, own=own))


def _figure(decoded: Arrays) -> Bytes:
    """The figure, or the whole picture as one."""
    if "figure" in decoded:
        return decoded["figure"]
    anime: Bytes = decoded["anime"]
    return np.concatenate([anime, np.full_like(anime[..., :1], 255)], axis=-1)


def model_digest(paths: Mapping[str, Path]) -> str:
    """SHA-256 of what makes a code mean what it means: the graphs map, scales and decode."""
    digest = hashlib.sha256()
    for part in ("map", "scales", "decode"):
        digest.update(paths[part].read_bytes())
    return digest.hexdigest()


def sheet(characters: Sequence[Character], columns: int = 4) -> Bytes:
    """The wall: every character's picture with its name, uint8 [H, W, 3]."""
    from rosetail.images import contact_sheet

    shown = [each for each in characters if each.picture is not None]
    return contact_sheet(
        [each.picture for each in shown if each.picture is not None],
        columns,
        [each.name for each in shown],
    )

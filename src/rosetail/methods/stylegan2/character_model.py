"""Characters of a StyleGAN2: directions, edits and measures for another GAN than Roses.

A photo is encoded as w+, one code for each layer: by the network's encoder, or by projection if it
has none. A character is one code w. In the space ``w+`` the coarse layers keep the photo's codes,
which hold pose and layout, and the character's code goes to the others; in the space ``w`` it goes
to all layers, so that the photo has no influence. Codes for single groups of layers (those of one
resolution) are edits in w+.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Literal, cast, get_args

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from rosetail.arrays import Bytes, Floats
from rosetail.characters.content import Content, ModelId
from rosetail.characters.directions_file import SUFFIX, Directions, read_directions
from rosetail.characters.framing import Frame
from rosetail.characters.model import CharacterModel
from rosetail.characters.style_layers import LayerGroups, StyleLayers
from rosetail.errors import InputError, SettingsError
from rosetail.faces.tracking import TrackedFace
from rosetail.faces.warp import Matrix
from rosetail.images import from_tensor, to_tensor
from rosetail.layers.modulated import Modulated, StyledConv
from rosetail.methods.stylegan2.network import FIRST
from rosetail.methods.stylegan2.projecting_look import read_stylegan2
from rosetail.methods.stylegan2.projection import project

Space = Literal["w", "w+"]

SPACES = get_args(Space)
MEAN_SAMPLES = 4096


class StyleGan2Model(CharacterModel):
    """The .safetensors file of a StyleGAN2; needs PyTorch.

    Raises InputError for a file of another network, SettingsError for another space.
    """

    def __init__(self, path: str | os.PathLike[str], space: Space = "w+") -> None:
        if space not in SPACES:
            raise SettingsError(f"{path}: unknown space {space}; give one of {', '.join(SPACES)}")
        self.path, self.space = Path(path), space
        self.net, facts, self.steps = read_stylegan2(self.path)
        self.reads = facts.get("reader") != "none"
        shape = self.net.shape
        self.name, self.size, self.latent = self.path.stem, shape.side, shape.latent
        self.coarse = shape.coarse if space == "w+" else 0
        if self.coarse == shape.layers:
            raise InputError(f"{path}: all its layers show the photo; use the space w")

    @cached_property
    def id(self) -> ModelId:
        digest = hashlib.sha256(self.path.read_bytes() + self.space.encode()).hexdigest()
        return ModelId(self.name, digest)

    @property
    def directions(self) -> Directions:
        """Those in NAME.directions.safetensors beside the file."""
        path = self.path.with_name(f"{self.name}.directions{SUFFIX}")
        if not path.is_file():
            raise SettingsError(
                f"{self.name}: has no directions yet; run: rosetail directions fit --model "
                f"{self.path} --photos FOLDER -o {path}"
            )
        return read_directions(path).for_model(self.id)

    @property
    def learned(self) -> None:
        return None

    @cached_property
    def mean(self) -> Floats:
        return self.random_w(MEAN_SAMPLES, 0).mean(0)

    def random_w(self, count: int, seed: int) -> Floats:
        z = np.random.default_rng(seed).standard_normal((count, self.latent), np.float32)
        with torch.no_grad():
            return cast(Floats, self.net.calm(torch.from_numpy(z)).numpy())

    def encode_at(self, rgb: Bytes, landmarks: NDArray[np.floating]) -> Content:
        head, matrix = self.align(rgb, landmarks)
        return replace(self.encode_head(head), rgb=rgb, matrix=matrix)

    def encode_head(self, head: Bytes) -> Content:
        """``maps`` of the content are the photo's codes, [1, layers, latent]; ``style`` is the mean
        of its fine ones."""
        seen = torch.from_numpy(to_tensor(head))
        if self.reads:
            with torch.no_grad():
                codes = self.net.read(seen)
        else:
            start = self.net.everywhere(self.net.w_mean[None])
            codes = project(self.net.draw, start, seen, steps=self.steps).codes
        style = codes[0, self.coarse :].mean(0)
        return Content(codes.numpy(), head, np.eye(2, 3), style.numpy())

    def encode_face(self, rgb: Bytes, face: TrackedFace) -> Content:
        return self.encode_at(rgb, face.landmarks)

    @torch.inference_mode()
    def decode(self, content: Content, w: Floats) -> Bytes:
        codes = torch.from_numpy(np.asarray(w, np.float32))
        photo = torch.from_numpy(content.maps)
        drawn = [self.drawn(photo, each[None]) for each in codes]  # one at a time: less memory
        return from_tensor(torch.cat(drawn).clamp(-1, 1).numpy())

    def drawn(self, photo: Tensor, w: Tensor) -> Tensor:
        """Pictures (N, 3, side, side), not clipped, of photos' codes (N, layers, latent) as
        characters (N, latent) or (N, groups, latent)."""
        fine = w[:, self._group_of_layer] if w.dim() == 3 else self.net.everywhere(w)
        return self.net.draw(torch.cat([photo[:, : self.coarse], fine[:, self.coarse :]], 1))

    def head(self, content: Content, w: Floats) -> Bytes:
        drawn = self.decode(content, w[None])[0]
        return np.dstack([drawn, np.full_like(drawn[..., 0], 255)])

    def bust(self, content: Content, w: Floats) -> tuple[Bytes, Matrix]:
        return self.head(content, w), content.matrix

    def specialized(self, w: Floats) -> Callable[[Content], Bytes]:
        return lambda content: self.head(content, w)

    def own_ws(self, content: Content) -> dict[str, Floats]:
        if content.style is None:
            raise ValueError("content of another model")
        return {"likeness": content.style}

    def draw_frame(self, content: Content, w: Floats, frame: Frame) -> Bytes | None:
        if frame == "face":
            return self.decode(content, w[None])[0]
        return self.head(content, w) if frame == "figure" else None

    def style_layers(self) -> StyleLayers:
        """See :class:`~rosetail.characters.capabilities.HasStyleLayers`. The layers that keep the
        photo's codes are left out."""
        weights, groups, demodulated = [], [], []
        for layer in range(self.coarse, self.net.shape.layers):
            module = self._modules[layer]
            rows = (module.modulation.weight * module.modulation.scale).double().numpy()
            weights.append(rows)
            groups.append(np.full(len(rows), self._group_of_layer[layer], np.int64))
            demodulated.append(np.full(len(rows), isinstance(module, StyledConv), np.bool_))
        columns = np.concatenate(groups)
        every = np.ones(len(columns), np.bool_)
        layers = LayerGroups(self._groups, columns, every, np.concatenate(demodulated))
        return StyleLayers(layers, np.concatenate(weights))

    @property
    def _groups(self) -> tuple[str, ...]:
        """The resolutions whose layers the character's code goes to, as fractions of the side."""
        sides = [FIRST * 2**number for number in range(len(self.net.shape.widths))]
        return tuple(f"1/{self.size // side}" for side in sides)[self._first_group :]

    @property
    def _first_group(self) -> int:
        return self._resolution(self.coarse)

    @cached_property
    def _group_of_layer(self) -> list[int]:
        """For each layer its group; layers with the photo's codes get the first."""
        layers = range(self.net.shape.layers)
        return [max(self._resolution(layer) - self._first_group, 0) for layer in layers]

    def _resolution(self, layer: int) -> int:
        """Which resolution a layer draws: two convolutions each, but one at the lowest, and the
        colours of the last."""
        return min((layer + 1) // 2, len(self.net.shape.widths) - 1)

    @property
    def _modules(self) -> list[Modulated]:
        """The module that each code modulates; the colours of a resolution share the code of the
        convolution that follows them, or have the last one."""
        synthesis = self.net.synthesis
        pairs = zip(synthesis.up, synthesis.same, strict=True)
        convolutions = [synthesis.first, *(each for pair in pairs for each in pair)]
        return [cast(Modulated, each) for each in (*convolutions, synthesis.rgb[-1])]

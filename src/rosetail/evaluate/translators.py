"""The networks of a snapshot as functions from photos to drawings."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import NamedTuple, cast

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from rosetail.arrays import Bytes
from rosetail.errors import InputError
from rosetail.images import from_tensor, to_tensor
from rosetail.methods.doubletail.network import DoubleTail, Resize
from rosetail.methods.generators import KINDS
from rosetail.methods.roses.network import Roses, RosesShape
from rosetail.methods.stylegan2.network import ShownStyle, StyleGan2
from rosetail.training import settings
from rosetail.training.snapshots import Snapshot, State

NETWORKS = ("to_anime", "generator")  # names of the network that draws


class OneStyle:
    """A network that draws each photo in one way."""

    def __init__(self, network: nn.Module) -> None:
        self.network = network

    @torch.inference_mode()
    def draw(self, photo: Bytes, seed: int) -> Bytes:
        """The drawing of a photo, both uint8 [S, S, 3]; ``seed`` has no effect."""
        return _picture(self.network(_tensor(photo)))


class Cycle(NamedTuple):
    """A photo, drawn and turned back: both pictures, uint8 [S, S, 3]."""

    drawing: Bytes
    back: Bytes


class ManyStyles:
    """GANs N' Roses: a photo is drawn in any style, and a drawing turned back into a photo."""

    def __init__(self, to_anime: Roses, to_photo: Roses) -> None:
        self.to_anime, self.to_photo = to_anime, to_photo

    def draw(self, photo: Bytes, seed: int) -> Bytes:
        """The drawing of a photo in the random style of ``seed``, both uint8 [S, S, 3]."""
        return self._drawn(self.to_anime, photo, seed)

    def photograph(self, drawing: Bytes, seed: int) -> Bytes:
        """The photo of a drawing in the random style of ``seed``, both uint8 [S, S, 3]."""
        return self._drawn(self.to_photo, drawing, seed)

    @torch.inference_mode()
    def style(self, photo: Bytes) -> NDArray[np.float64]:
        """The style code that is read from a photo, (style,)."""
        code: NDArray[np.float64] = self.to_anime.encode(_tensor(photo)).style[0].double().numpy()
        return code

    @torch.inference_mode()
    def cycle(self, photo: Bytes, seed: int) -> Cycle:
        """A photo drawn in the style of ``seed``, and turned back in the photo's own style."""
        content, own = self.to_anime.encode(_tensor(photo))
        drawing = self.to_anime.decode(content, self._style(self.to_anime, seed))
        back = self.to_photo.decode(self.to_photo.encode(drawing).content, own)
        return Cycle(_picture(drawing), _picture(back))

    @torch.inference_mode()
    def _drawn(self, network: Roses, picture: Bytes, seed: int) -> Bytes:
        content = network.encode(_tensor(picture)).content
        return _picture(network.decode(content, self._style(network, seed)))

    @staticmethod
    def _style(network: Roses, seed: int) -> Tensor:
        generator = torch.Generator().manual_seed(seed)
        return torch.randn(1, network.shape.style, generator=generator)


Translator = OneStyle | ManyStyles


def translator(snapshot: Snapshot) -> Translator:
    """The networks of a snapshot, ready to draw. Raises InputError for recipes that do not draw
    photos, and for weights that do not fit."""
    about, kind = snapshot.about, snapshot.about.get("class", "")
    name = next((each for each in NETWORKS if each in snapshot.networks), None)
    if name is None:
        raise InputError(f"recipe {snapshot.recipe}: does not draw photos; give another run")
    if kind == "Roses":
        if about.get("styles") != "any":
            raise InputError(
                "a Roses run with painted styles: measure its export with "
                "`rosetail evaluate directions`"
            )
        shape = settings.build(RosesShape, json.loads(about["shape"]))
        plain = replace(shape, edits=0, palette=0, template=0, close_up=0)
        return ManyStyles(
            cast(Roses, _loaded(Roses(shape), snapshot.networks["to_anime"])),
            cast(Roses, _loaded(Roses(plain), snapshot.networks["to_photo"])),
        )
    network: nn.Module
    if kind == "DoubleTail":
        network = DoubleTail(int(about["width"]), resize=cast(Resize, about["resize"]))
    else:
        network = KINDS[kind].build(about)
    _loaded(network, snapshot.networks[name])
    return OneStyle(ShownStyle(network) if isinstance(network, StyleGan2) else network)


def _loaded(network: nn.Module, state: State) -> nn.Module:
    try:
        network.load_state_dict(state)
    except RuntimeError as error:
        cause = str(error).splitlines()[0]
        raise InputError(f"a snapshot does not fit its network ({cause})") from error
    return network.eval()


def _tensor(picture: Bytes) -> Tensor:
    return torch.from_numpy(to_tensor(picture))


def _picture(drawn: Tensor) -> Bytes:
    return from_tensor(drawn.clamp(-1, 1).float().numpy())[0]

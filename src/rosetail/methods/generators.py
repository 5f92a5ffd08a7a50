"""Export the weights of any method to a file for ``rosetail stylize`` and ``rosetail video``."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import cast, get_args

import numpy as np
from numpy.typing import NDArray
from torch import nn

from rosetail.errors import InputError
from rosetail.export.agreement import Exported, as_stored, round_large, write_compared
from rosetail.export.tracing import picture_graph
from rosetail.export.weights_file import check_state, read_weights
from rosetail.images import check_output
from rosetail.methods.animegan2.network import AnimeGan2Generator, Resize
from rosetail.methods.cyclegan.network import ResNetGenerator
from rosetail.methods.doubletail.export import export_stylizer
from rosetail.methods.doubletail.graph import Form
from rosetail.methods.stylegan2.network import ShownStyle, StyleGan2, StyleGan2Shape
from rosetail.methods.ugatit.network import UGatItGenerator
from rosetail.reading import parsing
from rosetail.training import settings

Facts = Mapping[str, str]


@dataclass(frozen=True)
class Kind:
    """A kind of generator: its name in file headers, and its constructor from a header. Generators
    state the multiple that sides must have (MULTIPLE) and the smallest side (SMALLEST)."""

    network: str
    build: Callable[[Facts], nn.Module]


KINDS = {
    "ResNetGenerator": Kind(
        "cyclegan",
        lambda facts: ResNetGenerator(int(facts["width"]), int(facts["blocks"])),
    ),
    "AnimeGan2Generator": Kind(
        "animegan2",
        lambda facts: AnimeGan2Generator(int(facts["width"]), _resize(facts)),
    ),
    "UGatItGenerator": Kind(
        "ugatit",
        lambda facts: UGatItGenerator(*(int(facts[name]) for name in ("width", "blocks", "size"))),
    ),
    "StyleGan2": Kind(
        "stylegan2",
        lambda facts: StyleGan2(settings.build(StyleGan2Shape, json.loads(facts["shape"]))),
    ),
}


def export_any(
    weights: str | os.PathLike[str],
    out: str | os.PathLike[str],
    *,
    form: Form = "fast",
    photos: Iterable[NDArray[np.uint8]] | None = None,
    facts: Facts | None = None,
) -> Exported:
    """Write the generator in ``weights`` (.safetensors) as ONNX to ``out``.

    The header of ``weights`` names the class; without one it is a double-tail generator, the only
    one that uses ``form`` and ``photos``: see
    :func:`rosetail.methods.doubletail.export.export_stylizer`, also for ``facts``. The
    file is compared with the network in every engine before it is moved to ``out``.

    Raises the same errors as ``export_stylizer``.
    """
    state, header = read_weights(weights)
    kind = KINDS.get(header.get("class", ""))
    if kind is None:
        return export_stylizer(weights, out, form=form, photos=photos, facts=facts)
    check_output(out)
    if header.get("reader") == "none":
        raise InputError(
            f"{weights}: has no encoder of photos, so it cannot be exported; pass it to --style as "
            "it is: photos are projected into it"
        )
    net = _built(kind, header, Path(weights)).eval()
    check_state(Path(weights), state, net.state_dict(), f"the {kind.network} generator")
    net.load_state_dict(state)
    return export_network(net, {**header, **(facts or {})}, out, half=True)


def export_network(
    net: nn.Module, facts: Facts, out: str | os.PathLike[str], *, half: bool
) -> Exported:
    """Write a generator of one of KINDS as ONNX, as :func:`export_any` does.

    With ``half`` false, weights stay in single precision, except very large ones: the file is twice
    as large and the weights are not rounded.
    """
    metadata = {
        "licence": "Apache-2.0",
        **facts,
        "network": KINDS[type(net).__name__].network,
        "form": "plain",
        "multiple": str(net.MULTIPLE),
        "smallest": str(net.SMALLEST),
    }
    stored = as_stored(net) if half else round_large(net)
    traced = ShownStyle(stored) if isinstance(stored, StyleGan2) else stored
    return write_compared(picture_graph(traced, metadata, half=half), stored, out)


def _resize(facts: Facts) -> Resize:
    resize = facts.get("resize", "")
    if resize not in get_args(Resize):
        raise ValueError(f"resize {resize!r} is not one of {', '.join(get_args(Resize))}")
    return cast(Resize, resize)


def _built(kind: Kind, header: Facts, source: Path) -> nn.Module:
    what = f"weights with the sizes of the {kind.network} generator in the header"
    with parsing(source, what, "use the weights of a training run"):
        return kind.build(header)

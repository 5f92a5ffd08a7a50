"""An exported tagger back to weights, so that training can begin where the shipped one is:
``python -m rosetail.methods.tagger.warm_start TAGGER.onnx PAINTED OUT.safetensors``, then
``--set start=OUT.safetensors``.

The file's convolutions have their batch norms in them. These are taken out again: each gets the
mean and spread that it finds in paintings. What the tagger says stays the same; without them it
could not be taught on.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import save_file
from torch import Tensor, nn

from rosetail.data.painted import read_painted
from rosetail.errors import InputError
from rosetail.export.onnx_weights import stored_weights
from rosetail.images import writing
from rosetail.methods.headfinder.network import ConvNorm
from rosetail.methods.tagger.network import TaggerNetwork
from rosetail.training.prefetch import to_network
from rosetail.weights import read_header

SEEN = 256  # paintings that means and spreads are measured on
# What parts are called in the file, where it is another name than the network's.
PARTS = {
    "to_eighth": "eighth", "to_sixteenth": "sixteenth", "to_deepest": "deepest",
    "eyes": "eyes.left",
}  # fmt: skip


def write_start(model: str | Path, painted: str | Path, to: str | Path) -> None:
    """The tagger of file ``model`` as weights in ``to``, its batch norms as the first of the
    paintings in ``painted`` say. Raises InputError, OutputError."""
    tagger, size = tagger_of(Path(model))
    settle(tagger, to_network(torch.from_numpy(read_painted(painted, size).pictures[:SEEN])))
    with writing(Path(to)) as part:
        save_file(tagger.state_dict(), part)


def tagger_of(path: Path) -> tuple[TaggerNetwork, int]:
    """The tagger of a file, its batch norms empty, and the size of its pictures."""
    facts = read_header(path)
    if facts.get("class") != "Tagger":
        raise InputError(f"{path}: no tagger; give one that rosetail.methods.tagger.export wrote")
    held = stored_weights(path)
    tagger = TaggerNetwork(len(facts["tags"].split(",")), int(facts["width"])).eval()
    for name, layer in normed(tagger):
        part, _, rest = name.removesuffix(".conv").partition(".")
        stored = ".".join(filter(None, (PARTS.get(part, part), rest)))
        _fill(layer, held[f"{stored}.weight"], held[f"{stored}.bias"])
    for module, name in ((tagger.heat[-1], "heat.1"), (tagger.tags, "tags")):
        _set(module.get_parameter("weight"), held[f"{name}.weight"])
        _set(module.get_parameter("bias"), held[f"{name}.bias"])
    return tagger, int(facts["size"])


def normed(tagger: TaggerNetwork) -> Iterator[tuple[str, ConvNorm]]:
    """The convolutions that a batch norm follows, with their names."""
    for name, module in tagger.named_modules():
        if isinstance(module, ConvNorm):
            yield name, module


def _fill(layer: ConvNorm, kernel: NDArray[np.float32], bias: NDArray[np.float32]) -> None:
    """Kernel and bias as they are, by a batch norm that only adds."""
    norm = _norm(layer)
    _set(layer[0].get_parameter("weight"), kernel)
    _set(norm.bias, bias)
    nn.init.constant_(norm.get_buffer("running_var"), 1 - norm.eps)


@torch.no_grad()
def settle(tagger: TaggerNetwork, pictures: Tensor) -> None:
    """Give batch norms that only add the means and spreads of ``pictures``."""
    found: dict[str, list[Tensor]] = {name: [] for name, _ in normed(tagger)}  # eyes: two each
    hooks = [
        _norm(layer).register_forward_pre_hook(
            lambda _, given, each=found[name]: each.append(given[0].transpose(0, 1).flatten(1))
        )
        for name, layer in normed(tagger)
    ]
    tagger(pictures)
    for hook in hooks:
        hook.remove()
    for name, layer in normed(tagger):
        norm, whole = _norm(layer), torch.cat(found[name], 1)
        mean, spread = whole.mean(1), whole.var(1)
        norm.bias.add_(mean)
        norm.weight.copy_((spread + norm.eps).sqrt())
        norm.get_buffer("running_mean").copy_(mean)
        norm.get_buffer("running_var").copy_(spread)


def _norm(layer: ConvNorm) -> nn.BatchNorm2d:
    norm = layer[1]
    assert isinstance(norm, nn.BatchNorm2d)
    return norm


def _set(parameter: Tensor, value: NDArray[np.float32]) -> None:
    with torch.no_grad():
        parameter.copy_(torch.from_numpy(value))


if __name__ == "__main__":
    write_start(*sys.argv[1:4])

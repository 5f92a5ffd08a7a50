"""Turn an exported tagger back into weights that training can start from (``start`` in the
settings).

An exported file has its batch norms folded into the convolutions. :func:`write_start` restores
them with the mean and variance measured on paintings, so that the network's output is unchanged
and it can be trained.
"""

from __future__ import annotations

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

MEASURED = 256  # paintings that means and variances are measured on
# Names in older files with hand-written graphs, if they differ from the network's.
OLD_PARTS = {
    "to_eighth": "eighth",
    "to_sixteenth": "sixteenth",
    "to_deepest": "deepest",
    "eyes": "eyes.left",
}


def write_start(model: str | Path, painted: str | Path, out: str | Path) -> None:
    """Write the weights of the tagger ``model`` (.onnx) to ``out`` (.safetensors).

    Batch norms are measured on the first paintings of folder ``painted``. Raises InputError,
    OutputError.
    """
    tagger, size = tagger_of(Path(model))
    pictures = read_painted(painted, size).pictures[:MEASURED]
    restore_norms(tagger, to_network(torch.from_numpy(pictures)))
    with writing(Path(out)) as part:
        save_file(tagger.state_dict(), part)


def tagger_of(path: Path) -> tuple[TaggerNetwork, int]:
    """The tagger in an exported file, with identity batch norms, and its input side in pixels."""
    facts = read_header(path)
    if facts.get("class") != "Tagger":
        raise InputError(f"{path}: not a tagger; give one exported with rosetail")
    stored = stored_weights(path)
    tagger = TaggerNetwork(len(facts["tags"].split(",")), int(facts["width"])).eval()
    for name, layer in conv_norms(tagger):
        kept = f"{name}.0" if f"{name}.0.weight" in stored else _old_name(name)
        _copy(layer[0].get_parameter("weight"), stored[f"{kept}.weight"])
        norm = _norm(layer)
        _copy(norm.bias, stored[f"{kept}.bias"])
        nn.init.constant_(norm.get_buffer("running_var"), 1 - norm.eps)
    for module, name in ((tagger.heat[-1], "heat.1"), (tagger.tags, "tags")):
        _copy(module.get_parameter("weight"), stored[f"{name}.weight"])
        _copy(module.get_parameter("bias"), stored[f"{name}.bias"])
    return tagger, int(facts["size"])


def conv_norms(tagger: TaggerNetwork) -> Iterator[tuple[str, ConvNorm]]:
    """The convolutions with a batch norm, by name."""
    for name, module in tagger.named_modules():
        if isinstance(module, ConvNorm):
            yield name, module


@torch.no_grad()
def restore_norms(tagger: TaggerNetwork, pictures: Tensor) -> None:
    """Set the batch norms to the mean and variance of their inputs on ``pictures``, with the scale
    and bias that keep the output unchanged."""
    inputs: dict[str, Tensor] = {}
    hooks = [
        _norm(layer).register_forward_pre_hook(
            lambda _, given, name=name: inputs.update({name: given[0]})
        )
        for name, layer in conv_norms(tagger)
    ]
    tagger(pictures)
    for hook in hooks:
        hook.remove()
    for name, layer in conv_norms(tagger):
        norm = _norm(layer)
        var, mean = torch.var_mean(inputs[name], (0, 2, 3))
        norm.bias.add_(mean)
        norm.weight.copy_((var + norm.eps).sqrt())
        norm.get_buffer("running_mean").copy_(mean)
        norm.get_buffer("running_var").copy_(var)


def _old_name(name: str) -> str:
    part, _, rest = name.removesuffix(".conv").partition(".")
    return ".".join(filter(None, (OLD_PARTS.get(part, part), rest)))


def _norm(layer: ConvNorm) -> nn.BatchNorm2d:
    norm = layer[1]
    assert isinstance(norm, nn.BatchNorm2d)
    return norm


@torch.no_grad()
def _copy(parameter: Tensor, value: NDArray[np.float32]) -> None:
    parameter.copy_(torch.from_numpy(value))

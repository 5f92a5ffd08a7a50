"""Import StyleGAN2 generators of the public PyTorch port (github.com/rosinality/
stylegan2-pytorch): "g_ema" of a checkpoint, and "latent_avg", the mean w, if it is there.

They have no photo encoder ("reader": "none" in the header); photos are projected into them instead:
:mod:`rosetail.methods.stylegan2.projecting_look`.
"""

from __future__ import annotations

import argparse
import json
import os
import re
from collections.abc import Iterator
from dataclasses import asdict
from itertools import count
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from rosetail.errors import OutputError, SettingsError
from rosetail.methods.foreign_weights import (
    State,
    check_kernel,
    read_pickle,
    renamed,
    shape_of,
    state_in,
    write,
)
from rosetail.methods.stylegan2.network import StyleGan2, StyleGan2Shape
from rosetail.reading import parsing

SOURCE = "github.com/rosinality/stylegan2-pytorch"
REMEDY = "give a checkpoint of the public PyTorch port, with g_ema"
LAYER = re.compile(r"style\.(\d+)\.weight")
MEAN_OF = 10_000  # number of random w to estimate the mean from if the file has none
COARSE = 8  # layers with the photo's codes, of fourteen at 256 pixels


def import_stylegan2(
    checkpoint: str | os.PathLike[str],
    out: str | os.PathLike[str],
    *,
    steps: int = 300,
    coarse: int = COARSE,
    seed: int = 0,
) -> Path:
    """Write the averaged generator in ``checkpoint`` to ``out``, a .safetensors file.

    Photos will be projected in ``steps`` steps. The ``coarse`` layers use the photo's codes, the
    others those of a random style (``seed``). Raises InputError, naming the first tensor that does
    not fit; OutputError; SettingsError.
    """
    path, target = Path(checkpoint), Path(out)
    if target.suffix != ".safetensors":
        raise OutputError(f"{target}: a StyleGAN2 without an encoder is kept as .safetensors")
    if steps < 1:
        raise SettingsError(f"steps {steps}: give 1 or more")
    # argparse.Namespace: the training options
    states = read_pickle(path, REMEDY, allowed=(argparse.Namespace,))
    state = state_in(states, "g_ema", path, REMEDY)
    with parsing(path, "a StyleGAN2 of the port", REMEDY):
        net = stylegan2_from_published(state, _mean(states), coarse=coarse, seed=seed)
    facts = {
        "shape": json.dumps(asdict(net.shape)),
        "reader": "none",
        "projection": str(steps),
        "source": SOURCE,
    }
    del net.reader
    return write(net, facts, target)


def stylegan2_from_published(
    state: State, w_mean: Tensor | None = None, *, coarse: int = COARSE, seed: int = 0
) -> StyleGan2:
    """Our generator with the published tensors; its encoder has random weights.

    A file without noise maps gets random ones (``seed``); the port draws them anew for every
    picture. ``w_mean``: (latent,), estimated if None. Raises ValueError naming a tensor that does
    not fit.
    """
    shape = shape_in(state, coarse)
    seeded = torch.Generator().manual_seed(seed)
    net = StyleGan2(shape)
    kernels = {name for name in state if name.endswith(".kernel")}
    for name in sorted(kernels):
        check_kernel(name, state[name])
    names, wanted = dict(published_names(shape)), net.state_dict()
    if not any(name.startswith("noises.") for name in state):  # they were kept only later
        noises = {name: theirs for name, theirs in names.items() if theirs.startswith("noises.")}
        state = {
            **state,
            **{
                theirs: torch.randn(wanted[name].shape, generator=seeded)
                for name, theirs in noises.items()
            },
        }
    found = renamed(state, names, {name: wanted[name] for name in names}, kernels)
    found["shown"] = torch.randn(1, shape.latent, generator=seeded)
    net.load_state_dict(found, strict=False)
    if w_mean is None:
        with torch.no_grad():
            w_mean = net.mapping(torch.randn(MEAN_OF, shape.latent, generator=seeded)).mean(0)
    if w_mean.numel() != shape.latent or not bool(torch.isfinite(w_mean).all()):
        raise ValueError(f"latent_avg is not {shape.latent} finite numbers")
    net.w_mean.copy_(w_mean.reshape(-1))
    return net.eval()


def shape_in(state: State, coarse: int = COARSE) -> StyleGan2Shape:
    """The network's sizes, read from the shapes of its tensors. Raises ValueError."""
    widths = [shape_of(state, "conv1.conv.weight")[1]]
    for number in count():
        name = f"convs.{2 * number}.conv.weight"
        if name not in state:
            break
        widths.append(shape_of(state, name)[1])
    layers = sum(LAYER.fullmatch(name) is not None for name in state)
    latent = shape_of(state, "style.1.weight")[0]
    shape = StyleGan2Shape(tuple(reversed(widths)), latent, layers, 0)
    return StyleGan2Shape(shape.widths, latent, layers, min(coarse, shape.layers))


def published_names(shape: StyleGan2Shape) -> Iterator[tuple[str, str]]:
    """Pairs of our name and the published name of every tensor."""
    linear = {f"mapping.layers.{place}": f"style.{place + 1}" for place in range(shape.mapping)}
    yield "synthesis.start", "input.input"
    styled, rgb = {"first": ("conv1", 0)}, {"rgb.0": "to_rgb1"}
    for number in range(len(shape.widths) - 1):
        styled[f"up.{number}"] = (f"convs.{2 * number}", 2 * number + 1)
        styled[f"same.{number}"] = (f"convs.{2 * number + 1}", 2 * number + 2)
        rgb[f"rgb.{number + 1}"] = f"to_rgbs.{number}"
    for ours, (theirs, noise) in styled.items():
        yield f"synthesis.{ours}.noise", f"noises.noise_{noise}"
        yield f"synthesis.{ours}.strength", f"{theirs}.noise.weight"
        yield f"synthesis.{ours}.bias", f"{theirs}.activate.bias"
    for ours, theirs in rgb.items():
        yield f"synthesis.{ours}.bias", f"{theirs}.bias"
    for ours, theirs in {**{key: name for key, (name, _) in styled.items()}, **rgb}.items():
        yield f"synthesis.{ours}.weight", f"{theirs}.conv.weight"
        linear[f"synthesis.{ours}.modulation"] = f"{theirs}.conv.modulation"
    for ours, theirs in linear.items():
        yield f"{ours}.weight", f"{theirs}.weight"
        yield f"{ours}.bias", f"{theirs}.bias"


def _mean(states: Any) -> Tensor | None:
    mean = states.get("latent_avg") if isinstance(states, dict) else None
    return mean.detach().float() if isinstance(mean, Tensor) else None

"""Import VGG-19, Inception v3 and LPIPS from the files in which they are published.

Files of different programs have the same names and shapes, and would load silently wrong, because
their networks expect other input. They are told apart by known values of the first filter.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor

from rosetail import images
from rosetail.errors import InputError, OutputError
from rosetail.layers.inception import Inception
from rosetail.layers.lpips import LpipsVgg16
from rosetail.layers.vgg import LAYOUT, LEAST, MEAN_BGR, TORCHVISION, Vgg19Features
from rosetail.methods.foreign_weights import read_pickle
from rosetail.reading import reading

State = dict[str, Tensor]

VGG19_REMEDY = (
    "give vgg19-d01eb7cb.pth (github.com/jcjohnson/pytorch-vgg), "
    "vgg19_weights_tf_dim_ordering_tf_kernels.h5 (keras.io/api/applications/vgg) or "
    "vgg19-dcbb9e9d.pth (download.pytorch.org/models)"
)
INCEPTION_REMEDY = (
    "give pt_inception-2015-12-05-6726825d.pth (github.com/mseitzer/pytorch-fid, releases)"
)
LPIPS_REMEDY = (
    "give vgg16-397923af.pth (download.pytorch.org/models) and vgg.pth "
    "(github.com/richzhang/PerceptualSimilarity, lpips/weights/v0.1)"
)

# The first plane of the first filter of the released weights (Simonyan and Zisserman), channel blue
RELEASED = ((0.3412, 0.3400, -0.0448), (0.2322, 0.0898, -0.3033), (-0.0726, -0.2467, -0.3368))
# The first biases of torchvision's VGG-16, on which LPIPS was trained.
VGG16_BIASES = (0.4034, 0.3778, 0.4644, -0.3228, 0.3940)
NEAR = 2e-3  # half precision and printed digits
# Mean of relu3_4 of the released weights on the sample portrait.
RELU3_4 = 477.795
PORTRAIT = Path(__file__).parents[2] / "samples" / "astronaut.jpg"
MEAN_RGB, STD_RGB = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)  # torchvision's input


class Imported(NamedTuple):
    """The written file, and where the weights were trained."""

    path: Path
    source: str


def import_vgg19(source: str | Path, out: str | Path) -> Imported:
    """Write VGG-19 as :class:`rosetail.layers.vgg.Vgg19Features` reads it.

    Reads the weights of its authors (as .pth, .safetensors, or .h5 of Keras, which needs h5py) and
    those that torchvision trained. The latter are converted to the same input, and scaled so that
    features have the same size at relu3_4, for which losses are weighted.

    Raises InputError with places of published files, and OutputError.
    """
    path = Path(source)
    state = _convolutions(_read(path, VGG19_REMEDY), path)
    if _near(state["features.0.weight"][0, 0], RELEASED):
        trained = "released"
    elif _near(state["features.0.weight"][0, 0], TORCHVISION):
        trained = "torchvision"
        state = from_torchvision(state)
    else:
        raise InputError(
            f"{path}: weights of VGG-19 that nobody published, or for other input; {VGG19_REMEDY}"
        )
    facts = {
        "network": "VGG-19",
        "weights": trained,
        "input": "BGR 0-255 minus the mean",
        "licence": "CC BY 4.0" if trained == "released" else "see torchvision",
    }
    written = _write(state, out, facts)
    if trained == "torchvision":
        factor = RELU3_4 / _relu3_4(written)
        _write({name: _scaled(name, each, factor) for name, each in state.items()}, out, facts)
    return Imported(written, trained)


def from_torchvision(state: Mapping[str, Tensor]) -> State:
    """Weights for BGR 0-255 minus the mean that give the same features.

    The means differ by half a level at most; the bias accounts for that everywhere but at the
    border, where padding stands for the mean.
    """
    found = dict(state)
    weight = state["features.0.weight"] / (255 * torch.tensor(STD_RGB).view(1, 3, 1, 1))
    apart = torch.tensor(MEAN_BGR[::-1]) - 255 * torch.tensor(MEAN_RGB)
    found["features.0.bias"] = state["features.0.bias"] + (weight.sum((2, 3)) * apart).sum(1)
    found["features.0.weight"] = weight.flip(1).contiguous()
    return found


def import_inception(source: str | Path, out: str | Path) -> Imported:
    """Write Inception v3 as published FID values use it, without its classifier.

    Raises InputError for another Inception, such as torchvision's, and OutputError.
    """
    path = Path(source)
    state = _read(path, INCEPTION_REMEDY)
    if any(name.startswith("AuxLogits") for name in state):
        raise InputError(
            f"{path}: torchvision's Inception, which was trained again; FID is defined with "
            f"that of 2015; {INCEPTION_REMEDY}"
        )
    with torch.device("meta"):
        wanted = Inception().state_dict()
    names = [name for name in wanted if not name.endswith("num_batches_tracked")]
    found = {
        name: _tensor(state, name, wanted[name].shape, path, INCEPTION_REMEDY) for name in names
    }
    return Imported(_write(found, out, {"network": "Inception v3 of 2015"}), "TensorFlow, 2015")


def import_lpips(vgg16: str | Path, heads: str | Path, out: str | Path) -> Imported:
    """Write VGG-16 and the heads of LPIPS into the one file that ``--lpips`` takes.

    Raises InputError for the VGG-16 of its authors, which has the same names, and OutputError.
    """
    trunk, weights = Path(vgg16), Path(heads)
    shapes = LpipsVgg16.shapes()
    found = {}
    states = {trunk: _read(trunk, LPIPS_REMEDY), weights: _read(weights, LPIPS_REMEDY)}
    for name, shape in shapes.items():
        path = weights if name.startswith("lin") else trunk
        found[name] = _tensor(states[path], name, shape, path, LPIPS_REMEDY)
    if not _near(found["features.0.bias"][: len(VGG16_BIASES)], VGG16_BIASES):
        raise InputError(
            f"{trunk}: not torchvision's VGG-16, on which LPIPS was trained; {LPIPS_REMEDY}"
        )
    if any(bool((found[name] < 0).any()) for name in found if name.startswith("lin")):
        raise InputError(f"{weights}: LPIPS heads are not negative; {LPIPS_REMEDY}")
    return Imported(_write(found, out, {"network": "LPIPS 0.1, VGG-16"}), "lpips 0.1")


def _read(path: Path, remedy: str) -> Mapping[str, Tensor]:
    if path.suffix in (".h5", ".hdf5"):
        return _read_keras(path, remedy)
    if path.suffix == ".safetensors":
        with reading(path, "a safetensors file", remedy) as file:
            return load_file(file)
    state = read_pickle(path, remedy)
    if not isinstance(state, dict):
        raise InputError(f"{path}: holds no dictionary of tensors; {remedy}")
    return state


def _read_keras(path: Path, remedy: str) -> State:
    """The convolutions of a Keras file under our names."""
    try:
        import h5py
    except ImportError as cause:
        raise InputError(f"{path}: Keras files need h5py; run: pip install h5py") from cause
    with reading(path, "a Keras file of VGG-19", remedy), h5py.File(path, "r") as file:
        return dict(_from_keras(file))


def _from_keras(file: Any) -> Iterator[tuple[str, Tensor]]:
    """Kernels are (rows, columns, in, out) in groups such as block1_conv1."""
    for name, place, _, _ in LAYOUT:
        group = file[f"block{name[4]}_{name[:4]}{name[6]}"]
        held = {np.ndim(group[each]): np.asarray(group[each], np.float32) for each in group}
        yield f"features.{place}.weight", torch.from_numpy(held[4]).permute(3, 2, 0, 1).contiguous()
        yield f"features.{place}.bias", torch.from_numpy(held[1])


def _convolutions(state: Mapping[str, Tensor], path: Path) -> State:
    """The convolutions of VGG-19 up to the deepest that the file holds."""
    found = {}
    for number, (_, place, channels, width) in enumerate(LAYOUT):
        weight, bias = f"features.{place}.weight", f"features.{place}.bias"
        if number >= LEAST and weight not in state:
            break
        found[weight] = _tensor(state, weight, (width, channels, 3, 3), path, VGG19_REMEDY)
        found[bias] = _tensor(state, bias, (width,), path, VGG19_REMEDY)
    return found


def _tensor(
    state: Mapping[str, Tensor], name: str, shape: tuple[int, ...], path: Path, remedy: str
) -> Tensor:
    tensor = state.get(name)
    if not isinstance(tensor, Tensor) or tensor.shape != shape:
        raise InputError(f"{path}: no {name} of {list(shape)} in it; {remedy}")
    if not bool(torch.isfinite(tensor).all()):
        raise InputError(f"{path}: {name} holds numbers that are not finite; {remedy}")
    return tensor.detach().float().contiguous()


def _near(tensor: Tensor, known: Any) -> bool:
    return bool(torch.allclose(tensor, torch.tensor(known), atol=NEAR))


def _relu3_4(weights: Path) -> float:
    portrait = images.to_tensor(images.read(PORTRAIT))
    with torch.no_grad():
        maps = Vgg19Features(weights)(torch.from_numpy(portrait), ["relu3_4"])
    return float(maps["relu3_4"].mean())


def _scaled(name: str, tensor: Tensor, factor: float) -> Tensor:
    """All biases and the first weights times ``factor``: the features are, too (ReLU networks)."""
    return tensor * factor if name.endswith("bias") or name == "features.0.weight" else tensor


def _write(state: State, out: str | Path, facts: dict[str, str]) -> Path:
    path = Path(out)
    if path.suffix != ".safetensors":
        raise OutputError(f"{path}: choose a name that ends in .safetensors")
    with images.writing(images.check_output(path)) as part:
        save_file(state, part, facts)
    return path

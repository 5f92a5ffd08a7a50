"""AnimeGANv3's published ONNX files: the graph as it is, sides read from it, bytes around it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import pytest
import torch
from onnx import TensorProto, helper, numpy_helper
from torch import Tensor
from torch.nn import functional as F

from rosetail.errors import InputError, OutputError
from rosetail.methods.doubletail.importer import import_animegan3, multiple_of
from rosetail.weights import read_header
from tests.methods.through import check, drawn

INPUT, OUTPUT = "AnimeGANv3_input:0", "generator_1/main/out_layer:0"  # as published
WIDTH = 6
Kernels = list[Tensor]


def kernels(halvings: int, seed: int = 0) -> Kernels:
    """7x7 in, one 3x3 a halving, one 3x3 a doubling, 7x7 out."""
    g = torch.Generator().manual_seed(seed)
    middle = [drawn((WIDTH, WIDTH, 3, 3), g) for _ in range(2 * halvings)]
    return [drawn((WIDTH, 3, 7, 7), g), *middle, drawn((3, WIDTH, 7, 7), g, 0.5)]


def published(
    path: Path, weights: Kernels, *, sizes: str = "computed", side: str | int = "unk"
) -> Path:
    """A network of the published kind as tf2onnx writes it: NHWC at both ends, sizes of enlarged
    maps worked out from shapes or, with ``sizes`` "constant", given as scales."""
    halvings = (len(weights) - 2) // 2
    nodes: list[onnx.NodeProto] = []
    stored = [numpy_helper.from_array(w.numpy(), f"w{n}") for n, w in enumerate(weights)]
    stored += [numpy_helper.from_array(np.array(v, np.int64), f"pad{v[2]}")
               for v in ([0, 0, 3, 3, 0, 0, 3, 3], [0, 0, 1, 1, 0, 0, 1, 1])]  # fmt: skip
    for name, value in {"gain": np.ones(WIDTH), "offset": np.zeros(WIDTH), "none": np.zeros(0),
                        "scales": np.array([1, 1, 2, 2])}.items():  # fmt: skip
        stored.append(numpy_helper.from_array(value.astype(np.float32), name))
    stored.append(numpy_helper.from_array(np.array([1, 1, 2, 2], np.int64), "twice"))

    def node(kind: str, *inputs: str, out: str = "", **attributes: object) -> str:
        out = out or f"generator_1/{kind}_{len(nodes)}:0"
        nodes.append(helper.make_node(kind, inputs, [out], name=out, **attributes))
        return out

    def unit(x: str, number: int, stride: int = 1) -> str:
        size = weights[number].shape[-1]
        x = node("Pad", x, f"pad{size // 2}", mode="reflect")
        x = node("Conv", x, f"w{number}", strides=[stride, stride], kernel_shape=[size, size])
        if number == len(weights) - 1:
            return node("Tanh", x)
        x = node("InstanceNormalization", x, "gain", "offset", epsilon=1e-5)
        return node("LeakyRelu", x, alpha=0.2)

    x = unit(node("Transpose", INPUT, perm=[0, 3, 1, 2]), 0)
    for number in range(1, halvings + 1):
        x = unit(x, number, 2)
    for number in range(halvings + 1, 2 * halvings + 1):
        given = ("none", "scales")
        if sizes == "computed":
            given = ("none", "none", node("Mul", node("Shape", x), "twice"))
        x = node("Resize", x, *given, mode="linear", coordinate_transformation_mode="half_pixel")
        x = unit(x, number)
    node("Transpose", unit(x, len(weights) - 1), out=OUTPUT, perm=[0, 2, 3, 1])
    ports = [helper.make_tensor_value_info(name, TensorProto.FLOAT, ["n", side, side, 3])
             for name in (INPUT, OUTPUT)]  # fmt: skip
    graph = helper.make_graph(nodes, "tf2onnx", ports[:1], ports[1:], stored)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 11)], ir_version=6)
    onnx.save(model, path)
    return path


def plain(weights: Kernels, x: Tensor) -> Tensor:
    """The same network, line by line."""
    halvings = (len(weights) - 2) // 2

    def conv(x: Tensor, weight: Tensor, stride: int = 1) -> Tensor:
        border = weight.shape[-1] // 2
        return F.conv2d(F.pad(x, (border,) * 4, mode="reflect"), weight, stride=stride)

    def normed(x: Tensor) -> Tensor:
        mean = x.mean((2, 3), keepdim=True)
        x = (x - mean) / torch.sqrt(x.var((2, 3), keepdim=True, unbiased=False) + 1e-5)
        return F.leaky_relu(x, 0.2)

    x = normed(conv(x, weights[0]))
    for weight in weights[1 : halvings + 1]:
        x = normed(conv(x, weight, 2))
    for weight in weights[halvings + 1 : -1]:
        x = F.interpolate(x, scale_factor=2, mode="bilinear", align_corners=False)
        x = normed(conv(x, weight))
    return torch.tanh(conv(x, weights[-1]))


@pytest.mark.parametrize(("halvings", "multiple"), [(3, 8), (4, 16)])
@pytest.mark.parametrize("sizes", ["computed", "constant"])
def test_through_the_program(
    rosetail, halvings: int, multiple: int, sizes: str, tmp_path: Path
) -> None:
    """The name of the file says nothing: the graph does."""
    weights = kernels(halvings)
    file = published(tmp_path / "AnimeGANv3_Hayao_36.onnx", weights, sizes=sizes)
    assert multiple_of(onnx.load(file)) == multiple
    look = tmp_path / "look.onnx"
    ran = rosetail("import", "animegan3", file, "-o", look)
    assert ran.status == 0, ran.err
    header = read_header(look)
    assert (header["network"], header["multiple"]) == ("animegan3", str(multiple))
    if halvings == 3:  # 48 x 64 is smaller than the least side of the other
        check(rosetail, look, lambda x: plain(weights, x), tmp_path)


def test_a_tiny_one_draws_the_same(tmp_path: Path) -> None:
    from rosetail import Stylizer
    from rosetail.images import to_tensor

    weights = kernels(4)
    out = import_animegan3(published(tmp_path / "any.onnx", weights), tmp_path / "look.onnx")
    look = Stylizer(out, "onnxruntime")
    photo = np.random.default_rng(0).integers(0, 256, (80, 112, 3), np.uint8)
    wanted = (plain(weights, torch.from_numpy(to_tensor(photo)))[0].permute(1, 2, 0) + 1) * 127.5
    assert np.abs(look.network(photo) - wanted.numpy()).max() <= 0.5 + 1e-4 * 127.5
    odd = np.ascontiguousarray(photo[:77, :101])
    assert look.network(odd).shape == odd.shape


def test_what_is_refused_and_why(tmp_path: Path) -> None:
    out, file = tmp_path / "look.onnx", tmp_path / "net.onnx"
    (tmp_path / "text.onnx").write_text("hello")
    with pytest.raises(InputError, match=r"text\.onnx: not a whole ONNX model"):
        import_animegan3(tmp_path / "text.onnx", out)
    with pytest.raises(InputError, match="no such file"):
        import_animegan3(tmp_path / "none.onnx", out)
    published(file, kernels(3), side=512)
    with pytest.raises(InputError, match="takes pictures of 512x512 only"):
        import_animegan3(file, out)
    model = onnx.load(published(file, kernels(3)))
    model.graph.input[0].type.tensor_type.shape.dim[3].dim_value = 4
    onnx.save(model, file)
    with pytest.raises(InputError, match="not NHWC with three channels"):
        import_animegan3(file, out)
    model = onnx.load(published(file, kernels(3)))
    model.graph.node[0].domain = "com.example"
    model.opset_import.append(helper.make_opsetid("com.example", 1))
    onnx.save(model, file)
    with pytest.raises(InputError, match=r"operators that are not ONNX's own \(com.example\)"):
        import_animegan3(file, out)
    onnx.save(onnx.load(published(file, kernels(3))), file, save_as_external_data=True,
              location="weights.bin", size_threshold=0)  # fmt: skip
    with pytest.raises(InputError, match="weights lie in other files"):
        import_animegan3(file, out)
    with pytest.raises(OutputError, match=r"kept as \.onnx"):
        import_animegan3(file, tmp_path / "look.safetensors")
    assert not out.exists()

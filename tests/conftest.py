"""What several test files use."""

from __future__ import annotations

import os

# The nets of the tests are tiny: a second thread waits more than it works, above all beside others.
os.environ.setdefault("OMP_NUM_THREADS", "1")

from collections.abc import Iterator
from pathlib import Path

import onnx
import pytest
from onnx import TensorProto, helper

from rosetail.engines.openvino import preserve_signal_stack
from tests.fixtures.doubletail import net, weights
from tests.fixtures.faces import astronaut, astronaut_file, face, figure
from tests.fixtures.make_clip import inverter, make_clip
from tests.fixtures.program import rosetail
from tests.fixtures.short_clip import short_clip
from tests.fixtures.vgg import vgg_file

__all__ = [
    "astronaut",
    "astronaut_file",
    "face",
    "figure",
    "inverter",
    "make_clip",
    "net",
    "rosetail",
    "short_clip",
    "vgg_file",
    "weights",
]


@pytest.fixture(autouse=True)
def own_signal_stack() -> Iterator[None]:
    """Some tests run OpenVINO by itself; what it does to signals must not reach the next test."""
    with preserve_signal_stack():
        yield


@pytest.fixture(scope="session")
def negative(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A look of four nodes: every byte becomes 255 minus itself. It has the ports of a real one."""
    ports = [
        helper.make_tensor_value_info(name, TensorProto.UINT8, ["n", "h", "w", 3])
        for name in ("image", "anime")
    ]
    white = helper.make_tensor("white", TensorProto.FLOAT, [1], [255.0])
    nodes = [
        helper.make_node("Cast", ["image"], ["levels"], to=TensorProto.FLOAT),
        helper.make_node("Sub", ["white", "levels"], ["turned"]),
        helper.make_node("Cast", ["turned"], ["anime"], to=TensorProto.UINT8),
    ]
    graph = helper.make_graph(nodes, "negative", ports[:1], ports[1:], [white])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)
    facts = {"network": "doubletail", "multiple": "8", "smallest": "32", "licence": "CC0-1.0"}
    helper.set_model_props(model, facts)
    path = tmp_path_factory.mktemp("looks") / "negative.onnx"
    onnx.save(model, path)
    return path


@pytest.fixture(scope="session")
def tiny_roses(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an exported Roses run with random weights: 32 pixels, codes of 3 numbers,
    three learned edits, whose vectors are random too."""
    import json
    from dataclasses import asdict, replace

    import torch
    from safetensors.torch import save_file

    from rosetail.methods.roses.export import export_roses
    from rosetail.methods.roses.network import Roses, RosesShape

    folder = tmp_path_factory.mktemp("models") / "tiny"
    told = RosesShape(widths=(4, 6, 8), deep=5, style=3, latent=9, mapping=2)
    for seed, way in enumerate(("to_anime", "to_photo")):
        torch.manual_seed(seed)
        shape = told if seed else replace(told, edits=3)
        state = Roses(shape).state_dict()
        if not seed:
            state["edits"] = 0.03 * torch.randn(3, 9)
        for name, value in state.items():
            if name.endswith("bias"):
                value += 0.2 * torch.randn_like(value)
            if "rgb" in name and "modulation" not in name:
                value *= 0.2
        weights = folder.parent / f"{way}.safetensors"
        edits = "" if seed else "open_mouth long_hair blue_hair"
        facts = {"shape": json.dumps(asdict(shape)), "size": "32", "edits": edits}
        save_file(state, weights, facts)
        export_roses(weights, folder / way)
    return folder

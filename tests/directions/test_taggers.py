"""Three kinds of tagger behind one interface, each against an independent computation."""

from __future__ import annotations

import re
from pathlib import Path

import cv2
import numpy as np
import onnx
import pytest
import torch
from onnx import TensorProto, helper, numpy_helper
from torch.nn import functional as F

from rosetail.directions.taggers import logits, open_tagger
from rosetail.engines.backend import open_backend
from rosetail.errors import SettingsError, WeightsMissing
from rosetail.methods.tagger.deepdanbooru import STAGES, DeepDanbooru, Stage, load
from tests.taggers import TAGS, random_tagger

BACKEND = "onnxruntime"
PICTURES = np.random.default_rng(0).integers(0, 256, (3, 40, 40, 3), dtype=np.uint8)


def test_painted_reads_its_header(tmp_path: Path) -> None:
    path = random_tagger(tmp_path / "tagger.onnx")
    tagger = open_tagger(f"painted:{path}", BACKEND)
    assert tagger.tags == TAGS
    seen = np.stack(
        [cv2.resize(each, (64, 64), interpolation=cv2.INTER_CUBIC) for each in PICTURES]
    )
    feed = seen.transpose(0, 3, 1, 2).astype(np.float32) / 127.5 - 1
    wanted = open_backend(path, "openvino", precision="f32").run({"picture": feed})["tags"]
    assert np.allclose(tagger(PICTURES), wanted, atol=1e-4)
    other = open_tagger(f"painted:{random_tagger(tmp_path / 'b.onnx', 5)}", BACKEND)
    assert other.fingerprint != tagger.fingerprint


def wd_files(folder: Path, side: int = 6) -> Path:
    """An ONNX graph that gives the mean of blue, green and red over 255, and a CSV."""
    place = helper.make_tensor_value_info("input", TensorProto.FLOAT, ["n", side, side, 3])
    out = helper.make_tensor_value_info("output", TensorProto.FLOAT, ["n", 3])
    white = numpy_helper.from_array(np.float32([255]), "white")
    axes = numpy_helper.from_array(np.int64([1, 2]), "axes")
    nodes = [
        helper.make_node("ReduceMean", ["input", "axes"], ["mean"], keepdims=0),
        helper.make_node("Div", ["mean", "white"], ["output"]),
    ]
    graph = helper.make_graph(nodes, "wd", [place], [out], [white, axes])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=9)
    onnx.save(model, folder / "model.onnx")
    (folder / "selected_tags.csv").write_text(
        "tag_id,name,category,count\n1,general,9,5\n2,green_hair,0,4\n3,red_hair,0,3\n"
    )
    return folder


def test_wd_sees_bgr_and_its_csv(tmp_path: Path) -> None:
    folder = wd_files(tmp_path)
    for told in (folder, folder / "model.onnx"):
        tagger = open_tagger(f"wd:{told}", BACKEND)
        assert tagger.tags == ("green_hair", "red_hair")  # ratings are no tags
        pictures = np.zeros((2, 12, 12, 3), np.uint8)
        pictures[0, :, :, 0], pictures[1, :, :, 1] = 255, 51
        assert np.allclose(tagger(pictures), [[0, 1], [0.2, 0]], atol=0.01)
    wide = np.zeros((1, 6, 12, 3), np.uint8)  # half of the square is white
    assert np.allclose(tagger(wide), 0.5, atol=0.1)


def test_wd_files_that_do_not_fit(tmp_path: Path) -> None:
    folder = wd_files(tmp_path)
    csv = folder / "selected_tags.csv"
    csv.write_text("name,category\ngreen_hair,0\n")
    with pytest.raises(WeightsMissing, match="1 tags, but the network gives"):
        open_tagger(f"wd:{folder}", BACKEND)(PICTURES)
    csv.write_text("a,b\n1,2\n")
    with pytest.raises(WeightsMissing, match="'name' is missing"):
        open_tagger(f"wd:{folder}", BACKEND)
    csv.unlink()
    with pytest.raises(WeightsMissing, match=r"selected_tags\.csv: no such file.*huggingface"):
        open_tagger(f"wd:{folder}", BACKEND)


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ("deepdanbooru:none.pt", r"none\.pt: no such file.*TorchDeepDanbooru"),
        ("deepdanbooru", "give its file as deepdanbooru:FILE"),
        ("wd:none.onnx", r"none\.onnx: no such file.*huggingface"),
        ("wd", "give its file as wd:FILE"),
        ("painted:none.onnx", r"none\.onnx"),
    ],
)
def test_what_is_missing_is_named(told: str, said: str) -> None:
    with pytest.raises(WeightsMissing, match=said):
        open_tagger(told, BACKEND)


def test_the_hub_needs_its_package(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setitem(sys.modules, "huggingface_hub", None)
    with pytest.raises(WeightsMissing, match="pip install huggingface_hub"):
        open_tagger("wd:SmilingWolf/wd-vit-tagger-v3", BACKEND)
    with pytest.raises(SettingsError, match="choose one of painted"):
        open_tagger("clip", BACKEND)


SMALL = (Stage(16, 1, stride=1), Stage(24, 1), Stage(24, 1, late=True))


def published(path: Path, stages: tuple[Stage, ...], tags: list[str]) -> dict[str, torch.Tensor]:
    """A file as the published one is, numbered in the order that a plain reading of it has."""
    torch.manual_seed(0)
    net = DeepDanbooru(len(tags), stages)
    state = {
        f"n_Conv_{number}.{part}": value.detach()
        for number, conv in enumerate(net.numbered())
        for part, value in conv.named_parameters()
    }
    torch.save({**state, "tags": tags}, path)
    return state


def plain(state: dict[str, torch.Tensor], x: torch.Tensor) -> torch.Tensor:
    """The network of ``SMALL``, written out convolution by convolution."""

    def conv(number: int, x: torch.Tensor, stride: int = 1, pads: tuple = ()) -> torch.Tensor:
        x = F.pad(x, pads) if pads else x
        weight, bias = (state.get(f"n_Conv_{number}.{part}") for part in ("weight", "bias"))
        return F.conv2d(x, weight, bias, stride)

    same, down = (1, 1, 1, 1), (0, 1, 0, 1)
    x = F.relu(conv(0, x, 2, (2, 3, 2, 3)))
    x = F.max_pool2d(F.pad(x, down, value=float("-inf")), 3, 2)
    y = conv(4, F.relu(conv(3, F.relu(conv(2, x)), 1, same)))
    x = F.relu(y + conv(1, x))
    x = F.relu(conv(7, F.relu(conv(6, F.relu(conv(5, x)), 1, same))) + x)
    y = conv(11, F.relu(conv(10, F.relu(conv(9, x)), 2, down)))
    x = F.relu(y + conv(8, x, 2))
    x = F.relu(conv(14, F.relu(conv(13, F.relu(conv(12, x)), 1, same))) + x)
    y = conv(17, F.relu(conv(16, F.relu(conv(15, x)), 2, down)))
    x = F.relu(y + conv(18, x, 2))  # this shortcut comes last
    x = F.relu(conv(21, F.relu(conv(20, F.relu(conv(19, x)), 1, same))) + x)
    return conv(22, x).mean((2, 3)).sigmoid()


def test_deepdanbooru_is_the_published_graph(tmp_path: Path) -> None:
    state = published(tmp_path / "m.pt", SMALL, ["a", "b"])
    net, tags = load(tmp_path / "m.pt", SMALL)
    assert tags == ("a", "b")
    x = torch.rand(2, 3, 64, 64)
    assert torch.allclose(net(x), plain(state, x), atol=1e-6)


def test_deepdanbooru_has_the_published_shape() -> None:
    """Table 5.1, and what is known of the file: 179 convolutions, 9176 tags."""
    with torch.device("meta"):
        net = DeepDanbooru(9176)
        assert net(torch.empty(1, 3, 512, 512)).shape == (1, 9176)
    convs = [tuple(conv.weight.shape) for conv in net.numbered()]
    assert len(convs) == 179
    assert (convs[0], convs[178]) == ((64, 3, 7, 7), (9176, 4096, 1, 1))
    assert convs[100] == (1024, 1024, 1, 1)
    assert [stage.repeats for stage in STAGES] == [2, 7, 19, 19, 2, 2]


def test_deepdanbooru_files_that_are_none(tmp_path: Path) -> None:
    path = tmp_path / "m.pt"
    published(path, SMALL, ["a"])
    with pytest.raises(WeightsMissing, match=re.escape(f"{path}: ") + ".*no n_Conv_"):
        load(path)
    path.write_bytes(b"junk")
    with pytest.raises(WeightsMissing, match="not DeepDanbooru"):
        open_tagger(f"deepdanbooru:{path}", BACKEND)


def test_log_odds() -> None:
    assert np.allclose(logits(np.float32([0, 0.5, 1])), [-4, 0, 4], atol=1e-3)
    assert np.isclose(logits(np.float32([0.9]))[0], np.log(9), atol=1e-4)

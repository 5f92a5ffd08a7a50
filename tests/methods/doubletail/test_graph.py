"""Both graphs against torch at three sizes, and each rewrite against the plain calculation."""

from __future__ import annotations

from typing import Any

import numpy as np
import onnx
import onnxruntime
import openvino
import pytest
import torch
from numpy.typing import NDArray
from torch.nn import functional as F

from rosetail.export.agreement import SIZES, as_stored, noise_photos
from rosetail.images import to_tensor
from rosetail.methods.doubletail.export import measure_shifts
from rosetail.methods.doubletail.graph import stylize_graph, two_by_two
from rosetail.methods.doubletail.network import DoubleTail


def state(net: DoubleTail) -> dict[str, NDArray[np.float32]]:
    return {name: value.numpy() for name, value in net.state_dict().items()}


def in_onnxruntime(model: onnx.ModelProto, image: NDArray[Any]) -> NDArray[Any]:
    session = onnxruntime.InferenceSession(
        model.SerializeToString(), providers=["CPUExecutionProvider"]
    )
    return session.run(None, {"image": image})[0]


def in_openvino(model: onnx.ModelProto, image: NDArray[Any]) -> NDArray[Any]:
    return compiled(model, image.shape, "f32")(image)[0]


def compiled(model: onnx.ModelProto, shape: tuple[int, ...], precision: str) -> Any:
    core = openvino.Core()
    read = core.read_model(model.SerializeToString())
    read.reshape(list(shape))
    return core.compile_model(read, "CPU", {"INFERENCE_PRECISION_HINT": precision})


def in_torch(net: DoubleTail, image: NDArray[np.float32]) -> NDArray[np.float32]:
    with torch.no_grad():
        return net.main(torch.from_numpy(image)).numpy()


def psnr(one: NDArray[Any], other: NDArray[Any], peak: float = 2.0) -> float:
    return float(20 * np.log10(peak / np.sqrt(np.mean((one.astype(np.float64) - other) ** 2))))


@pytest.fixture(scope="module")
def shifts(net: DoubleTail) -> dict[str, NDArray[np.float32]]:
    return measure_shifts(net, noise_photos(2, seed=0, size=64))


@pytest.mark.parametrize("engine", [in_onnxruntime, in_openvino])
@pytest.mark.parametrize("form", ["plain", "fast"])
def test_says_what_torch_says_at_three_sizes(net, shifts, form, engine) -> None:
    model = stylize_graph(state(net), form, shifts=shifts, pixels=False, half=False)
    for seed, (height, width) in enumerate(SIZES):
        image = np.random.default_rng(seed).uniform(-1, 1, (1, 3, height, width)).astype("f4")
        assert psnr(engine(model, image), in_torch(net, image)) > 85


def test_a_batch_is_its_pictures_one_by_one(net, shifts) -> None:
    model = stylize_graph(state(net), shifts=shifts, pixels=False)
    images = np.random.default_rng(1).uniform(-1, 1, (3, 3, 32, 48)).astype("f4")
    images[1] *= 0.1  # statistics are each picture's own
    together = in_onnxruntime(model, images)
    for one, image in zip(together, images, strict=True):
        np.testing.assert_allclose(one, in_onnxruntime(model, image[None])[0], atol=1e-3)


def test_shifts_change_nothing_in_single_precision(net, shifts) -> None:
    assert any(np.abs(shift).max() > 0.1 for shift in shifts.values())
    image = np.random.default_rng(2).uniform(-1, 1, (1, 3, 64, 48)).astype("f4")
    with_shifts = stylize_graph(state(net), shifts=shifts, pixels=False, half=False)
    without = stylize_graph(state(net), pixels=False, half=False)
    assert psnr(in_onnxruntime(with_shifts, image), in_onnxruntime(without, image)) > 85


def test_shifts_are_the_means_of_the_convolutions_and_fit_bfloat16(net) -> None:
    photos = noise_photos(2, seed=3, size=64)
    found = measure_shifts(net, photos)
    first = net.encoder.at_full[0]
    with torch.no_grad():
        means = [first(torch.from_numpy(to_tensor(photo))).mean((0, 2, 3)) for photo in photos]
    np.testing.assert_allclose(
        found["encoder.at_full"], torch.stack(means).mean(0).numpy(), rtol=2**-8, atol=1e-5
    )
    assert set(found) == {
        name.removesuffix(".0.weight")
        for name in net.state_dict()
        if name.endswith(".0.weight") and not name.startswith("support_rise")
    }
    for shift in found.values():
        as_torch = torch.from_numpy(shift)
        assert torch.equal(as_torch.bfloat16().float(), as_torch)


def test_bytes_in_and_out_are_the_floats_rounded(net, shifts) -> None:
    picture = noise_photos(1, seed=4, size=48)[0]
    floats = stylize_graph(state(net), shifts=shifts, pixels=False)
    exact = (in_onnxruntime(floats, to_tensor(picture))[0].transpose(1, 2, 0) + 1) * 127.5
    bytes_ = in_onnxruntime(stylize_graph(state(net), shifts=shifts), picture[None])[0]
    assert bytes_.dtype == np.uint8
    assert np.abs(bytes_ - exact).max() < 0.5 + 1e-3


def test_half_storage_is_torch_with_rounded_weights(net, shifts) -> None:
    model = stylize_graph(state(net), "plain", pixels=False)
    image = np.random.default_rng(5).uniform(-1, 1, (1, 3, 64, 64)).astype("f4")
    answer = in_onnxruntime(model, image)
    assert psnr(answer, in_torch(as_stored(net), image)) > 85
    assert psnr(answer, in_torch(net, image)) < 75
    single = len(stylize_graph(state(net), half=False).SerializeToString())
    assert len(stylize_graph(state(net)).SerializeToString()) < 0.65 * single


def test_two_by_two_is_the_convolution_at_every_pixel() -> None:
    torch.manual_seed(0)
    weight, maps = torch.randn(3, 4, 7, 7), torch.randn(1, 4, 22, 18)
    whole = F.conv2d(maps, weight)
    blocks = F.conv2d(maps, torch.from_numpy(two_by_two(weight.numpy())), stride=2)
    rows, columns = blocks.shape[-2:]
    # Depth to space by hand: [dy, dx, c] to rows 2i + dy and columns 2j + dx.
    by_hand = blocks.view(1, 2, 2, 3, rows, columns).permute(0, 3, 4, 1, 5, 2)
    torch.testing.assert_close(by_hand.reshape(whole.shape), whole, rtol=1e-4, atol=1e-3)


def test_fast_has_no_normalising_pass_and_no_frozen_size(net) -> None:
    fast = {node.op_type for node in stylize_graph(state(net)).graph.node}
    assert "InstanceNormalization" not in fast
    assert "DepthToSpace" in fast
    sizes = {
        dimension.dim_param
        for port in stylize_graph(state(net)).graph.input
        for dimension in port.type.tensor_type.shape.dim
    }
    assert sizes == {"n", "h", "w", ""}


def test_bfloat16_is_as_exact_fast_as_plain(net) -> None:
    """The covariance cancels in bfloat16 where a channel's mean is large; shifts prevent it."""
    if "BF16" not in openvino.Core().get_property("CPU", "OPTIMIZATION_CAPABILITIES"):
        pytest.skip("this processor does not compute in bfloat16")
    centred = measure_shifts(net, noise_photos(4, seed=0, size=128))
    shape = (1, 3, 128, 128)
    forms = {
        "plain": compiled(stylize_graph(state(net), "plain", pixels=False), shape, "bf16"),
        "fast": compiled(stylize_graph(state(net), shifts=centred, pixels=False), shape, "bf16"),
    }
    loss = dict.fromkeys(forms, 0.0)
    for photo in noise_photos(4, seed=9, size=128):
        image = to_tensor(photo)
        exact = in_torch(as_stored(net), image)
        for name, run in forms.items():
            loss[name] += float(np.mean((run(image)[0] - exact) ** 2))
    assert 10 * np.log10(loss["fast"] / loss["plain"]) < 1.0

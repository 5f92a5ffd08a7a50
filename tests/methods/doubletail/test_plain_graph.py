"""A fast file holds all that its plain twin needs."""

from __future__ import annotations

import numpy as np
import onnxruntime
import pytest

from rosetail.errors import WeightsMissing
from rosetail.export.agreement import noise_photos
from rosetail.methods.doubletail.export import measure
from rosetail.methods.doubletail.finish import Finish
from rosetail.methods.doubletail.graph import stylize_graph
from rosetail.methods.doubletail.plain_graph import facts_of, finished, plain_twin, refloated


def run(model, image):
    session = onnxruntime.InferenceSession(
        model.SerializeToString(), providers=["CPUExecutionProvider"]
    )
    return session.run(None, {"image": image})[0]


def test_twins_say_the_same(net) -> None:
    state = {name: value.numpy() for name, value in net.state_dict().items()}
    shifts = measure(net, noise_photos(2, seed=0, size=64))
    fast = stylize_graph(state, shifts=shifts)
    floats = stylize_graph(state, shifts=shifts, pixels=False)
    image = np.random.default_rng(0).uniform(-1, 1, (1, 3, 40, 72)).astype("f4")
    expected = run(floats, image)
    np.testing.assert_allclose(run(refloated(fast), image), expected, atol=2e-5)
    twin = plain_twin(fast)
    np.testing.assert_allclose(run(twin, image), expected, atol=2e-3)
    assert "InstanceNormalization" in {node.op_type for node in twin.graph.node}


def test_a_plain_file_has_no_twin(net) -> None:
    state = {name: value.numpy() for name, value in net.state_dict().items()}
    with pytest.raises(WeightsMissing, match="not the fast form"):
        plain_twin(stylize_graph(state, "plain"))


def test_a_finish_is_kept_by_twins_and_can_be_changed(net) -> None:
    state = {name: value.numpy() for name, value in net.state_dict().items()}
    finish = Finish(dark=0.8, light=0.5, crisp=1.0, chroma=1.2)
    bare = stylize_graph(state, metadata={"licence": "free"})
    fast = finished(bare, finish)
    assert Finish.of(facts_of(fast)) == finish
    assert facts_of(fast)["licence"] == "free"
    image = np.random.default_rng(0).integers(0, 256, (1, 40, 72, 3), dtype=np.uint8)
    shown, twin = run(fast, image).astype(int), run(plain_twin(fast, pixels=True), image)
    assert np.abs(shown - twin).max() <= 2
    assert np.abs(shown - run(bare, image)).mean() > 1
    np.testing.assert_array_equal(run(finished(fast, None), image), run(bare, image))

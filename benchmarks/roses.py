"""Time Roses at the published size: ``python -m benchmarks.roses [--rounds 5]``

Encodes and draws one photo of 256 pixels with the published layers in PyTorch
(:mod:`benchmarks.plain_roses`, single precision) and with our files in OpenVINO, with the style as
an input and as a constant; then ten styles of one photo. Weights are random, since the time does
not depend on them. Timing alternates between the variants. Prints the ratios and appends one JSON
line to ``benchmarks/results/roses.jsonl``.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import onnx
import torch

from benchmarks import machine, plain_roses, report
from rosetail.engines.backend import open_backend
from rosetail.engines.ports import Engine
from rosetail.evaluate.costs import interleaved
from rosetail.methods.roses.graphs import decode_graph, encode_graph, map_graph, scales_graph
from rosetail.methods.roses.importer import roses_from_published
from rosetail.methods.roses.network import FULL, Roses

STYLES = 10


def backends(roses: Roses, w: torch.Tensor, folder: Path) -> dict[str, Engine]:
    """Our graphs in OpenVINO, in the processor's best precision; scales in single precision."""
    graphs = {
        "encode": encode_graph(roses, {}),
        "map": map_graph(roses, {}),
        "scales": scales_graph(roses, {}),
        "decode": decode_graph(roses, {}),
    }
    opened = {}
    for name, graph in graphs.items():
        onnx.save(graph, folder / f"{name}.onnx")
        exact = name in ("map", "scales")
        opened[name] = open_backend(
            folder / f"{name}.onnx", "openvino", precision="f32" if exact else "auto"
        )
    scales = opened["scales"].run({"w": w[None].numpy()})["scales"]
    opened["baked"] = opened["decode"].bind({"scales": scales})
    return opened


@torch.no_grad()
def measure(rounds: int) -> dict[str, Any]:
    """Median seconds, ratios, and the PSNR of our pictures to the published network's."""
    state = plain_roses.random_state(plain_roses.generator_shapes(FULL), seed=0)
    roses = roses_from_published(state).eval().requires_grad_(False)
    rng = np.random.default_rng(0)
    image = rng.integers(0, 256, (1, FULL.side, FULL.side, 3), dtype=np.uint8)
    codes = rng.standard_normal((STYLES, FULL.style)).astype(np.float32)
    x, z = torch.from_numpy(image).permute(0, 3, 1, 2) / 127.5 - 1, torch.from_numpy(codes)

    def plain(count: int) -> torch.Tensor:
        content, _ = plain_roses.encode(state, x, FULL)
        return plain_roses.decode(state, content.expand(count, -1, -1, -1), z[:count], FULL)

    with TemporaryDirectory() as scratch:
        run = backends(roses, roses.mapping(z)[0], Path(scratch))

        def ours(count: int) -> Any:
            content = run["encode"].run({"image": image})["content"]
            w = run["map"].run({"z": codes[:count]})["w"]
            scales = run["scales"].run({"w": w})["scales"]
            drawn = [
                run["decode"].run({"content": content, "scales": scales[i : i + 1]})["anime"]
                for i in range(count)
            ]
            return np.concatenate(drawn)

        def baked() -> Any:
            content = run["encode"].run({"image": image})["content"]
            return run["baked"].run({"content": content})["anime"]

        apart = _psnr(ours(1), plain(1)), _psnr(baked(), plain(1))
        taken = interleaved(
            {"plain": lambda: plain(1), "ours": lambda: ours(1), "baked": baked}, rounds
        )
        ten = interleaved({"ours": lambda: ours(STYLES)}, max(rounds // 2, 1))["ours"]
    seconds = {name: float(np.median(each)) for name, each in taken.items()}
    return {
        "seconds": seconds,
        "times faster": seconds["plain"] / seconds["ours"],
        "times faster, baked": seconds["plain"] / seconds["baked"],
        "ten styles, seconds": float(np.median(ten)),
        "PSNR to plain": apart[0],
        "PSNR to plain, baked": apart[1],
    }


def _psnr(anime: Any, wanted: torch.Tensor) -> float:
    """PSNR over 255, in dB, of bytes to the network's output clipped to the same range."""
    levels = ((wanted + 1) * 127.5).clamp(0, 255).permute(0, 2, 3, 1).numpy()
    error = np.sqrt(np.mean((anime.astype(np.float64) - levels) ** 2))
    return float(20 * np.log10(255 / error))


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.roses", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    where = machine.describe()
    found = measure(parser.parse_args().rounds)
    print(f"{torch.get_num_threads()} threads in torch. {machine.sentence(where)}.")
    for key, value in found.items():
        print(f"{key}: {value}")
    report.keep("roses", where, found)


if __name__ == "__main__":
    main()

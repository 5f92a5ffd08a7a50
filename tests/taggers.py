"""A painted tagger with random weights, as its file."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from rosetail.directions.taggers import resized
from rosetail.images import to_tensor

SIZE = 64
TAGS = ("blue_hair", "closed_mouth", "closed_eyes", "long_hair", "open_mouth", "short_hair")


def random_tagger(path: Path, seed: int = 4, *, shown: NDArray[np.uint8] | None = None) -> Path:
    """Each tag is on a third of the pictures ``shown``, uint8 [N, S, S, 3], if given."""
    from rosetail.methods.tagger.export import tagger_graph
    from rosetail.methods.tagger.network import TaggerNetwork

    torch.manual_seed(seed)
    tagger = TaggerNetwork(len(TAGS), 8).eval().requires_grad_(False)
    for module in tagger.modules():
        if isinstance(module, nn.BatchNorm2d):
            nn.init.uniform_(module.bias, -0.3, 0.3)
    if shown is not None:
        seen = torch.from_numpy(to_tensor(np.stack([resized(each, SIZE) for each in shown])))
        read = tagger(seen).tags
        tagger.tags.weight *= 2 / read.std(0)[:, None]
        tagger.tags.bias *= 2 / read.std(0)
        tagger.tags.bias -= tagger(seen).tags.quantile(2 / 3, 0)
    facts = {"size": str(SIZE), "tags": ",".join(TAGS)}
    path.write_bytes(tagger_graph(tagger, facts).SerializeToString())
    return path
